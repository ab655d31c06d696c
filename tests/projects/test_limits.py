"""Until when a step is due, and when a project is forecast to be done."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.clock import ZONE
from marketplace.core.limits import Calendar
from marketplace.core.rules import workdays_between
from marketplace.projects.rules import codes
from marketplace.projects.rules.forecast import (
    Length,
    StepFacts,
    forecast,
    lead_days,
    lengths_of,
    range_of,
    supposing,
)
from marketplace.projects.rules.limits import Workdays, limit_of

MONDAY = date(2026, 3, 2)


def weekdays(day: date) -> bool:
    return day.weekday() < 5


WEEK = Calendar(weekdays)


def morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, 30, tzinfo=ZONE)


def test_the_promise_counts_working_days_from_the_next_day() -> None:
    limit = limit_of(morning(MONDAY), 3, 0, 20, "working", WEEK)
    assert limit.due_on == date(2026, 3, 5)
    assert not limit.by_law


def test_special_procedures_stand_outside_the_limit() -> None:
    limit = limit_of(morning(MONDAY), 7, 7, 20, "working", WEEK)
    assert limit.due_on == date(2026, 3, 20)
    assert limit.promise.skipped == (date(2026, 3, 7), date(2026, 3, 8), date(2026, 3, 14), date(2026, 3, 15))


def test_calendar_days_count_weekends_and_end_on_a_working_day() -> None:
    limit = limit_of(morning(MONDAY), 20, 0, 19, "calendar", WEEK)  # the 21st is a Saturday
    assert limit.law is not None
    assert limit.law.due_on == date(2026, 3, 23)
    assert limit.promise.due_on == date(2026, 3, 30)
    assert limit.due_on == date(2026, 3, 23)
    assert limit.by_law


def test_where_the_law_sets_no_limit_the_promise_stands() -> None:
    assert limit_of(morning(MONDAY), 30, 0, None, "working", WEEK).due_on == date(2026, 4, 13)


@given(
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.integers(0, 60),
    st.integers(0, 20),
    st.integers(1, 90),
    st.sampled_from(["working", "calendar"]),
    st.dates(date(2026, 1, 1), date(2028, 6, 30)),
)
def test_one_more_holiday_never_makes_a_limit_earlier(
    start: date, promised: int, special: int, law: int, unit: str, holiday: date
) -> None:
    before = limit_of(morning(start), promised, special, law, unit, WEEK)
    less = Calendar(lambda day: weekdays(day) and day != holiday)
    behind = limit_of(morning(start), promised, special, law, unit, less)
    assert behind.due_on >= before.due_on


def test_a_forecast_takes_what_is_done_as_it_was_and_the_rest_as_promised() -> None:
    facts = [
        StepFacts("a", 2, (), "done", started_on=date(2026, 2, 23), finished_on=date(2026, 2, 25)),
        StepFacts("b", 3, ("a",), "running", started_on=date(2026, 2, 26), due_on=date(2026, 3, 4)),
        StepFacts("c", 5, ("a",), "ready", lead=10),
        StepFacts("d", 1, ("b", "c"), "waiting"),
    ]
    plan = forecast(facts, Workdays(MONDAY, weekdays))
    assert plan.ends["a"] == date(2026, 2, 25)
    assert plan.ends["b"] == date(2026, 3, 4)
    assert plan.begins["c"] == MONDAY + timedelta(days=14)
    assert plan.ends["c"] == MONDAY + timedelta(days=21)
    assert plan.finish_on == date(2026, 3, 24)
    assert plan.critical == ("a", "c", "d")


def test_a_step_that_is_late_ends_today_at_the_earliest() -> None:
    facts = [
        StepFacts("a", 2, (), "running", started_on=date(2026, 2, 2), due_on=date(2026, 2, 4)),
        StepFacts("b", 1, ("a",), "waiting"),
    ]
    assert forecast(facts, Workdays(MONDAY, weekdays)).finish_on == date(2026, 3, 3)


def test_a_service_still_to_buy_takes_its_days_and_the_selection() -> None:
    assert lead_days("needed", 30) > lead_days("tendering", 30) > lead_days("contracted", 30) == 30
    assert lead_days("delivered", 30) == lead_days("provided", 30) == 0


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_working_days_are_numbered_from_today_both_ways(day: date) -> None:
    assert Workdays(MONDAY, weekdays).number(day) == workdays_between(MONDAY, day, weekdays)


def test_fewer_than_eight_finished_steps_say_less_than_the_limit() -> None:
    known, unknown = lengths_of([4, 5, 5, 6, 7, 9, 12, 20]), lengths_of([1] * 7)
    assert (known.cases, known.median, known.p80) == (8, 7, 12)
    plan = range_of([StepFacts("a", 20, (), "ready", length=known)], Workdays(MONDAY, weekdays))
    assert (plan.likely.finish_on, plan.late.finish_on) == (date(2026, 3, 11), date(2026, 3, 18))
    assert plan.by_limit == ()
    by_limit = range_of([StepFacts("a", 20, (), "ready", length=unknown)], Workdays(MONDAY, weekdays))
    assert by_limit.likely.finish_on == by_limit.late.finish_on == date(2026, 3, 30)
    assert by_limit.by_limit == ("a",)
    assert by_limit.is_by_limit


def test_a_running_step_ends_as_such_steps_did_and_not_before_today() -> None:
    running = {"state": "running", "started_on": date(2026, 2, 26), "due_on": date(2026, 3, 30)}
    week = Workdays(MONDAY, weekdays)
    soon = StepFacts("a", 20, (), length=Length(9, 6, 8), **running)  # type: ignore[arg-type]
    late = StepFacts("a", 20, (), length=Length(9, 1, 1), **running)  # type: ignore[arg-type]
    assert forecast([soon], week).finish_on == date(2026, 3, 6)
    assert forecast([late], week).finish_on == MONDAY


def test_supposing_a_delay_moves_the_end_only_by_what_exceeds_the_slack() -> None:
    facts = [
        StepFacts("a", 10, (), "ready"),
        StepFacts("b", 4, (), "ready", lead=2),
        StepFacts("c", 1, ("a", "b"), "waiting"),
    ]
    week = Workdays(MONDAY, weekdays)
    before = forecast(facts, week).finish_on
    assert forecast(supposing(facts, {"b": 4}, {}), week).finish_on == before
    assert forecast(supposing(facts, {}, {"b": 6}), week).finish_on == date(2026, 3, 19)
    assert forecast(supposing(facts, {"a": 3}, {}), week).finish_on == date(2026, 3, 20)


@pytest.mark.parametrize(
    "typed",
    [
        "2601-430599-04-01-318024",
        " 2601-430599-04-01-318024 ",
        "26014305990401318024",
        "２６０１－４３０５９９－０４－０１－３１８０２４",
        "2601—430599—04—01—318024",
        "2601 430599 04 01 318024",
    ],
)
def test_a_project_code_is_taken_however_it_is_typed(typed: str) -> None:
    assert codes.normalise(typed) == "2601-430599-04-01-318024"


@pytest.mark.parametrize(
    ("code", "here"),
    [
        ("2601-430599-04-01-318024", True),
        ("2601-430500-04-01-318024", True),
        ("2601-430000-04-01-318024", True),
        ("2601-000000-04-01-318024", True),
        ("2601-430100-04-01-318024", False),
        ("2601-440300-04-01-318024", False),
    ],
)
def test_a_code_of_another_city_is_noticed(code: str, here: bool) -> None:
    assert codes.is_of_region(code, "430599") is here
