"""How the parts are: each app may add a check; `/healthz` and the operators' desk show them."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypedDict

from django.db import connection
from django.utils import timezone

from marketplace.core import clock
from marketplace.core.models import Deadline, Heartbeat, OutboxMessage

MOST_APART = 2.0  # seconds between the database's clock and the process's


class Part(TypedDict):
    """One part: `essential` ones decide whether the site is up."""

    ok: bool
    essential: bool
    detail: str


_checks: dict[str, Callable[[], Part]] = {}


def register(name: str, check: Callable[[], Part]) -> None:
    """Add a part to the report."""
    _checks[name] = check


def report() -> dict[str, Part]:
    """Every part and how it is; a check that fails is a part that is not well."""
    parts: dict[str, Part] = {
        "database": {"ok": True, "essential": True, "detail": ""},
        "worker": _worker(),
        "queue": _queue(),
        "clock": _clock(),
    }
    for name, check in _checks.items():
        try:
            parts[name] = check()
        except Exception as error:
            parts[name] = {"ok": False, "essential": False, "detail": type(error).__name__}
    return parts


def _worker() -> Part:
    beat = Heartbeat.objects.filter(name="worker").first()
    alive = beat is not None and beat.at > timezone.now() - timedelta(seconds=30)
    return {
        "ok": alive,
        "essential": False,
        "detail": "" if alive else "the worker was not seen for 30 s: manage.py worker",
    }


def _clock() -> Part:
    """The database's clock decides what is in time; a page shows the process's."""
    if connection.vendor != "postgresql":
        return {"ok": True, "essential": False, "detail": ""}
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        apart = abs((cursor.fetchone()[0] - timezone.now()).total_seconds())
    ok = apart < MOST_APART
    return {"ok": ok, "essential": False, "detail": "" if ok else f"the database's clock is {apart:.1f} s off ours"}


def _queue() -> Part:
    late = Deadline.objects.filter(done_at=None, due_at__lt=clock.now() - timedelta(seconds=30)).count()
    stuck = OutboxMessage.objects.filter(done_at=None, attempts__gt=3).count()
    return {
        "ok": not late and not stuck,
        "essential": False,
        "detail": f"{late} late deadlines, {stuck} stuck messages",
    }
