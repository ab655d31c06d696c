from datetime import date, datetime

import pytest

from marketplace.core import calendar, clock
from marketplace.core.models import CalendarDay, CalendarYear, LogEntry
from tests.factories import staff

pytestmark = pytest.mark.django_db

# The State Council's arrangement of the spring festival 2026: 15 to 23 February free, the 14th and the 28th worked.
FESTIVAL = [date(2026, 2, day) for day in range(15, 24)]


def test_the_spring_festival_of_2026_is_free_and_its_saturdays_are_worked() -> None:
    calendar.load(range(2026, 2027))
    assert not any(calendar.is_workday(day) for day in FESTIVAL)
    assert calendar.is_workday(date(2026, 2, 14))
    assert calendar.is_workday(date(2026, 2, 28))
    assert calendar.is_workday(date(2026, 2, 24))
    assert CalendarDay.objects.get(date=date(2026, 2, 28)).name == "春节调休上班"


@pytest.mark.parametrize("loaded", [True, False])
def test_five_working_days_over_the_spring_festival(loaded: bool) -> None:
    if loaded:
        calendar.load(range(2026, 2027))
    due = calendar.due_on(date(2026, 2, 13), 5)
    assert due.due_on == date(2026, 2, 27)
    assert list(due.skipped) == FESTIVAL


def test_a_period_closes_at_five_of_its_last_day() -> None:
    late = datetime(2026, 2, 13, 23, 0, tzinfo=clock.ZONE)
    assert calendar.closes_at(late, 5) == datetime(2026, 2, 27, 17, 0, tzinfo=clock.ZONE)


def test_2027_is_provisional_until_its_notice_is_known() -> None:
    calendar.load(range(2026, 2028))
    assert not calendar.is_provisional(2026)
    assert calendar.is_provisional(2027)
    assert not calendar.is_workday(date(2027, 2, 8))  # the third day of the festival, by law
    assert CalendarDay.objects.filter(date__year=2027, provisional=False).count() == 0


def test_an_unloaded_year_is_provisional_only_if_nobody_announced_it() -> None:
    assert not calendar.is_provisional(2025)
    assert calendar.is_provisional(2027)


def test_a_notice_replaces_what_was_provisional_and_leaves_corrections(monkeypatch: pytest.MonkeyPatch) -> None:
    calendar.load(range(2027, 2028))
    operator = staff("operator")
    calendar.correct(date(2027, 5, 8), is_workday=True, name="调休上班", by=operator)
    monkeypatch.setattr(calendar, "_announced", lambda year: [(date(2027, 5, 3), False, "劳动节")])
    calendar.load(range(2027, 2028))
    assert not calendar.is_provisional(2027)
    assert set(CalendarDay.objects.values_list("date", flat=True)) == {date(2027, 5, 3), date(2027, 5, 8)}


def test_loading_twice_writes_nothing() -> None:
    assert calendar.load(range(2026, 2027)) > 20
    assert calendar.load(range(2026, 2027)) == 0
    assert CalendarYear.objects.count() == 1


def test_a_correction_counts_at_once_and_is_logged() -> None:
    calendar.load(range(2026, 2027))
    day, operator = date(2026, 3, 18), staff("operator")
    assert calendar.is_workday(day)
    row = calendar.correct(day, is_workday=False, name="台风停工", by=operator)
    assert not calendar.is_workday(day)
    assert calendar.due_on(date(2026, 3, 17), 1).due_on == date(2026, 3, 19)
    assert LogEntry.objects.get(action="calendar.correct").actor == operator.user
    calendar.drop(row, by=operator)
    assert calendar.is_workday(day)


def test_a_correction_counts_in_a_year_that_nobody_loaded() -> None:
    calendar.correct(date(2026, 3, 18), is_workday=False, name="", by=staff("operator"))
    assert not calendar.is_workday(date(2026, 3, 18))
    assert not calendar.is_workday(date(2026, 2, 16))


def test_once_a_day_a_notice_that_came_is_taken_over_and_the_next_year_added(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar, "_refreshed_on", None)
    with clock.at(datetime(2026, 11, 24, 9, 0, tzinfo=clock.ZONE)):
        assert calendar.refresh() == 0  # nobody has set this site up
        calendar.load(range(2026, 2027))
        monkeypatch.setattr(calendar, "_refreshed_on", None)
        assert calendar.refresh() > 0
        assert calendar.is_provisional(2027)
        monkeypatch.setattr(calendar, "_announced", lambda year: [(date(2027, 5, 3), False, "劳动节")])
        monkeypatch.setattr(calendar, "is_announced", lambda year: True)
        assert calendar.refresh() == 0  # today was looked at
    with clock.at(datetime(2026, 11, 25, 9, 0, tzinfo=clock.ZONE)):
        assert calendar.refresh() == 1
        assert not calendar.is_provisional(2027)
        assert calendar.refresh() == 0
