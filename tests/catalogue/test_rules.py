"""Grades have an order, and a RuleSet is checked key by key."""

from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.catalogue import loading
from marketplace.catalogue.rules import METHODS, RuleData, RuleDataError, differences, grade_at_least, level_of

GRADES = ["综合资质", "甲级", "乙级"]


def data(**changes: Any) -> dict[str, Any]:
    """The default rules with changes, given as path__to__key=value."""
    value = deepcopy(loading.default_rules())
    for path, new in changes.items():
        *way, last = path.split("__")
        place = value
        for step in way:
            place = place[step]
        place[last] = new
    return value


def default() -> RuleData:
    return RuleData.from_json(loading.default_rules())


def test_the_lowest_grade_is_level_one() -> None:
    assert [level_of(GRADES, grade) for grade in GRADES] == [3, 2, 1]
    assert level_of([], "") == 1
    assert level_of(GRADES, "丁级") == 0


@pytest.mark.parametrize(
    ("have", "needed", "enough"),
    [
        ("甲级", "乙级", True),
        ("乙级", "乙级", True),
        ("乙级", "甲级", False),
        ("", "乙级", False),
        ("乙级", "", True),
        ("甲级", "丁级", False),
    ],
)
def test_a_higher_grade_is_enough(have: str, needed: str, enough: bool) -> None:
    assert grade_at_least(GRADES, have, needed) is enough


@given(st.lists(st.text(min_size=1, max_size=4), unique=True, min_size=1, max_size=6), st.data())
def test_grade_order_is_total(grades: list[str], choose: st.DataObject) -> None:
    one, other = choose.draw(st.sampled_from(grades)), choose.draw(st.sampled_from(grades))
    assert grade_at_least(grades, one, other) or grade_at_least(grades, other, one)
    assert (grade_at_least(grades, one, other) and grade_at_least(grades, other, one)) == (one == other)


def test_the_default_rules_hold_what_the_field_uses() -> None:
    rules = default()
    periods = rules.periods
    assert (periods.response, periods.contract, periods.acceptance, periods.rating) == (3, 10, 5, 10)
    assert rules.publicity_days("lowest_price") == 1
    assert rules.publicity_days("merit") == 3
    assert rules.minimum("lowest_price", "public") == 3
    assert rules.minimum("lowest_price", "public", attempt=2) == 2
    assert rules.minimum("lowest_price", "private") == 1
    assert rules.minimum("draw", "private") == 2
    assert rules.limits.direct_public == Decimal(50000)
    assert rules.credit_grade(rules.credit.initial) == "B"


def test_every_method_has_a_minimum_for_both_sources_of_funds() -> None:
    rules = default()
    assert set(rules.minimums.public) == set(rules.minimums.private) == set(METHODS)


def test_written_and_read_again_it_is_the_same() -> None:
    assert RuleData.from_json(default().to_json()) == default()


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"periods__response": "三"}, "periods.response"),
        ({"periods__response": 6}, "periods.response"),
        ({"periods__publicity": {"merit": 3}}, "periods.publicity"),
        ({"methods__public": ["lottery"]}, "methods.public"),
        ({"minimums__private": {}}, "minimums.private"),
        ({"low_price__of_mean": "1.5"}, "low_price.of_mean"),
        ({"limits__direct_public": "fifty"}, "limits.direct_public"),
        ({"limits__direct_public": True}, "limits.direct_public"),
        ({"credit__grades": {"A": 60, "B": 75, "C": 60, "D": 0}}, "credit.grades"),
        ({"credit__deductions": [{"key": "late", "label": "逾期", "points": -2}]}, "credit.deductions[0].points"),
        ({"selection__merit_weights": {"price": 100, "credit": 1}}, "selection.merit_weights"),
        ({"periods__respons": 3}, "periods.respons"),
        ({"rating": None}, "rating"),
        ({"overrides": [{"items": [], "funds": "public", "methods": ["draw"]}]}, "overrides[0].minimums"),
    ],
)
def test_a_wrong_key_is_named_by_its_path(change: dict[str, Any], path: str) -> None:
    with pytest.raises(RuleDataError) as error:
        RuleData.from_json(data(**change))
    assert any(str(problem).startswith(f"{path}：") for problem in error.value.problems), error.value.problems


def test_all_problems_are_said_at_once() -> None:
    with pytest.raises(RuleDataError) as error:
        RuleData.from_json(data(periods__response="x", low_price__of_mean=2))
    assert len(error.value.problems) == 2


def test_something_else_than_rules_is_refused() -> None:
    with pytest.raises(RuleDataError):
        RuleData.from_json(["not", "rules"])


def test_an_override_narrows_the_methods_and_minimums_of_its_items() -> None:
    override = {
        "items": ["ZJ-031"],
        "funds": "any",
        "methods": ["lowest_price", "merit"],
        "minimums": {"lowest_price": 5},
    }
    rules = RuleData.from_json(data(overrides=[override]))
    assert rules.methods_for("public", "ZJ-031") == ("merit", "lowest_price")
    assert rules.methods_for("public", "ZJ-001") == rules.methods.public
    assert rules.minimum("lowest_price", "private", item="ZJ-031") == 5
    assert rules.minimum("lowest_price", "private", item="ZJ-001") == 1


@pytest.mark.parametrize(
    ("item", "funds", "amount", "why"),
    [
        ("ZJ-027", "public", "1000000", "compulsory_tendering"),
        ("ZJ-027", "public", "999999.99", None),
        ("ZJ-027", "private", "5000000", None),
        ("ZJ-001", "public", "2000000", None),
    ],
)
def test_where_the_law_wants_a_tendering_the_market_stops(item: str, funds: str, amount: str, why: str | None) -> None:
    assert default().must_stop(item, funds, Decimal(amount)) == why


def test_above_the_regions_procurement_limit_the_market_stops() -> None:
    rules = RuleData.from_json(data(limits__procurement="500000"))
    assert rules.must_stop("ZJ-001", "public", Decimal("500000.01")) == "procurement"
    assert rules.must_stop("ZJ-001", "public", Decimal("500000")) is None


def test_differences_name_only_what_changed() -> None:
    changed = RuleData.from_json(data(periods__response=4, credit__initial=90))
    found = differences(default(), changed)
    assert [(d.path, d.before, d.after) for d in found] == [
        ("periods.response", "3", "4"),
        ("credit.initial", "80", "90"),
    ]
    assert found[0].label == "期限（工作日） › 报名期"
    assert differences(default(), default()) == ()
    assert len(differences(None, default())) > 60
