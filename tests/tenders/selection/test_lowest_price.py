"""M4: the lowest price, with its alert."""

from marketplace.tenders.selection import draw, registry
from tests.tenders.selection.cases import BEACON, CODES, NONCE, PRICES, case, price_of


def test_the_lowest_of_six_prices_wins_and_raises_the_low_price_alert() -> None:
    value = case()
    outcome = registry.run(value)
    assert price_of(value, outcome.winners[0]) == "60000"
    assert [price_of(value, code) for code in outcome.substitutes] == ["80000", "92000"]
    assert [price_of(value, code) for code in outcome.ranking] == PRICES
    assert outcome.alerts == {outcome.winners[0]: ("low_price",)}
    assert outcome.explanation[1]["difference"] == "20000.00"


def test_exactly_seventy_per_cent_of_the_mean_and_sixty_of_the_ceiling_raise_no_alert() -> None:
    assert not registry.run(case(["70000", "100000", "100000"], ceiling=None)).alerts
    assert registry.run(case(["69999.99", "100000", "100000"], ceiling=None)).alerts
    assert not registry.run(case(["60000"], funds="private")).alerts
    assert registry.run(case(["59999.99"], funds="private")).alerts


def test_two_equal_lowest_prices_are_decided_by_the_draw_and_say_so() -> None:
    quotes = [{"agency": code, "price": "70000"} for code in CODES[:3]] + [{"agency": CODES[3], "price": "80000"}]
    outcome = registry.run(case(quotes=quotes, nonce=NONCE, beacon=BEACON))
    order = draw.draw_order(
        CODES[:4], draw.seed_of("ZJ-2025-000123", CODES[:4], bytes.fromhex(NONCE), bytes.fromhex(BEACON))
    )
    assert outcome.ranking[:3] == tuple(code for code in order if code != CODES[3])
    assert outcome.explanation[0] == {"agency": outcome.ranking[0], "rank": 1, "rule": "lowest", "tied": 3, "drawn": 1}
