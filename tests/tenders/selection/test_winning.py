"""What would have won: the price said to win does win, the one beside it doesn't, and nothing winning is left out."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from marketplace.tenders.selection.base import Case, Quote
from marketplace.tenders.selection.winning import FEN, NotComputed, Winning, winning_prices, wins_at
from tests.tenders.selection.cases import PRICED, cases

PRICES = ("60000", "80000", "92000", "95000", "96500", "99000")
CEILING = Decimal(100000)


def case(method: str, **more: object) -> Case:
    quotes = tuple(Quote(f"91430500MA{n:08d}", Decimal(price)) for n, price in enumerate(PRICES))
    return Case(method, "ZJ-2026-000001", quotes, **({"ceiling": CEILING} | more))  # type: ignore[arg-type]


@settings(max_examples=300, deadline=None)
@given(cases(tuple(PRICED)), st.data())
def test_the_price_said_to_win_wins_and_no_other_does(one: Case, data: st.DataObject) -> None:
    assume(one.quotes)
    one = replace(one, winners=1) if one.method in ("average_price", "reference_price") else one
    agency = data.draw(st.sampled_from([quote.agency for quote in one.quotes]))
    try:
        found = winning_prices(one, agency)
    except NotComputed:
        assume(False)
    top = one.ceiling or max((q.price or Decimal(0) for q in one.quotes), default=Decimal(0)) * 3 + 1
    bottom = max(one.floor or FEN, FEN)
    some = data.draw(st.lists(st.decimals(FEN, max(top, FEN), places=2), min_size=3, max_size=6))
    tried = [price for quote in one.quotes if (price := quote.price) is not None and price > 0]
    edges = [price for price in (found.low, found.high) if price is not None] if found else []
    near = [price + step for price in (*tried, *edges, bottom, top) for step in (-FEN, Decimal(0), FEN)]
    status = next(quote.status for quote in one.quotes if quote.agency == agency)
    for price in (each.quantize(FEN) for each in (*some, *near)):
        if price <= 0:
            continue
        inside = found is not None and _inside(one, found, price)
        assert (status == "ok" and wins_at(one, agency, price)) == inside, price


def _inside(one: Case, found: Winning, price: Decimal) -> bool:
    low = found.low if found.low is not None else FEN
    high = found.high if found.high is not None else price
    return low <= price <= high


def test_the_lowest_price_must_be_undercut_or_met_as_the_draw_says() -> None:
    found = winning_prices(case("lowest_price"), "91430500MA00000005")
    assert found is not None
    assert found.low is None
    assert found.high in (Decimal("60000.00"), Decimal("59999.99"))


def test_the_mean_has_its_winning_range() -> None:
    one = case("average_price")
    loser = "91430500MA00000005"
    found = winning_prices(one, loser)
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    assert wins_at(one, loser, found.low)
    assert wins_at(one, loser, found.high)
    assert not wins_at(one, loser, found.low - FEN)
    assert not wins_at(one, loser, found.high + FEN)
    # 423,500 by the others: 80,000 lies as far away as 91,750 on the other side of the mean, and goes before
    assert found.low in (Decimal("80000.00"), Decimal("80000.01"))
    assert found.high == Decimal("91749.99")


def test_who_was_not_eligible_wins_at_no_price() -> None:
    one = case("lowest_price")
    shut = (Quote(one.quotes[0].agency, one.quotes[0].price, status="ineligible"), *one.quotes[1:])
    assert winning_prices(Case(**{**one.__dict__, "quotes": shut}), shut[0].agency) is None


@pytest.mark.parametrize("method", ["draw", "rotation", "direct", "credit_shortlist", "proposal"])
def test_where_no_price_decides_nothing_is_said(method: str) -> None:
    with pytest.raises(NotComputed):
        winning_prices(case(method), "91430500MA00000000")
