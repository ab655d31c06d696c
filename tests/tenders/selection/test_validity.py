"""What all methods share: invalid quotes, and too few."""

import pytest

from marketplace.tenders.selection import registry
from tests.tenders.selection.cases import case


def test_each_invalid_quote_has_the_first_reason_that_applies() -> None:
    quotes = [
        {"agency": "A", "price": "0", "status": "unreadable"},
        {"agency": "B", "price": "-1", "status": "ineligible"},
        {"agency": "C", "price": "0"},
        {"agency": "D", "price": "100000.01", "rejected": True},
        {"agency": "E", "price": "99.99"},
        {"agency": "F", "price": "50000", "rejected": True},
        {"agency": "G", "price": "100"},
        {"agency": "H", "price": "100000"},
    ]
    outcome = registry.run(case(quotes=quotes, floor="100"))
    expected = ["unreadable", "ineligible", "not_positive", "above_ceiling", "below_floor", "rejected"]
    assert list(outcome.invalid.values()) == expected
    assert outcome.ranking == ("G", "H")  # with the rejected one there are three: not too few


def test_nobody_valid_is_another_failure_than_too_few() -> None:
    none = registry.run(case(["100001", "100002", "100003"]))
    few = registry.run(case(["60000", "70000", "100003"]))
    assert (none.status, none.reason, few.reason) == ("failed", "no_valid_quote", "too_few")
    assert registry.run(case([])).reason == "no_valid_quote"
    assert not few.winners
    assert not few.ranking
    assert not few.alerts
    assert list(few.invalid.values()) == ["above_ceiling"]


@pytest.mark.parametrize(
    ("funds", "attempt", "enough"), [("public", 1, 3), ("public", 2, 2), ("private", 1, 1), ("private", 2, 1)]
)
def test_the_minimum_depends_on_the_money_and_the_attempt(funds: str, attempt: int, enough: int) -> None:
    for number in range(1, 5):
        outcome = registry.run(case(["60000"] * number, funds=funds, attempt=attempt))
        assert outcome.is_selected == (number >= enough)


def test_the_cases_own_minimum_overrides() -> None:
    assert registry.run(case(["60000"], settings={"minimum": 1})).is_selected
    assert not registry.run(case(["60000"] * 3, settings={"minimum": "4"})).is_selected


def test_more_winners_than_there_are_gives_all() -> None:
    outcome = registry.run(case(["1", "2", "3"], winners=9))
    assert len(outcome.winners) == 3
    assert outcome.substitutes == ()
