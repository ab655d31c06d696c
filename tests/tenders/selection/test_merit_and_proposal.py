"""M3 and M3s: points by formula, scores by reviewers."""

from typing import Any

import pytest

from marketplace.tenders.selection import draw, registry
from marketplace.tenders.selection.casefile import read_case
from tests.tenders.selection.cases import code


def merit(*quotes: dict[str, Any], **changes: Any) -> dict[str, Any]:
    numbered = [{"agency": code(n), "price": "100"} | quote for n, quote in enumerate(quotes)]
    return {"method": "merit", "tender": "T", "funds": "private", "quotes": numbered} | changes


def parts(value: dict[str, Any], agency: str) -> dict[str, str]:
    found = next(entry for entry in registry.run(value).explanation if entry.get("agency") == agency)
    return {name: str(found[name]) for name in ("price", "credit", "qualification", "performance", "team", "total")}


def test_each_part_is_counted_by_its_formula() -> None:
    one = {"price": "80", "credit": 92, "level": 2, "performance": 3, "team": [80, 85, 90]}
    value = merit(one, {"price": "100", "credit": "87.5", "level": 3, "performance": 9, "team": [0, 60, 70, 80, 100]})
    assert parts(value, code(0)) == {
        "price": "30.00",  # 30 · 80/80
        "credit": "18.40",  # 20 · 92/100
        "qualification": "10.00",  # 15 · (2 − 1 + 1)/(3 − 1 + 1)
        "performance": "12.00",  # 20 · 3/5
        "team": "12.75",  # 15 · 85/100
        "total": "83.15",
    }
    assert parts(value, code(1)) == {
        "price": "24.00",
        "credit": "17.50",
        "qualification": "15.00",
        "performance": "20.00",  # capped at 5
        "team": "10.50",  # 15 · 70/100: 0 and 100 dropped
        "total": "87.00",
    }
    assert registry.run(value).winners == (code(1),)


def test_what_is_absent_has_its_default() -> None:
    value = merit({}, {"level": None, "team": None, "credit": None, "performance": None}, {"team": []})
    for n in range(3):
        assert parts(value, code(n)) == {
            "price": "30.00",
            "credit": "0.00",
            "qualification": "5.00",
            "performance": "0.00",
            "team": "0.00",
            "total": "35.00",
        }


def test_levels_count_from_the_required_one_and_are_capped_at_the_top() -> None:
    levels = {"required_level": 2, "top_level": 3}
    value = merit({"level": 2}, {"level": 3}, {"level": 4}, {}, settings=levels)
    assert [parts(value, code(n))["qualification"] for n in range(4)] == ["7.50", "15.00", "15.00", "7.50"]
    flat = {"required_level": 1, "top_level": 1}
    assert parts(merit({}, {}, settings=flat), code(0))["qualification"] == "15.00"


def test_given_weights_go_over_the_defaults() -> None:
    value = merit({"credit": 100}, {}, settings={"weights": {"price": 10, "credit": "40.5"}, "performance_cap": 2})
    assert (parts(value, code(0))["price"], parts(value, code(0))["credit"]) == ("10.00", "40.50")
    assert parts(value, code(0))["total"] == "55.50"


def test_equal_sums_go_to_the_higher_credit_and_then_to_the_draw() -> None:
    """20 points of credit against 20 points of performance: the same sum, credit 100 before credit 0."""
    value = merit({"performance": 5}, {"credit": 100}, {"performance": 5})
    outcome = registry.run(value)
    assert outcome.ranking[0] == code(1)
    read = read_case(value)
    order = draw.draw_order(read.codes, draw.seed(read))
    assert list(outcome.ranking[1:]) == [each for each in order if each != code(1)]
    assert [entry.get("tied") for entry in outcome.explanation] == [None, 2, 2]


def test_merit_looks_for_low_prices_too() -> None:
    assert registry.run(merit({"price": "69"}, {"price": "100"})).alerts == {code(0): ("low_price",)}


def proposal(*scores: Any, **changes: Any) -> dict[str, Any]:
    quotes = [{"agency": code(n), "scores": {f"r{m}": s for m, s in enumerate(each)}} for n, each in enumerate(scores)]
    return {"method": "proposal", "tender": "T", "funds": "private", "quotes": quotes} | changes


def test_the_highest_mean_wins_without_extremes_from_five_reviewers_on() -> None:
    outcome = registry.run(proposal([0, 80, 80, 80, 100], [81, 81, 81], [100, 100, 30]))
    assert outcome.ranking == (code(1), code(0), code(2))
    assert [entry["score"] for entry in outcome.explanation] == ["81.00", "80.00", "76.67"]
    assert [entry["left_out"] for entry in outcome.explanation] == [0, 2, 0]


def test_only_one_of_several_equal_extremes_is_dropped() -> None:
    outcome = registry.run(proposal([100, 100, 50, 50, 50], [60, 60, 60]))
    assert outcome.explanation[0]["score"] == "66.67"


def test_at_the_same_score_the_lower_price_is_better_and_none_counts_as_zero() -> None:
    value = proposal([80], [80], [80])
    value["quotes"][0]["price"], value["quotes"][1]["price"] = "70", "60"
    assert registry.run(value).ranking == (code(2), code(1), code(0))
    assert not registry.run(value).alerts


@pytest.mark.parametrize("funds", ["public", "private"])
def test_proposals_need_three_of_public_and_two_of_private_money(funds: str) -> None:
    outcome = registry.run(proposal([80], [70], funds=funds))
    assert outcome.is_selected == (funds == "private")
