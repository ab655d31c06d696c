"""What a check finds, and the list of all checks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from config import environment


class Level(StrEnum):
    """How it is: `warn` works but wants attention, `fail` does not work or is dangerous."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """What a check found, and what to do about it."""

    level: Level
    text: str
    advice: str = ""


@dataclass(frozen=True)
class Check:
    """A check: its stable name (a variable's name where it examines one), and whether it asks the database."""

    name: str
    run: Callable[[], Finding]
    asks_database: bool


CHECKS: dict[str, Check] = {}


def check(name: str, *, asks_database: bool = False) -> Callable[[Callable[[], Finding]], Callable[[], Finding]]:
    """Register a check under its name."""

    def register(function: Callable[[], Finding]) -> Callable[[], Finding]:
        CHECKS[name] = Check(name, function, asks_database)
        return function

    return register


def ok(text: str) -> Finding:
    """All right."""
    return Finding(Level.OK, text)


def warn(text: str, advice: str) -> Finding:
    """It works, but wants attention."""
    return Finding(Level.WARN, text, advice)


def fail(text: str, advice: str) -> Finding:
    """It doesn't work, or is dangerous."""
    return Finding(Level.FAIL, text, advice)


def examine() -> Iterator[tuple[str, Finding]]:
    """Run all checks, the variables in the order of their table first; yields each one's name and finding.

    Without a database those that ask it are left out.
    """
    reachable = _database_answers()
    variables = [variable.name for variable in environment.VARIABLES if variable.name in CHECKS]
    for name in dict.fromkeys([*variables, *CHECKS]):
        if reachable or not CHECKS[name].asks_database:
            yield name, _run(CHECKS[name])


def _run(one: Check) -> Finding:
    try:
        return one.run()
    except Exception as error:
        words = f"{type(error).__name__}: {error}".strip().splitlines()[0]
        return fail(_("检查未能完成：%(error)s") % {"error": words}, _("请先排除该错误，再运行一次 manage.py doctor。"))


def _database_answers() -> bool:
    try:
        connection.ensure_connection()
    except DatabaseError:
        return False
    return True
