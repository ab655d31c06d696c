"""Registers of the core as they were before each test, and small uploads."""

from collections.abc import Iterator

import pytest

from marketplace.core import calendar, deadlines, desk, events, files, health, inbox


@pytest.fixture(autouse=True)
def registers() -> Iterator[None]:
    """What a test registers is gone after it, and the calendar is read anew."""
    tables = [
        deadlines._handlers,
        events._types,
        events._subscribers,
        files._purposes,
        inbox._kinds,
        health._checks,
        desk._sources,
    ]
    before = [dict(table) for table in tables]
    inner = {name: dict(handlers) for name, handlers in events._subscribers.items()}
    calendar.forget()
    yield
    for table, old in zip(tables, before, strict=True):
        table.clear()
        table.update(old)
    for name, handlers in inner.items():
        events._subscribers[name] = handlers
    calendar.forget()
