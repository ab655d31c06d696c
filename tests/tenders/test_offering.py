"""What may be used is decided by item, money and amount; at most three ways are offered, the best first."""

from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.catalogue import loading
from marketplace.catalogue.rules import METHODS, RuleData
from marketplace.tenders import rules
from marketplace.tenders.rules import Purchase
from marketplace.tenders.selection import registry, validity
from marketplace.tenders.selection.base import Case

DEFAULT = RuleData.from_json(loading.default_rules())
ALL = registry.known()
AGENT = "ZJ-031"  # tendering agent


def changed(**selection: Any) -> RuleData:
    value = deepcopy(loading.default_rules())
    value["selection"] |= selection
    return RuleData.from_json(value)


def keys(purchase: Purchase, methods: tuple[str, ...] = ALL) -> list[str]:
    return [each.method for each in rules.offer_methods(purchase, DEFAULT, methods)]


def test_every_method_has_its_place_in_the_default_rules() -> None:
    assert set(ALL) == set(METHODS) == set(DEFAULT.methods.public) == set(DEFAULT.methods.private)
    for method in registry.METHODS:
        for funds in ("public", "private"):
            for attempt in (1, 2):
                plain = Case(method.key, "T", (), attempt, funds)
                assert DEFAULT.minimum(method.key, funds, attempt=attempt) == validity.minimum(plain, method)


def test_the_default_rules_give_the_methods_their_own_defaults() -> None:
    """So that a case file without settings means the same as the default RuleSet."""
    for method in ALL:
        if method == "proposal":  # its sheets are read by its criteria, which therefore always stand there
            assert set(rules.case_settings(method, {}, DEFAULT)) == {"criteria", "reviewers"}
            continue
        assert rules.case_settings(method, {}, DEFAULT) == {}


def test_nothing_is_drawn_by_lot_for_tendering_agents_and_statutory_tenders() -> None:
    for funds in ("public", "private"):
        assert "draw" not in rules.lawful_methods(Purchase(AGENT, funds), DEFAULT)
        assert "draw" not in rules.lawful_methods(Purchase("ZJ-027", funds, Decimal(1_000_000)), DEFAULT)
        assert "draw" in rules.lawful_methods(Purchase("ZJ-027", funds, Decimal("999999.99")), DEFAULT)
    assert "draw" not in rules.lawful_methods(Purchase("ZJ-001", "private", draw_allowed=False), DEFAULT)
    assert "draw" in rules.lawful_methods(Purchase("ZJ-001", "public"), DEFAULT)


def test_direct_selection_with_public_money_has_its_limit_unless_two_attempts_failed() -> None:
    at, above = Decimal(50_000), Decimal("50000.01")
    assert "direct" in rules.lawful_methods(Purchase("ZJ-001", "public", at), DEFAULT)
    assert "direct" not in rules.lawful_methods(Purchase("ZJ-001", "public", above), DEFAULT)
    assert "direct" in rules.lawful_methods(Purchase("ZJ-001", "private", above), DEFAULT)
    assert keys(Purchase("ZJ-001", "public", above, failures=2))[0] == "direct"
    assert "direct" not in rules.lawful_methods(Purchase("ZJ-001", "private", at, refusals=2), DEFAULT)


@pytest.mark.parametrize(
    ("purchase", "offered"),
    [
        (Purchase("ZJ-001", "private", Decimal(80_000)), ["lowest_price", "direct", "merit"]),
        (Purchase("ZJ-001", "public", Decimal(40_000)), ["lowest_price", "draw", "direct"]),
        (Purchase("ZJ-001", "public", Decimal(80_000)), ["lowest_price", "average_price", "merit"]),
        (Purchase("ZJ-001", "public", Decimal(500_000)), ["merit", "average_price", "lowest_price"]),
        (Purchase("ZJ-001", "public"), ["lowest_price", "average_price", "merit"]),
        (Purchase("ZJ-001", "public", Decimal(80_000), eligible=2), ["credit_shortlist", "rotation", "lowest_price"]),
        (Purchase("ZJ-001", "public", Decimal(80_000), eligible=3), ["lowest_price", "average_price", "merit"]),
    ],
)
def test_what_is_offered(purchase: Purchase, offered: list[str]) -> None:
    assert keys(purchase) == offered


def test_only_what_an_announcement_may_use_is_offered() -> None:
    assert keys(Purchase("ZJ-001", "public", Decimal(500_000)), registry.announced()) == [
        "merit",
        "average_price",
        "lowest_price",
    ]


@given(
    st.builds(
        Purchase,
        item_code=st.sampled_from(["ZJ-001", AGENT, "ZJ-027"]),
        funds=st.sampled_from(["public", "private"]),
        amount=st.one_of(st.none(), st.decimals(1, 3_000_000, places=2)),
        draw_allowed=st.booleans(),
        failures=st.integers(0, 3),
        refusals=st.integers(0, 3),
        attempt=st.integers(1, 3),
        eligible=st.one_of(st.none(), st.integers(0, 9)),
    )
)
def test_one_to_three_lawful_ways_are_offered_each_with_its_reason(purchase: Purchase) -> None:
    offered = rules.offer_methods(purchase, DEFAULT, ALL)
    assert 1 <= len(offered) <= 3
    assert len({each.method for each in offered}) == len(offered)
    assert {each.method for each in offered} <= set(rules.lawful_methods(purchase, DEFAULT))
    assert all(each.reason.endswith("。") for each in offered)


# --- settings ---------------------------------------------------------------------------------------------------------
def test_numbers_of_another_ruleset_reach_the_case_file() -> None:
    other = changed(two_stage=5, reference_base=[90, 92], average_outliers=True, performance_cap=3, shortlist_big=8)
    assert rules.case_settings("two_stage", {}, other) == {"k": 5}
    assert rules.case_settings("two_stage", {"k": 4}, other) == {"k": 4}
    assert rules.case_settings("reference_price", {}, other) == {"bases": [90, 92]}
    assert rules.case_settings("average_price", {}, other) == {"outliers": True}
    assert rules.case_settings("merit", {}, other) == {"performance_cap": 3}
    assert rules.case_settings("credit_shortlist", {"price": "8000"}, other) == {"big": 8, "price": "8000"}
    weights = {"price": 25, "credit": 25, "qualification": 15, "performance": 20, "team": 15}
    given = rules.case_settings("merit", {"weights": {"price": "30", "credit": "20"}}, changed(merit_weights=weights))
    assert given["weights"] == weights | {"price": "30", "credit": "20"}


@pytest.mark.parametrize(
    ("method", "settings", "wrong"),
    [
        ("two_stage", {"k": 1}, ["k"]),
        ("two_stage", {"k": 11}, ["k"]),
        ("two_stage", {"k": 10}, []),
        ("reference_price", {"base": "94.99"}, ["base"]),
        ("reference_price", {"base": "97.5"}, []),
        ("credit_shortlist", {"big": 4, "small": 6, "price": "1"}, ["big", "small"]),
        ("merit", {"weights": {"price": "31", "credit": "20", "performance": "19"}}, ["price"]),
        ("merit", {"weights": {"price": "29"}}, ["price"]),  # the sum is 99
        ("merit", {"weights": {"price": "28", "credit": "22"}}, []),
        ("draw", {}, ["price"]),
        ("draw", {"price": "8000"}, []),
        ("rotation", {}, ["price"]),
        ("lowest_price", {}, []),
    ],
)
def test_settings_outside_the_rules_are_told_at_their_field(
    method: str, settings: dict[str, Any], wrong: list[str]
) -> None:
    assert [name for name, _sentence in rules.wrong_settings(method, settings, DEFAULT)] == wrong


@pytest.mark.parametrize(
    ("method", "typed", "settings"),
    [
        ("average_price", {"outliers": "on"}, {"outliers": True}),
        ("average_price", {}, {}),
        ("reference_price", {"base": "96.50"}, {"base": "96.50"}),
        ("reference_price", {"base": ""}, {}),
        ("two_stage", {"k": "4"}, {"k": 4}),
        ("credit_shortlist", {"price": "8,000", "small": "3"}, {"price": "8000", "small": 3}),
        ("draw", {"price": "¥8000", "weighted": "on"}, {"price": "8000", "weighted": True}),
        ("rotation", {"price": "8000"}, {"price": "8000"}),
        ("merit", {"price": "28", "credit": "22"}, {"weights": {"price": "28", "credit": "22"}}),
        ("merit", {}, {}),
        ("lowest_price", {}, {}),
        ("direct", {"price": "48,000"}, {"price": "48000"}),
    ],
)
def test_each_methods_form_gives_the_case_files_settings(
    method: str, typed: dict[str, str], settings: dict[str, Any]
) -> None:
    form = registry.get(method).settings_form({f"m-{name}": value for name, value in typed.items()}, prefix="m")
    assert form.is_valid(), form.errors
    assert form.to_settings() == settings
    again = registry.get(method).settings_form(prefix="m", initial=settings)
    assert "None" not in again.as_p()


def test_weights_that_do_not_make_a_hundred_are_refused() -> None:
    form = registry.get("merit").settings_form({"price": "20"})
    assert not form.is_valid()
    assert "90" in str(form.errors)


def test_each_method_says_what_it_is() -> None:
    for method in registry.METHODS:
        assert str(method.label)
        assert str(method.sentence).endswith("。")
        assert method.takes_bids or not method.asks_price
        fixed = method.takes_bids and not method.asks_price
        assert ("price" in method.settings_form.base_fields) == (fixed or method.key in ("direct", "merit"))
