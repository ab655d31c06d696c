"""Working days: pure arithmetic over a calendar.

Source: `selection-rules`, *Periods*: the day after the event counts as day 1, a period closes at 17:00.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from fractions import Fraction

from marketplace.core.clock import ZONE

CLOSING_TIME = time(17, 0)
IsWorkday = Callable[[date], bool]


class Alert(StrEnum):
    """How a running time limit stands."""

    QUIET = "quiet"
    ALERT = "alert"
    YELLOW = "yellow"
    RED = "red"


@dataclass(frozen=True)
class DueDate:
    """A computed limit: the day it ends, and every day between that did not count."""

    starts_on: date
    days: int
    due_on: date
    skipped: tuple[date, ...]


def add_workdays(start: date, days: int, is_workday: IsWorkday) -> DueDate:
    """The day on which `days` working days after `start` are over; day 1 is the first working day after `start`.

    With 0 days it is `start` itself. ValueError for a negative number or more than 2,000 days.
    """
    if not 0 <= days <= 2000:
        raise ValueError("days must be between 0 and 2000")
    day, left, skipped = start, days, []
    while left:
        day += timedelta(days=1)
        if is_workday(day):
            left -= 1
        else:
            skipped.append(day)
    return DueDate(start, days, day, tuple(skipped))


def workdays_between(start: date, end: date, is_workday: IsWorkday) -> int:
    """How many working days lie after `start` up to and including `end`; negative when `end` is before `start`."""
    if end < start:
        return -workdays_between(end, start, is_workday)
    return sum(is_workday(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def closing(day: date) -> datetime:
    """The moment at which a period that ends on `day` closes."""
    return datetime.combine(day, CLOSING_TIME, ZONE)


def alert_level(started_at: datetime, due_at: datetime, moment: datetime, is_workday: IsWorkday) -> Alert:
    """Alert at 60 % of the limit or one working day before, yellow when it has passed, red one working day later.

    A limit of one working day has no "one working day before": it would be an alert from its first minute on.
    """
    if moment > closing(add_workdays(due_at.astimezone(ZONE).date(), 1, is_workday).due_on):
        return Alert.RED
    if moment > due_at:
        return Alert.YELLOW
    due_on = due_at.astimezone(ZONE).date()
    is_long = workdays_between(started_at.astimezone(ZONE).date(), due_on, is_workday) > 1
    one_day_before = is_long and workdays_between(moment.astimezone(ZONE).date(), due_on, is_workday) <= 1
    elapsed = Fraction(max(int((moment - started_at).total_seconds()), 0))
    limit = Fraction(max(int((due_at - started_at).total_seconds()), 1))
    return Alert.ALERT if one_day_before or elapsed / limit >= Fraction(6, 10) else Alert.QUIET
