"""The one clock. Everything that decides by time asks here, and asks after its locks are held.

Inside a transaction on PostgreSQL it is the database's clock (`clock_timestamp()`: `now()` would be the
transaction's start); on SQLite the writer's lock makes the process's clock good enough, taken after BEGIN IMMEDIATE.
A demonstration adds an offset (see `demo.clock`); seeding the past runs in an `at(...)` context.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

ZONE = ZoneInfo("Asia/Shanghai")

_frozen: ContextVar[datetime | None] = ContextVar("frozen_clock", default=None)
_offset: Callable[[], timedelta] | None = None


def now() -> datetime:
    """The present moment, aware, in UTC."""
    frozen = _frozen.get()
    if frozen is not None:
        return frozen
    moment = _database_time() if connection.vendor == "postgresql" and connection.in_atomic_block else timezone.now()
    return moment + _offset() if _offset else moment


def today() -> date:
    """The present day in the zone's time (Asia/Shanghai)."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """The same moment on the zone's wall clock."""
    return moment.astimezone(ZONE)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let the clock stand at `moment` inside the block: for seeding the past and for tests."""
    if moment.tzinfo is None:
        raise ValueError("the clock needs an aware datetime")
    token = _frozen.set(moment)
    try:
        yield
    finally:
        _frozen.reset(token)


def use_offset(source: Callable[[], timedelta] | None) -> None:
    """Let `source` say by how much the site's time runs ahead of the real one. Only a demonstration does this."""
    global _offset
    _offset = source


def _database_time() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment
