"""M2, M7, M8 and M10: draws, shortlists, rosters."""

from typing import Any

import pytest

from marketplace.tenders.selection import draw, registry, tickets
from marketplace.tenders.selection.base import Quote
from marketplace.tenders.selection.casefile import number_of, read_case
from tests.tenders.selection.cases import BEACON, CODES, NONCE, case, code, prices_of, signed_up


def vector(**changes: Any) -> dict[str, Any]:
    quotes = [{"agency": each, "credit": credit} for each, credit in zip(CODES, (80, 95, 60, 88, 71), strict=True)]
    given = {"method": "draw", "tender": "ZJ-2025-000123", "quotes": quotes, "nonce": NONCE, "beacon": BEACON}
    return given | changes


def test_the_draw_takes_the_order_of_the_published_test_vector() -> None:
    outcome = registry.run(vector())
    assert [each[-3:] for each in outcome.winners + outcome.substitutes] == ["Y43", "011", "022"]
    assert [each[-3:] for each in outcome.ranking] == ["Y43", "011", "022", "82Q", "033"]
    assert not outcome.alerts


def test_who_is_invalid_keeps_its_place_in_the_draw_and_just_is_not_ranked() -> None:
    quotes = [quote | ({"status": "ineligible"} if quote["agency"] == CODES[0] else {}) for quote in vector()["quotes"]]
    outcome = registry.run(vector(quotes=quotes))
    assert [each[-3:] for each in outcome.ranking] == ["011", "022", "82Q", "033"]
    assert outcome.explanation[0] == {"agency": CODES[2], "rank": 1, "rule": "drawn", "place": 2, "of": 5}


@pytest.mark.parametrize(
    ("credit", "number"), [("0", 1), ("0.5", 1), ("1.4", 1), ("1.5", 2), ("79.5", 80), ("79.4999", 79), ("-3", 1)]
)
def test_tickets_are_the_credit_rounded_half_up_and_at_least_one(credit: str, number: int) -> None:
    assert tickets.of(Quote("A", credit=number_of(credit, "credit"))) == number


def test_a_weighted_draw_is_an_urn_with_the_streams_numbers() -> None:
    outcome = registry.run(vector(settings={"weighted": True}))
    seed = draw.seed(read_case(vector()))
    stream, left = draw.labelled(seed, "weighted"), sorted(vector()["quotes"], key=lambda q: q["agency"])
    expected = []
    while left:
        urn = [quote for quote in left for _ in range(quote["credit"])]
        expected.append(urn[stream.below(len(urn))])
        left.remove(expected[-1])
    assert list(outcome.ranking) == [quote["agency"] for quote in expected]
    assert outcome.explanation[0]["total"] == 80 + 95 + 60 + 88 + 71


def test_a_draw_needs_three_of_public_and_two_of_private_money() -> None:
    assert registry.run(signed_up([80, 80])).reason == "too_few"
    assert registry.run(signed_up([80, 80], funds="private")).is_selected
    assert registry.run(signed_up([80], funds="private")).reason == "too_few"


# --- M2 ---------------------------------------------------------------------------------------------------------------
def test_so_few_that_nothing_is_drawn_all_are_listed_by_credit() -> None:
    outcome = registry.run(signed_up([70, 90, 80], method="credit_shortlist"))
    assert outcome.ranking == (code(1), code(2), code(0))
    assert (outcome.status, outcome.winners, outcome.substitutes) == ("selected", (), ())


def test_the_shortlist_is_drawn_among_the_best_by_credit() -> None:
    credits = [50 + n for n in range(14)]
    for nonce in (f"{n:064x}" for n in range(30)):
        outcome = registry.run(signed_up(credits, method="credit_shortlist", nonce=nonce))
        assert len(outcome.ranking) == 3
        assert set(outcome.ranking) <= {code(n) for n in range(4, 14)}
        assert (outcome.winners, outcome.substitutes) == ((), ())
        rules = [entry["rule"] for entry in outcome.explanation]
        assert rules == ["shortlisted"] * 3 + ["not_on_small_list"] * 7 + ["not_on_big_list"] * 4


def test_equal_credit_at_the_edge_of_the_big_list_is_decided_by_the_draw() -> None:
    value = signed_up([80] * 5, method="credit_shortlist", settings={"big": 2, "small": 2}, nonce=NONCE)
    order = draw.draw_order([code(n) for n in range(5)], draw.seed(read_case(value)))
    assert set(registry.run(value).ranking) == set(order[:2])


def test_the_big_list_bounds_the_small_one() -> None:
    value = signed_up([80] * 5, method="credit_shortlist", settings={"big": 2, "small": 4})
    assert len(registry.run(value).ranking) == 2


# --- M8 ---------------------------------------------------------------------------------------------------------------
def test_the_first_valid_one_of_the_roster_is_taken() -> None:
    roster = [code(9), code(2), code(0)]
    outcome = registry.run(signed_up([80, 80, 80], method="rotation", settings={"roster": roster}))
    assert (outcome.winners, outcome.substitutes, outcome.ranking) == ((code(2),), (code(0),), (code(2), code(0)))
    assert outcome.explanation[-1] == {"agency": code(1), "rule": "not_on_roster"}


def test_nobody_on_the_roster_is_a_failure() -> None:
    for roster in ([], [code(7)]):
        outcome = registry.run(signed_up([80], method="rotation", settings={"roster": roster}))
        assert (outcome.status, outcome.reason, outcome.ranking) == ("failed", "no_valid_quote", ())


# --- M10 --------------------------------------------------------------------------------------------------------------
def order_of(value: dict[str, Any]) -> tuple[str, ...]:
    read = read_case(value)
    return draw.draw_order(read.codes, draw.seed(read))


def test_the_lowest_of_those_drawn_wins_and_the_ranking_has_only_them() -> None:
    value = case(method="two_stage", nonce=NONCE)
    outcome = registry.run(value)
    drawn = order_of(value)[:3]
    assert set(outcome.ranking) == set(drawn)
    assert prices_of(value, outcome.ranking) == sorted(prices_of(value, drawn), key=int)
    left = [entry["agency"] for entry in outcome.explanation if entry["rule"] == "not_among_drawn"]
    assert left == list(order_of(value)[3:])
    assert outcome.explanation[-1] == {"rule": "stage", "k": 3, "among": 6, "valid": 3}


def test_the_unreadable_are_passed_over_and_the_too_dear_are_not() -> None:
    """The stage is drawn before any price is looked at: a price above the ceiling takes a place, a broken seal none."""
    value = case(method="two_stage", nonce=NONCE, settings={"k": 2})
    first, second, third, *_rest = order_of(value)
    broken = [q | ({"status": "unreadable"} if q["agency"] == first else {}) for q in value["quotes"]]
    assert set(registry.run(value | {"quotes": broken}).ranking) == {second, third}
    dear = [q | ({"price": "100001"} if q["agency"] == first else {}) for q in value["quotes"]]
    assert registry.run(value | {"quotes": dear}).ranking == (second,)


def test_when_no_price_of_those_drawn_is_valid_it_fails_though_others_would_be() -> None:
    value = case(method="two_stage", nonce=NONCE, settings={"k": 1})
    dear = [q | ({"price": "100001"} if q["agency"] == order_of(value)[0] else {}) for q in value["quotes"]]
    outcome = registry.run(value | {"quotes": dear})
    assert (outcome.status, outcome.reason, outcome.alerts) == ("failed", "no_valid_quote", {})
    assert list(outcome.invalid.values()) == ["above_ceiling"]


def test_alerts_compare_only_those_drawn() -> None:
    value = case(["59999", "60000", "90000", "99000"], method="two_stage", ceiling=None, settings={"k": 1})
    for nonce in (f"{n:064x}" for n in range(10)):
        assert not registry.run(value | {"nonce": nonce}).alerts
