"""Who signs next, and when both are reminded."""

from collections.abc import Callable, Iterable
from datetime import datetime

from marketplace.core.errors import AlreadyDone

FIRST = {"buyer": "sign_buyer_first", "agency": "sign_agency_first"}
SECOND = {"buyer": "sign_buyer_second", "agency": "sign_agency_second"}


def signing_act(state: str, side: str) -> str:
    """The act of `CONTRACT` with which this side confirms. AlreadyDone when it has confirmed this version."""
    if state == f"signed_{side}":
        raise AlreadyDone
    return FIRST[side] if state == "drafting" else SECOND[side]


def next_reminder(
    moment: datetime, days: int, reminders: Iterable[int], morning_of: Callable[[int], datetime]
) -> datetime | None:
    """When to remind next after `moment`; None when no reminder is left.

    `days` is the whole period, `reminders` the days left at which one reminds (source: selection-rules, *Periods*),
    `morning_of(n)` the morning of the n-th working day of the period.
    """
    mornings = (morning_of(days - left) for left in reminders if 0 <= left < days)
    return min((morning for morning in mornings if morning > moment), default=None)
