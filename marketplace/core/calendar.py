"""The working-day calendar: a table fed from the published holidays, which operators may correct."""

import time
from datetime import date, datetime
from functools import lru_cache

import chinese_calendar
import holidays
from django.db import transaction

from marketplace.core import clock, log, rules
from marketplace.core.models import CalendarDay, CalendarYear

MEMORY_SECONDS = 30

_memory: tuple[float, dict[date, bool], frozenset[int]] = (0.0, {}, frozenset())


def is_workday(day: date) -> bool:
    """Whether `day` is a working day by the table; other days go by their weekday.

    A year that was never loaded is computed, so that the answer is right even in a database nobody has set up.
    """
    exceptions, years = _table()
    if day in exceptions or day.year in years:
        return exceptions.get(day, day.weekday() < 5)
    return is_announced_workday(day)


def is_announced_workday(day: date) -> bool:
    """Whether `day` is a working day by the published holidays alone, without the table and its corrections."""
    return _computed(day.year).get(day, day.weekday() < 5)


def due_on(start: date, days: int) -> rules.DueDate:
    """`rules.add_workdays` over this zone's calendar."""
    return rules.add_workdays(start, days, is_workday)


def closes_at(start: datetime, days: int) -> datetime:
    """The moment (17:00) at which a period of `days` working days that began at `start` closes."""
    return rules.closing(due_on(clock.local(start).date(), days).due_on)


def is_provisional(year: int) -> bool:
    """Whether the year's holidays are only computed, because the State Council's notice is not known here."""
    known = CalendarYear.objects.filter(year=year).first()
    return known.provisional if known else not is_announced(year)


def is_announced(year: int) -> bool:
    """Whether this installation's software knows the State Council's notice for the year."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


@transaction.atomic
def correct(day: date, *, is_workday: bool, name: str, by: log.Actor) -> CalendarDay:
    """Say by hand whether a day is worked; it counts for limits that are set from now on."""
    row, _new = CalendarDay.objects.update_or_create(
        date=day, defaults={"is_workday": is_workday, "name": name, "provisional": False}
    )
    log.record("calendar.correct", row, by=by, data={"date": day.isoformat(), "is_workday": is_workday, "name": name})
    _forget_now_and_then()
    return row


@transaction.atomic
def drop(day: CalendarDay, *, by: log.Actor) -> None:
    """Take a day off the table, so that its weekday counts again."""
    log.record("calendar.drop", day, by=by, data={"date": day.date.isoformat(), "is_workday": day.is_workday})
    day.delete()
    _forget_now_and_then()


@transaction.atomic
def load(years: range) -> int:
    """Write the holidays and worked weekends of `years` that are not in the table yet; returns how many days.

    Source: the State Council's yearly notices as kept by chinesecalendar; a year it does not know yet gets the
    statutory days of `holidays` and is marked provisional. Days that somebody corrected by hand stay.
    """
    written = 0
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
    _forget_now_and_then()
    return written


def forget() -> None:
    """Drop this process's memory of the table after a change; other processes follow within MEMORY_SECONDS."""
    global _memory
    _memory = (0.0, {}, frozenset())


def _forget_now_and_then() -> None:
    """Now for the rest of this transaction, then for a neighbour thread that read the old table meanwhile."""
    forget()
    transaction.on_commit(forget)


def _table() -> tuple[dict[date, bool], frozenset[int]]:
    global _memory
    until, days, years = _memory
    if time.monotonic() > until:
        days = dict(CalendarDay.objects.values_list("date", "is_workday"))
        years = frozenset(CalendarYear.objects.values_list("year", flat=True))
        _memory = (time.monotonic() + MEMORY_SECONDS, days, years)
    return days, years


@lru_cache(maxsize=64)
def _computed(year: int) -> dict[date, bool]:
    try:
        return {day: worked for day, worked, _name in _announced(year)}
    except NotImplementedError:
        return {day: worked for day, worked, _name in _statutory(year)}


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
