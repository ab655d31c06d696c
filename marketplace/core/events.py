"""Events: the only way upward. One outbox row per subscriber, in the transaction of the act.

An event is a frozen dataclass of plain values (ids, codes); subscribers register in `apps.py`. A handler runs in its
own transaction together with the mark "done": what it writes happens exactly once. What it sends outside the database
happens at least once.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import Q

from marketplace.core import clock
from marketplace.core.models import OutboxMessage

logger = logging.getLogger(__name__)
MAX_ATTEMPTS = 12


@dataclass(frozen=True)
class Event:
    """Base of all events; fields are JSON values."""


E = TypeVar("E", bound=Event)
_subscribers: dict[str, dict[str, Callable[[Any], None]]] = {}
_latest_only: set[str] = set()
_silent: ContextVar[frozenset[str]] = ContextVar("silent_subscribers", default=frozenset())
_types: dict[str, type[Event]] = {}


def name_of(kind: type[Event]) -> str:
    """The stable name under which an event stands in the outbox."""
    return f"{kind.__module__.removeprefix('marketplace.')}.{kind.__name__}"


def subscribe(kind: type[E], key: str, handler: Callable[[E], None], *, latest_only: bool = False) -> None:
    """Let `handler` run once after each commit that published a `kind`. `key` is unique and stable.

    `latest_only`: the handler reads the present state, so equal messages that wait together are handled as one.
    """
    name = name_of(kind)
    if latest_only:
        _latest_only.add(key)
    _types[name] = kind
    _subscribers.setdefault(name, {})[key] = handler


def publish(*events: Event) -> None:
    """Write the events for each of their subscribers, all at once. Must run inside a transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError("an event is published inside the transaction of its act")
    if not events:
        return
    moment = clock.now()  # once: on PostgreSQL each look at the clock is a query
    rows = [
        OutboxMessage(event=name, subscriber=key, payload=asdict(event), created_at=moment)
        for event in events
        for name in [name_of(type(event))]
        for key in _subscribers.get(name, {})
        if key not in _silent.get()
    ]
    OutboxMessage.objects.bulk_create(rows, batch_size=1000)


@contextmanager
def without(*keys: str) -> Iterator[None]:
    """Publish nothing to these subscribers inside the block: seeding the past writes e-mails to nobody."""
    token = _silent.set(_silent.get() | set(keys))
    try:
        yield
    finally:
        _silent.reset(token)


def subscribers() -> dict[str, list[str]]:
    """Event name → keys of its subscribers, for the documentation and its test."""
    return {name: sorted(handlers) for name, handlers in _subscribers.items()}


def dispatch(limit: int = 200) -> int:
    """Handle at most `limit` open messages in their order; returns how many were tried. Several processes may."""
    if not _ready().exists():  # look before taking SQLite's writer lock
        return 0
    tried = 0
    while tried < limit and _dispatch_one():
        tried += 1
    return tried


def _ready() -> Any:
    moment = clock.now()
    return OutboxMessage.objects.filter(done_at=None, attempts__lt=MAX_ATTEMPTS).filter(
        Q(retry_at=None) | Q(retry_at__lte=moment)
    )


def _dispatch_one() -> bool:
    with transaction.atomic():
        message = (
            _ready()
            .order_by("id")
            .select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
            .first()
        )
        if message is None:
            return False
        try:
            with transaction.atomic():
                if message.subscriber in _latest_only:
                    _take_equal_ones_along(message)
                handler = _subscribers[message.event][message.subscriber]
                handler(_types[message.event](**message.payload))
        except Exception as error:  # a failing subscriber must not stop the others
            logger.exception("subscriber %s failed on %s", message.subscriber, message.event)
            message.attempts += 1
            message.retry_at = clock.now() + timedelta(seconds=min(2**message.attempts, 900))
            message.error = f"{type(error).__name__}: {error}"[:2000]
        else:
            message.done_at = clock.now()
            message.error = ""
        message.save(update_fields=["attempts", "retry_at", "error", "done_at"])
    return True


def _take_equal_ones_along(message: OutboxMessage) -> None:
    """Their acts are committed, and the handler reads the state only after this: it sees what they changed."""
    OutboxMessage.objects.filter(
        done_at=None, event=message.event, subscriber=message.subscriber, payload=message.payload, id__gt=message.pk
    ).update(done_at=clock.now())
