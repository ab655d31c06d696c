"""The demonstration's clock: a monotone offset that only the domain's clock reads.

Sessions, second factors and the signatures of payment providers keep real time.
"""

import time
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from demo.models import ClockOffset
from marketplace.core import clock, deadlines, events, log
from marketplace.core.errors import DomainError
from marketplace.core.models import Deadline

MEMORY_SECONDS = 0.05
LONGEST_STEP = timedelta(days=400)
# Kinds a visitor does not wait for: they come by themselves and would hide what the tour is about.
BACKGROUND_KINDS = (
    "supervision.sweep",
    "agencies.certificate_expires",
    "agencies.certificate_reminder",
    "agencies.rating_ages",
    "agencies.reconfirm",
    "agencies.credit_over",
    "contracts.sign_reminder",
)

_memory: tuple[float, timedelta] = (0.0, timedelta(0))


def offset() -> timedelta:
    """How far the site's time runs ahead now."""
    global _memory
    until, value = _memory
    if time.monotonic() > until:
        row = ClockOffset.objects.order_by("pk").values_list("seconds", flat=True).first()
        value = timedelta(seconds=row or 0)
        _memory = (time.monotonic() + MEMORY_SECONDS, value)
    return value


def forget() -> None:
    """Drop this process's memory of the offset."""
    global _memory
    _memory = (0.0, timedelta(0))


def advance_to(moment: datetime) -> None:
    """Move the site's time forward to `moment`, deadline by deadline, and let everything that falls due happen.

    DomainError for a moment in the past or more than 400 days ahead.
    """
    now = clock.now()
    if moment <= now:
        raise DomainError("演示时钟只能向前走。")
    if moment - now > LONGEST_STEP:
        raise DomainError("一次最多前进 400 天。")
    while (due := next_due(moment)) is not None:
        _jump(due)
        _settle()
    _jump(moment)
    _settle()


def next_due(until: datetime) -> datetime | None:
    """When the next open deadline falls due, if that is between now and `until`."""
    ahead = Deadline.objects.filter(done_at=None, due_at__gt=clock.now(), due_at__lte=until)
    return ahead.order_by("due_at").values_list("due_at", flat=True).first()


def upcoming(limit: int = 12) -> list[Deadline]:
    """The next open deadlines that a visitor would wait for."""
    ahead = Deadline.objects.filter(done_at=None, due_at__gt=clock.now()).exclude(kind__in=BACKGROUND_KINDS)
    return list(ahead.order_by("due_at", "id")[:limit])


def _jump(moment: datetime) -> None:
    forget()
    missing = (moment - clock.now()).total_seconds()
    if missing <= 0:
        return
    with transaction.atomic():
        row, _created = ClockOffset.objects.select_for_update().get_or_create(pk=1)
        ClockOffset.objects.filter(pk=row.pk).update(seconds=F("seconds") + int(missing) + 1)
    forget()


def _settle() -> None:
    for _round in range(50):
        if not deadlines.run_due() + events.dispatch() + log.sequence():
            return
