"""The working-day calendar: a table fed from the published holidays, which operators may correct."""

import time
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import chinese_calendar
import holidays
from django.db import transaction

from marketplace.core import clock, events, limits, log, rules
from marketplace.core.models import CalendarDay, CalendarYear

MEMORY_SECONDS = 30


@dataclass(frozen=True)
class CalendarChanged(events.Event):
    """A day was corrected, or a year's notice came: limits that run may end on another day."""


Days = dict[date, tuple[bool, str]]  # worked, and what the day is called

_memory: tuple[float, Days, dict[int, bool]] = (0.0, {}, {})
_refreshed_on: date | None = None


def is_workday(day: date) -> bool:
    """Whether `day` is a working day by the table; other days go by their weekday.

    A year that was never loaded is computed, so that the answer is right even in a database nobody has set up.
    """
    exceptions, years = _table()
    if day in exceptions or day.year in years:
        return exceptions[day][0] if day in exceptions else day.weekday() < 5
    return is_announced_workday(day)


def name_of(day: date) -> str:
    """What a day that is not what its weekday says is called (`春节`); empty for others."""
    exceptions, years = _table()
    if day in exceptions or day.year in years:
        return exceptions[day][1] if day in exceptions else ""
    return _computed(day.year).get(day, (True, ""))[1]


def facts() -> limits.Calendar:
    """This zone's calendar as the arithmetic of limits takes it."""
    return limits.Calendar(is_workday, name_of, is_provisional)


def count(event_at: datetime, days: int, **options: Any) -> limits.Counted:
    """`limits.count` over this zone's calendar."""
    return limits.count(event_at, days, facts(), **options)


def is_announced_workday(day: date) -> bool:
    """Whether `day` is a working day by the published holidays alone, without the table and its corrections."""
    found = _computed(day.year).get(day)
    return found[0] if found else day.weekday() < 5


def due_on(start: date, days: int) -> rules.DueDate:
    """`rules.add_workdays` over this zone's calendar."""
    return rules.add_workdays(start, days, is_workday)


def closes_at(start: datetime, days: int) -> datetime:
    """The moment (17:00) at which a period of `days` working days that began at `start` closes."""
    return rules.closing(due_on(clock.local(start).date(), days).due_on)


def is_provisional(year: int) -> bool:
    """Whether the year's holidays are only computed, because the State Council's notice is not known here."""
    known = _table()[1].get(year)
    return known if known is not None else not is_announced(year)


def is_announced(year: int) -> bool:
    """Whether this installation's software knows the State Council's notice for the year."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


@transaction.atomic
def correct(day: date, *, is_workday: bool, name: str, by: log.Actor) -> CalendarDay:
    """Say by hand whether a day is worked; open limits that can be counted again are (`CalendarChanged`)."""
    row, _new = CalendarDay.objects.update_or_create(
        date=day, defaults={"is_workday": is_workday, "name": name, "provisional": False}
    )
    log.record("calendar.correct", row, by=by, data={"date": day.isoformat(), "is_workday": is_workday, "name": name})
    _changed()
    return row


@transaction.atomic
def drop(day: CalendarDay, *, by: log.Actor) -> None:
    """Take a day off the table, so that its weekday counts again."""
    log.record("calendar.drop", day, by=by, data={"date": day.date.isoformat(), "is_workday": day.is_workday})
    day.delete()
    _changed()


@transaction.atomic
def load(years: range) -> int:
    """Write the holidays and worked weekends of `years` that are not in the table yet; returns how many days.

    Source: the State Council's yearly notices as kept by chinesecalendar; a year it does not know yet gets the
    statutory days of `holidays` and is marked provisional. Days that somebody corrected by hand stay.
    """
    written, changed = 0, False
    for year in years:
        try:
            days, provisional = _announced(year), False
        except NotImplementedError:
            days, provisional = _statutory(year), True
        known = CalendarYear.objects.filter(year=year).first()
        if known and known.provisional and not provisional:
            CalendarDay.objects.filter(date__year=year, provisional=True).delete()
        present = set(CalendarDay.objects.filter(date__year=year).values_list("date", flat=True))
        rows = [
            CalendarDay(date=d, is_workday=w, name=n, provisional=provisional) for d, w, n in days if d not in present
        ]
        CalendarDay.objects.bulk_create(rows)
        CalendarYear.objects.update_or_create(year=year, defaults={"provisional": provisional})
        written += len(rows)
        changed = changed or known is None or known.provisional != provisional or bool(rows)
    if changed:
        _changed()
    return written


def refresh() -> int:
    """The errand: once a day take over what this installation's software has learned since; how many days.

    The next year is added provisionally; a provisional year whose notice came is written anew. A site that was never
    set up is left alone.
    """
    global _refreshed_on
    today = clock.today()
    if _refreshed_on == today:
        return 0
    _refreshed_on = today
    known = dict(CalendarYear.objects.values_list("year", "provisional"))
    wanted = [y for y in range(min(known, default=today.year), today.year + 2) if known.get(y, True)]
    stale = [year for year in wanted if year not in known or is_announced(year)]
    return sum(load(range(year, year + 1)) for year in stale) if known else 0


def forget() -> None:
    """Drop this process's memory of the table after a change; other processes follow within MEMORY_SECONDS."""
    global _memory
    _memory = (0.0, {}, {})


def _changed() -> None:
    """Forget now for the rest of this transaction, then for a neighbour thread that read the old table meanwhile."""
    forget()
    transaction.on_commit(forget)
    events.publish(CalendarChanged())


def _table() -> tuple[Days, dict[int, bool]]:
    global _memory
    until, days, years = _memory
    if time.monotonic() > until:
        rows = CalendarDay.objects.values_list("date", "is_workday", "name")
        days = {day: (is_worked, name) for day, is_worked, name in rows}
        years = dict(CalendarYear.objects.values_list("year", "provisional"))
        _memory = (time.monotonic() + MEMORY_SECONDS, days, years)
    return days, years


@lru_cache(maxsize=64)
def _computed(year: int) -> Days:
    try:
        return {day: (worked, name) for day, worked, name in _announced(year)}
    except NotImplementedError:
        return {day: (worked, name) for day, worked, name in _statutory(year)}


def _announced(year: int) -> list[tuple[date, bool, str]]:
    found = []
    for day in chinese_calendar.get_dates(date(year, 1, 1), date(year, 12, 31)):
        holiday, name = chinese_calendar.get_holiday_detail(day)
        if holiday == (day.weekday() < 5):
            shown = _NAMES.get(name or "", name or "")
            found.append((day, not holiday, shown if holiday else f"{shown}调休上班"))
    return found


def _statutory(year: int) -> list[tuple[date, bool, str]]:
    table = holidays.country_holidays("CN", years=year, language="zh_CN")
    return [(day, False, name[:60]) for day, name in sorted(table.items()) if day.weekday() < 5]


_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}
