"""Time limits: base day, working and calendar days and half-days, pauses, special procedures, and their arithmetic."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core import calendar
from marketplace.core.clock import ZONE
from marketplace.core.limit_words import explain
from marketplace.core.limits import Calendar, Pause, Unit, count, runs
from marketplace.core.rules import IsWorkday, workdays_between

ANNOUNCED = Calendar(calendar.is_announced_workday)


def at(text: str) -> datetime:
    """A moment of 2026 on the zone's wall clock: `03-02 10:00`."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("event", "days", "unit", "due"),
    [
        ("02-12 10:00", 5, "working", "02-26 17:00"),  # Saturday 14 is worked, 15 to 23 are free
        ("02-14 16:59", 1, "working", "02-24 17:00"),
        ("02-14 17:30", 1, "working", "02-25 17:00"),
        ("03-01 22:00", 3, "working", "03-05 17:00"),  # Sunday night
        ("04-30 09:00", 20, "working", "06-01 17:00"),
        ("09-18 11:00", 10, "working", "10-09 17:00"),
        ("03-02 10:00", 0, "working", "03-02 17:00"),
        ("08-03 10:00", 60, "calendar", "10-08 17:00"),
        ("04-30 10:00", 5, "calendar", "05-06 17:00"),
        ("03-02 10:00", 1, "half", "03-02 17:00"),
        ("03-02 14:00", 1, "half", "03-03 12:00"),
        ("03-06 17:05", 1, "half", "03-09 12:00"),
        ("02-28 15:00", 1, "half", "03-02 12:00"),
    ],
)
def test_a_limit_is_due_as_the_rules_say(event: str, days: int, unit: str, due: str) -> None:
    assert count(at(event), days, ANNOUNCED, unit=Unit(unit)).due_at == at(due)


@pytest.mark.parametrize(
    ("event", "pause", "days", "due"),
    [
        ("09-22 10:00", ("09-24 11:00", "10-09 09:30"), 7, "10-15 17:00"),
        ("03-02 10:00", ("03-04 09:00", "03-04 16:00"), 5, "03-09 17:00"),
        ("03-02 10:00", ("03-04 11:00", "03-10 09:30"), 5, "03-13 17:00"),
    ],
)
def test_a_pause_takes_its_working_days_out(event: str, pause: tuple[str, str], days: int, due: str) -> None:
    stopped = Pause(at(pause[0]), at(pause[1]))
    assert count(at(event), days, ANNOUNCED, pauses=[stopped]).due_at == at(due)


def test_special_procedures_take_what_was_planned_or_longer() -> None:
    short = Pause(at("03-03 10:00"), at("03-04 10:00"), is_special=True)
    long = Pause(at("03-03 10:00"), at("03-12 10:00"), is_special=True)
    planned = count(at("03-02 10:00"), 5, ANNOUNCED, outside=3)
    assert planned.due_at == at("03-12 17:00")
    assert count(at("03-02 10:00"), 5, ANNOUNCED, outside=3, pauses=[short]).due_at == planned.due_at
    assert count(at("03-02 10:00"), 5, ANNOUNCED, outside=3, pauses=[long]).due_at == at("03-18 17:00")


def test_an_open_pause_counts_up_to_now_or_not_at_all() -> None:
    stopped = [Pause(at("03-03 10:00"))]
    assert count(at("03-02 10:00"), 5, ANNOUNCED, pauses=stopped).due_at == at("03-09 17:00")
    running = count(at("03-02 10:00"), 5, ANNOUNCED, pauses=stopped, until=at("03-06 10:00"))
    assert (running.is_paused, running.due_at) == (True, at("03-12 17:00"))


days_ = st.dates(date(2025, 1, 1), date(2027, 6, 30))
moments = st.builds(
    lambda day, minute: datetime(day.year, day.month, day.day, tzinfo=ZONE) + timedelta(minutes=minute),
    days_,
    st.integers(0, 24 * 60 - 1),
)
free_days = st.sets(st.dates(date(2025, 1, 1), date(2028, 6, 30)), max_size=40)


def week_without(free: set[date]) -> Calendar:
    """Monday to Friday but for these days."""
    return Calendar(lambda day: day.weekday() < 5 and day not in free)


@st.composite
def pauses_in(draw: st.DrawFn, event_at: datetime) -> list[Pause]:
    """Pauses one behind the other, after the event."""
    hours = sorted(draw(st.lists(st.integers(0, 24 * 90), max_size=6, unique=True)))
    ends = [event_at + timedelta(hours=hour) for hour in hours]
    return [Pause(a, b, is_special=draw(st.booleans())) for a, b in list(pairwise(ends))[::2]]


@given(st.data(), moments, st.integers(0, 60), st.integers(0, 20), st.sampled_from(list(Unit)), free_days, free_days)
def test_one_more_holiday_never_makes_a_deadline_earlier(
    data: st.DataObject, event_at: datetime, days: int, outside: int, unit: Unit, free: set[date], more: set[date]
) -> None:
    pauses = data.draw(pauses_in(event_at))
    before = count(event_at, days, week_without(free), unit=unit, outside=outside, pauses=pauses)
    behind = count(event_at, days, week_without(free | more), unit=unit, outside=outside, pauses=pauses)
    if unit == Unit.HALF:  # a day off may turn an afternoon into the next morning, which is the same half-day later on
        assert behind.due_on >= before.due_on
    else:
        assert behind.due_at >= before.due_at


@given(moments, st.integers(1, 60), st.integers(0, 30), st.integers(0, 40), free_days)
def test_pausing_n_working_days_moves_the_end_by_exactly_n(
    event_at: datetime, days: int, wait: int, length: int, free: set[date]
) -> None:
    week = week_without(free)
    began = event_at + timedelta(days=wait)
    pause = Pause(began, began + timedelta(days=length))
    without, counted = count(event_at, days, week), count(event_at, days, week, pauses=[pause])
    assert workdays_between(without.due_on, counted.due_on, week.is_workday) == counted.shifts[0]


@given(st.data(), moments, st.integers(0, 60), free_days)
def test_days_that_counted_and_days_skipped_are_all_the_days_between(
    data: st.DataObject, event_at: datetime, days: int, free: set[date]
) -> None:
    counted = count(event_at, days, week_without(free), pauses=data.draw(pauses_in(event_at)))
    assert (counted.due_on - counted.base_on).days == days + sum(counted.shifts) + len(counted.skipped)


def test_days_in_a_row_are_one_run() -> None:
    days = [date(2026, 2, 15), date(2026, 2, 16), date(2026, 2, 21)]
    named: IsWorkday = lambda day: day.weekday() < 5  # noqa: E731
    found = runs(days, lambda day: "节" if named(day) else "周末")
    assert found == [(days[0], days[1], "周末、节"), (days[2], days[2], "周末")]


@pytest.mark.django_db
def test_the_arithmetic_names_start_days_off_pauses_and_result() -> None:
    pause = Pause(at("02-25 11:00"), at("02-26 09:30"), "专家评审", is_special=True)
    counted = calendar.count(at("02-12 18:00"), 5, outside=2, pauses=[pause])
    assert explain(counted, calendar.facts()) == [
        "起算：2026-02-12 18:00 不在工作时间内，视为 2026-02-13。",
        "时限 5 个工作日，次日为第 1 日。",
        "不计：2026-02-15 至 2026-02-23（9 天），周末、春节。",
        "不计：2026-03-01，周末。",
        "计入：2026-02-14，春节调休上班。",
        "计入：2026-02-28，春节调休上班。",
        "暂停：2026-02-25 11:00 至 2026-02-26 09:30，专家评审，顺延 1 个工作日。",
        "特别程序（评审、听证、公示等）2 个工作日，不计入时限，顺延。",
        "应于 2026-03-02 17:00 前办结。",
    ]


@pytest.mark.django_db
def test_a_limit_that_reaches_into_an_unannounced_year_says_so() -> None:
    counted = calendar.count(at("12-28 10:00"), 5)
    assert counted.provisional == (2027,)
    lines = explain(counted, calendar.facts())
    assert lines[-1] == "2027 年放假安排尚未公布，按法定节假日暂算，公布后自动重算。"
    assert any("元旦" in line for line in lines)
    with translation.override("en"):
        assert explain(counted, calendar.facts())
