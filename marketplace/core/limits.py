"""Time limits: from an event to the moment at which its answer is due, with every reason on the way. Pure.

The event counts on its base day: the day itself when it is a working day before 17:00, else the next working day; the
next working day is day 1; the last one closes at 17:00. Calendar days count from the event's date, and an end on a
day off moves to the next working day (Civil Code, art. 203). Half-days end at 12:00 and 17:00, beginning with the one
after the event's. A pause takes out the working days in (base of its begin, base of its end]. Special procedures
(expert review, hearing, publicity: Administrative Licensing Law, art. 45) stand outside the limit: as long as planned,
or as long as they took where that was longer. Limits of selections (`rules.add_workdays`) know no base day: there the
day after the event is always the first.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import groupby

from marketplace.core.clock import ZONE
from marketplace.core.rules import CLOSING_TIME, IsWorkday, add_workdays, closing, workdays_between

NOON = time(12, 0)


class Unit(StrEnum):
    """What a limit counts."""

    WORKING = "working"
    CALENDAR = "calendar"
    HALF = "half"


@dataclass(frozen=True)
class Calendar:
    """What a limit must know of days: which are worked, what a special day is called, which years are only computed."""

    is_workday: IsWorkday
    name_of: Callable[[date], str] = lambda day: ""
    is_provisional: Callable[[int], bool] = lambda year: False


@dataclass(frozen=True)
class Pause:
    """A time in which the limit stands still, or stands to this day. `is_special`: a procedure outside the limit."""

    began_at: datetime
    ended_at: datetime | None = None
    reason: str = ""
    is_special: bool = False


@dataclass(frozen=True)
class Counted:
    """A limit, worked out. `until`: the moment to which an open pause was counted; `skipped`, `worked`: days off that
    did not count and weekends that did; `shifts`: working days (calendar limits: days) that each pause took out."""

    event_at: datetime
    base_on: date
    days: int
    unit: Unit
    outside: int
    pauses: tuple[Pause, ...]
    shifts: tuple[int, ...]
    nominal_at: datetime
    due_at: datetime
    skipped: tuple[date, ...]
    worked: tuple[date, ...]
    provisional: tuple[int, ...]

    @property
    def due_on(self) -> date:
        """The day on which it is due."""
        return self.due_at.astimezone(ZONE).date()

    @property
    def is_paused(self) -> bool:
        """Whether a pause goes on: then `due_at` is what it would be if it ended now."""
        return any(pause.ended_at is None for pause in self.pauses)


def base_on(moment: datetime, is_workday: IsWorkday) -> date:
    """The day on which an event counts."""
    local = moment.astimezone(ZONE)
    day = local.date()
    return day if is_workday(day) and local.time() < CLOSING_TIME else _workday_from(day + timedelta(1), is_workday)


def count(
    event_at: datetime,
    days: int,
    calendar: Calendar,
    *,
    unit: Unit = Unit.WORKING,
    outside: int = 0,
    pauses: Iterable[Pause] = (),
    until: datetime | None = None,
) -> Counted:
    """The limit of `days` that began with the event. `outside`: planned working days of special procedures.

    An open pause counts up to `until`, or not at all. ValueError for a length out of reason.
    """
    pauses = tuple(sorted(pauses, key=lambda pause: pause.began_at))
    shifts = tuple(_shift(pause, unit, calendar.is_workday, until) for pause in pauses)
    inside = sum(shift for pause, shift in zip(pauses, shifts, strict=True) if not pause.is_special)
    base = base_on(event_at, calendar.is_workday)
    nominal = _end(event_at, base, days, 0, unit, calendar.is_workday)
    as_planned = _end(event_at, base, days, inside, unit, calendar.is_workday)
    as_planned = _later(as_planned, outside, calendar.is_workday)
    due = max(as_planned, _end(event_at, base, days, sum(shifts), unit, calendar.is_workday))
    between = [base + timedelta(n) for n in range(1, (due.astimezone(ZONE).date() - base).days + 1)]
    return Counted(
        event_at=event_at,
        base_on=base,
        days=days,
        unit=unit,
        outside=outside,
        pauses=pauses,
        shifts=shifts,
        nominal_at=nominal,
        due_at=due,
        skipped=tuple(day for day in between if not calendar.is_workday(day)),
        worked=tuple(day for day in between if day.weekday() > 4 and calendar.is_workday(day)),
        provisional=tuple(
            year for year in range(base.year, due.astimezone(ZONE).year + 1) if calendar.is_provisional(year)
        ),
    )


def runs(days: Sequence[date], name_of: Callable[[date], str]) -> list[tuple[date, date, str]]:
    """Days in a row, each run with its first and last day and what it is called."""
    numbered = [(day.toordinal() - n, day) for n, day in enumerate(days)]
    found = []
    for _key, group in groupby(numbered, key=lambda pair: pair[0]):
        row = [day for _number, day in group]
        names = dict.fromkeys(name for day in row if (name := name_of(day)))
        found.append((row[0], row[-1], "、".join(names)))
    return found


def _shift(pause: Pause, unit: Unit, is_workday: IsWorkday, until: datetime | None) -> int:
    end = pause.ended_at or until
    if end is None or end <= pause.began_at:
        return 0
    if unit == Unit.CALENDAR:  # by date alone: a base day that moves over a holiday would make the end earlier
        return (end.astimezone(ZONE).date() - pause.began_at.astimezone(ZONE).date()).days
    return workdays_between(base_on(pause.began_at, is_workday), base_on(end, is_workday), is_workday)


def _end(event_at: datetime, base: date, days: int, shift: int, unit: Unit, is_workday: IsWorkday) -> datetime:
    if unit == Unit.CALENDAR:
        return closing(_workday_from(event_at.astimezone(ZONE).date() + timedelta(days + shift), is_workday))
    if unit == Unit.HALF:
        return _half_day(event_at, base, days, shift, is_workday)
    return closing(add_workdays(base, days + shift, is_workday).due_on)


def _half_day(event_at: datetime, base: date, halves: int, shift: int, is_workday: IsWorkday) -> datetime:
    """Half-days are numbered from the base day's morning, 0; an event out of hours stands before it."""
    local = event_at.astimezone(ZONE)
    of_event = -1 if local.date() != base else 0 if local.time() < NOON else 1
    number = of_event + halves
    day = add_workdays(base, max(number // 2, 0) + shift, is_workday).due_on
    return closing(day) if number % 2 else datetime.combine(day, NOON, ZONE)


def _later(moment: datetime, days: int, is_workday: IsWorkday) -> datetime:
    local = moment.astimezone(ZONE)
    return datetime.combine(add_workdays(local.date(), days, is_workday).due_on, local.time(), ZONE)


def _workday_from(day: date, is_workday: IsWorkday) -> date:
    while not is_workday(day):
        day += timedelta(days=1)
    return day
