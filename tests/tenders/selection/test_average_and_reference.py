"""M5 and M6: nearest to an average, with and without extremes."""

from fractions import Fraction
from typing import Any

import pytest

from marketplace.tenders.selection import draw, registry
from marketplace.tenders.selection.exact import shown
from tests.tenders.selection.cases import BEACON, NONCE, case, code, price_of, prices_of


def places(value: dict[str, Any]) -> dict[str, int]:
    codes = [quote["agency"] for quote in value["quotes"]]
    seed = draw.seed_of(
        value["tender"], codes, bytes.fromhex(value.get("nonce", "00" * 32)), bytes.fromhex(value.get("beacon", ""))
    )
    return {each: n for n, each in enumerate(draw.draw_order(codes, seed))}


def about_all(outcome: Any) -> dict[str, Any]:
    return dict(outcome.explanation[-1])


def test_nearest_to_the_average_of_all_wins() -> None:
    value = case(method="average_price")
    outcome = registry.run(value)
    assert prices_of(value, outcome.winners) == ["92000"]
    assert about_all(outcome) == {"rule": "mean", "mean": "87083.33", "counted": 6, "dropped": 0}
    assert list(outcome.alerts) == [code(0)]
    assert shown(Fraction("92000") - Fraction(522500, 6)) == outcome.explanation[0]["distance"] == "4916.67"


def test_the_average_without_outliers_ranks_the_dropped_last() -> None:
    value = case(method="average_price", settings={"outliers": True})
    outcome = registry.run(value)
    assert prices_of(value, outcome.ranking) == ["92000", "95000", "96500", "80000", "60000", "99000"]
    assert [entry["rule"] for entry in outcome.explanation[4:6]] == ["dropped_low", "dropped_high"]
    assert about_all(outcome) == {"rule": "mean", "mean": "90875.00", "counted": 4, "dropped": 2}
    assert outcome.alerts == {code(0): ("low_price",)}  # dropped ones count, and are looked at


def test_the_dropped_are_neither_winners_nor_substitutes() -> None:
    outcome = registry.run(case(method="average_price", settings={"outliers": True}, winners=3, substitutes=9))
    assert len(outcome.winners) == 3
    assert len(outcome.substitutes) == 1
    assert len(outcome.ranking) == 6
    assert outcome.able == outcome.ranking[:4]


@pytest.mark.parametrize(("count", "dropped"), [(4, 0), (5, 2), (9, 2), (10, 4), (11, 4)])
def test_how_many_outliers_are_dropped(count: int, dropped: int) -> None:
    value = case([str(50000 + n) for n in range(count)], method="average_price", settings={"outliers": True})
    assert about_all(registry.run(value))["dropped"] == dropped
    assert about_all(registry.run(value | {"settings": {"outliers": False}}))["dropped"] == 0


def test_at_the_same_distance_the_lower_price_is_better() -> None:
    value = case(["80000", "90000", "100000"], method="average_price")
    outcome = registry.run(value)
    assert prices_of(value, outcome.ranking) == ["90000", "80000", "100000"]
    assert [entry.get("by_price") for entry in outcome.explanation[:3]] == [None, True, True]


def test_the_same_price_is_decided_by_the_draw() -> None:
    value = case(["70000", "70000", "70000", "90000"], method="average_price", nonce=NONCE)
    outcome = registry.run(value)
    place = places(value)
    assert list(outcome.ranking[:3]) == sorted([code(0), code(1), code(2)], key=place.__getitem__)
    assert (outcome.explanation[0]["tied"], outcome.explanation[0]["drawn"]) == (3, 1)


def test_among_equal_extremes_the_later_in_the_draw_order_is_dropped_first() -> None:
    value = case(["80000", "80000", "90000", "99000", "99000"], method="average_price", settings={"outliers": True})
    for nonce in (f"{n:064x}" for n in range(20)):
        given = value | {"nonce": nonce}
        place = places(given)
        rules = {entry.get("agency"): entry["rule"] for entry in registry.run(given).explanation}
        assert rules[max([code(0), code(1)], key=place.__getitem__)] == "dropped_low"
        assert rules[max([code(3), code(4)], key=place.__getitem__)] == "dropped_high"


def test_all_equal_prices_drop_the_two_latest_of_the_draw_order() -> None:
    value = case(["80000"] * 5, method="average_price", settings={"outliers": True}, nonce=NONCE)
    order = sorted(places(value), key=places(value).__getitem__)
    outcome = registry.run(value)
    assert list(outcome.ranking[:3]) == order[:3]
    rules = {entry.get("agency"): entry["rule"] for entry in outcome.explanation}
    assert (rules[order[4]], rules[order[3]]) == ("dropped_high", "dropped_low")


def test_the_reference_at_96_per_cent_is_87240_and_92000_wins() -> None:
    value = case(method="reference_price", settings={"base": 96})
    outcome = registry.run(value)
    assert prices_of(value, outcome.winners) == ["92000"]
    assert about_all(outcome) == {
        "rule": "reference",
        "base": "96",
        "mean": "90875.00",
        "reference": "87240.00",
        "base_drawn": False,
        "counted": 4,
        "dropped": 2,
    }
    assert prices_of(value, outcome.ranking) == ["92000", "80000", "95000", "96500", "60000", "99000"]


def test_the_base_is_drawn_by_its_own_label() -> None:
    value = case(method="reference_price", nonce=NONCE, beacon=BEACON)
    codes = [quote["agency"] for quote in value["quotes"]]
    seed = draw.seed_of("ZJ-2025-000123", codes, bytes.fromhex(NONCE), bytes.fromhex(BEACON))
    outcome = registry.run(value)
    assert about_all(outcome)["base"] == str(95 + draw.labelled(seed, "base").below(4))
    assert about_all(outcome)["base_drawn"]
    drawn = {about_all(registry.run(value | {"nonce": f"{n:064x}"}))["base"] for n in range(40)}
    assert drawn == {"95", "96", "97", "98"}
    others = registry.run(value | {"settings": {"bases": [90, "90.5"]}})
    assert about_all(others)["base"] in ("90", "90.5")


def test_five_quotes_drop_nobody_under_the_reference_price() -> None:
    value = case(["60000", "80000", "92000", "95000", "96500"], method="reference_price", settings={"base": "97.5"})
    outcome = registry.run(value)
    assert about_all(outcome)["dropped"] == 0
    assert about_all(outcome)["reference"] == shown(Fraction("0.975") * Fraction(423500, 5))


def test_distances_are_compared_exactly_not_as_shown() -> None:
    """The mean of a third: 10.01 is nearer to 10.00333… than 10.00 is not; rounding to fen would tie them."""
    value = case(["9.99", "10.01", "10.01"], method="average_price", ceiling=None)
    assert price_of(value, registry.run(value).winners[0]) == "10.01"
