"""Deadlines: a row that is due, and the ticker that carries it out once.

Time decides, not the ticker: what a deadline makes visible is already true when its moment has passed, so a reader who
comes first applies it (`apply_due`). Kinds register in `apps.py`.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, models, transaction
from django.db.models import Q

from marketplace.core import clock
from marketplace.core.models import Deadline

logger = logging.getLogger(__name__)
MAX_ATTEMPTS = 50
_handlers: dict[str, Callable[[str], None]] = {}


def register(kind: str, handler: Callable[[str], None]) -> None:
    """Let `handler(pk)` carry out deadlines of `kind`; it must be harmless when its act was done already."""
    _handlers[kind] = handler


def kinds() -> list[str]:
    """All registered kinds."""
    return sorted(_handlers)


def subject_of(obj: models.Model) -> str:
    """How logs and deadlines name an object: `app.model:pk`."""
    return f"{obj._meta.label_lower}:{obj.pk}"


def put(kind: str, obj: models.Model, due_at: datetime) -> None:
    """Set, or move, the object's one open deadline of this kind; inside the act's transaction."""
    if kind not in _handlers:
        raise LookupError(f"no handler is registered for deadlines of kind {kind}")
    Deadline.objects.update_or_create(
        kind=kind, subject=subject_of(obj), done_at=None, defaults={"due_at": due_at, "retry_at": None, "attempts": 0}
    )


def open_until(kind: str, obj: models.Model) -> datetime | None:
    """When the object's open deadline of this kind is due; None without one."""
    open_ones = Deadline.objects.filter(kind=kind, subject=subject_of(obj), done_at=None)
    return open_ones.values_list("due_at", flat=True).first()


def cancel(kind: str, obj: models.Model) -> None:
    """Close the object's open deadline of this kind without carrying it out."""
    Deadline.objects.filter(kind=kind, subject=subject_of(obj), done_at=None).update(
        done_at=clock.now(), error="cancelled"
    )


def run_due(limit: int = 100, *, until: datetime | None = None) -> int:
    """Carry out what is due, oldest first; returns how many were tried. Safe to run in several processes."""
    tried = 0
    while tried < limit and _run_one(until=until):
        tried += 1
    return tried


def apply_due(kind: str, obj: models.Model) -> bool:
    """Carry out this object's deadline now if it is due: called by a reader who comes before the ticker.

    Waits for a ticker that is at it already, so that the reader's next look sees what it did.
    """
    return _run_one(only=Q(kind=kind, subject=subject_of(obj)))


def _due(only: Q | None, until: datetime | None) -> "models.QuerySet[Deadline]":
    moment = until or clock.now()
    due = Deadline.objects.filter(done_at=None, due_at__lte=moment, attempts__lt=MAX_ATTEMPTS)
    due = due.filter(Q(retry_at=None) | Q(retry_at__lte=moment))
    return due.filter(only) if only is not None else due


def _run_one(only: Q | None = None, until: datetime | None = None) -> bool:
    if not _due(only, until).exists():  # look before taking SQLite's writer lock
        return False
    with transaction.atomic():
        skip = only is None and connection.features.has_select_for_update_skip_locked
        deadline = _due(only, until).order_by("due_at", "id").select_for_update(skip_locked=skip).first()
        if deadline is None:
            return False
        try:
            with transaction.atomic():
                _close(deadline)
                _handlers[deadline.kind](deadline.subject.split(":", 1)[1])
        except Exception as error:
            logger.exception("deadline %s failed", deadline)
            deadline.attempts += 1
            deadline.retry_at = clock.now() + timedelta(seconds=min(2**deadline.attempts, 300))
            deadline.error = f"{type(error).__name__}: {error}"[:2000]
            deadline.save(update_fields=["attempts", "retry_at", "error"])
    return True


def _close(deadline: Deadline) -> None:
    """Mark it done before its handler runs, which may then put the next one of its kind; a failure undoes both."""
    Deadline.objects.filter(pk=deadline.pk).update(done_at=clock.now(), error="")
