from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core import rules
from marketplace.core.clock import ZONE
from marketplace.core.rules import Alert

days = st.dates(date(2024, 1, 1), date(2027, 12, 31))
counts = st.integers(0, 60)
holidays = st.sets(st.dates(date(2024, 1, 1), date(2028, 6, 30)), max_size=40)


def calendar(free: set[date]) -> rules.IsWorkday:
    return lambda day: day.weekday() < 5 and day not in free


@given(start=days, count=counts, free=holidays, more=holidays)
def test_a_further_holiday_never_makes_a_limit_end_earlier(
    start: date, count: int, free: set[date], more: set[date]
) -> None:
    before = rules.add_workdays(start, count, calendar(free)).due_on
    assert rules.add_workdays(start, count, calendar(free | more)).due_on >= before


@given(start=days, count=counts, free=holidays)
def test_a_limit_has_its_working_days_and_ends_on_one(start: date, count: int, free: set[date]) -> None:
    due = rules.add_workdays(start, count, calendar(free))
    assert rules.workdays_between(start, due.due_on, calendar(free)) == count
    assert count == 0 or calendar(free)(due.due_on)
    assert (due.due_on - start).days == count + len(due.skipped)


@given(start=days, count=counts, more=counts, free=holidays)
def test_more_days_never_end_earlier_and_two_limits_add_up(start: date, count: int, more: int, free: set[date]) -> None:
    first = rules.add_workdays(start, count, calendar(free)).due_on
    assert rules.add_workdays(start, count + more, calendar(free)).due_on >= first
    assert (
        rules.add_workdays(first, more, calendar(free)).due_on
        == rules.add_workdays(start, count + more, calendar(free)).due_on
    )


@given(start=days, end=days, free=holidays)
def test_counting_back_is_counting_forth(start: date, end: date, free: set[date]) -> None:
    assert rules.workdays_between(start, end, calendar(free)) == -rules.workdays_between(end, start, calendar(free))


@pytest.mark.parametrize("count", [-1, 2001])
def test_a_limit_has_a_sensible_length(count: int) -> None:
    with pytest.raises(ValueError, match="between 0 and 2000"):
        rules.add_workdays(date(2026, 1, 1), count, calendar(set()))


def test_the_day_after_counts_as_the_first_and_the_limit_closes_at_five() -> None:
    due = rules.add_workdays(date(2026, 3, 18), 1, calendar(set()))
    assert rules.closing(due.due_on) == datetime(2026, 3, 19, 17, 0, tzinfo=ZONE)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=ZONE)


# A limit of five working days from Monday 9:00 to next Monday 17:00.
@pytest.mark.parametrize(
    ("moment", "level"),
    [
        (at(2, 9), Alert.QUIET),
        (at(6, 9), Alert.ALERT),  # Friday: one working day before, though 60 % only come on Saturday
        (at(5, 23), Alert.QUIET),
        (at(9, 17), Alert.ALERT),
        (at(9, 17, 1), Alert.YELLOW),
        (at(10, 17), Alert.YELLOW),
        (at(10, 17, 1), Alert.RED),
    ],
)
def test_a_limit_warns_then_shows_yellow_then_red(moment: datetime, level: Alert) -> None:
    assert rules.alert_level(at(2, 9), at(9, 17), moment, calendar(set())) == level


def test_sixty_per_cent_of_a_long_limit_is_an_alert() -> None:
    start, due = at(2, 17), at(12, 17)
    assert rules.alert_level(start, due, at(8, 16, 59), calendar(set())) == Alert.QUIET
    assert rules.alert_level(start, due, at(8, 17), calendar(set())) == Alert.ALERT


def test_a_limit_of_one_working_day_starts_quietly() -> None:
    assert rules.alert_level(at(3, 9), at(4, 17), at(3, 10), calendar(set())) == Alert.QUIET
    assert rules.alert_level(at(3, 9), at(4, 17), at(4, 6), calendar(set())) == Alert.ALERT


@given(minutes=st.lists(st.integers(0, 20_000), min_size=2, max_size=2), days=st.integers(1, 10))
def test_an_alert_never_calms_down_with_time(minutes: list[int], days: int) -> None:
    order = list(Alert)
    due = rules.closing(rules.add_workdays(date(2026, 3, 2), days, calendar(set())).due_on)
    first, second = (at(2, 9) + timedelta(minutes=m) for m in sorted(minutes))
    levels = [rules.alert_level(at(2, 9), due, moment, calendar(set())) for moment in (first, second)]
    assert order.index(levels[0]) <= order.index(levels[1])
