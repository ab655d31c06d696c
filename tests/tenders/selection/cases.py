"""Cases to test with: the worked example of the rules, and cases of any kind for property tests."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from marketplace.tenders.selection.base import Case, Quote

CODES = ["91350100M000100Y43", "91110108551385082Q", "91430500MA4L000011", "91430500MA4L000022", "91430500MA4L000033"]
NONCE = "00112233445566778899aabbccddeeff" * 2
BEACON = "fc1873a13f3545aeade8401532ef5519" * 2
PRICES = ["60000", "80000", "92000", "95000", "96500", "99000"]
PRICED = ("lowest_price", "average_price", "reference_price", "merit", "two_stage")


def code(n: int) -> str:
    return f"91430500MA4L{n:06d}"


def case(prices: Any = PRICES, **changes: Any) -> dict[str, Any]:
    """The worked example; the n-th price is of agency `code(n)`."""
    quotes = [{"agency": code(n), "price": price} for n, price in enumerate(prices)]
    return {"method": "lowest_price", "tender": "ZJ-2025-000123", "ceiling": "100000", "quotes": quotes} | changes


def signed_up(credits: Any, **changes: Any) -> dict[str, Any]:
    """Sign-ups without a price; the n-th credit score is of agency `code(n)`."""
    quotes = [{"agency": code(n), "credit": credit} for n, credit in enumerate(credits)]
    return {"method": "draw", "tender": "ZJ-2025-000123", "quotes": quotes} | changes


def price_of(value: dict[str, Any], agency: str) -> str:
    return str(next(q["price"] for q in value["quotes"] if q["agency"] == agency))


def prices_of(value: dict[str, Any], agencies: Any) -> list[str]:
    return [price_of(value, agency) for agency in agencies]


def direct(**changes: Any) -> dict[str, Any]:
    return case(["60000", "80000"], method="direct", decision={"agency": code(1)}) | changes


few_prices = st.sampled_from([Decimal(n) for n in ("0", "50000", "60000", "60000.01", "70000", "99999.99", "100001")])
scores = st.integers(0, 100).map(Decimal)
quotes = st.lists(
    st.builds(
        Quote,
        agency=st.integers(0, 40).map(code),
        price=st.one_of(few_prices, st.decimals(min_value=-1, max_value=120000, places=2)),
        status=st.sampled_from(["ok", "ok", "ok", "ok", "unreadable", "ineligible"]),
        rejected=st.sampled_from([False, False, False, False, True]),
        credit=st.one_of(st.sampled_from([Decimal(80), Decimal("79.5")]), st.decimals(0, 100, places=1)),
        level=st.one_of(st.none(), st.integers(1, 5)),
        performance=st.integers(0, 9).map(Decimal),
        team=st.lists(scores, min_size=1, max_size=7).map(tuple),
        scores=st.dictionaries(st.sampled_from("abcdefg"), scores, min_size=1, max_size=7),
    ),
    max_size=14,
    unique_by=lambda quote: quote.agency,
)
SETTINGS: dict[str, Any] = {
    "lowest_price": st.just({}),
    "average_price": st.fixed_dictionaries({}, optional={"outliers": st.booleans()}),
    "reference_price": st.fixed_dictionaries({}, optional={"base": st.sampled_from(["96", "97.25", "100"])}),
    "two_stage": st.fixed_dictionaries({}, optional={"k": st.integers(1, 6)}),
    "merit": st.fixed_dictionaries(
        {},
        optional={
            "weights": st.fixed_dictionaries({}, optional={"price": st.integers(0, 60), "team": st.integers(0, 30)}),
            "required_level": st.integers(1, 2),
            "top_level": st.integers(2, 4),
            "performance_cap": st.integers(1, 6),
        },
    ),
    "proposal": st.just({}),
    "credit_shortlist": st.fixed_dictionaries({}, optional={"big": st.integers(1, 8), "small": st.integers(1, 5)}),
    "draw": st.fixed_dictionaries({}, optional={"weighted": st.booleans()}),
    "rotation": st.fixed_dictionaries({"roster": st.lists(st.integers(0, 40).map(code), unique=True, max_size=20)}),
    "direct": st.just({}),
}


@st.composite
def cases(draw: st.DrawFn, methods: Any = tuple(SETTINGS)) -> Case:
    """A well-formed case of any of the methods."""
    method = draw(st.sampled_from(methods))
    given = tuple(draw(quotes))
    if method == "direct" and not given:
        method = "lowest_price"
    settings = draw(SETTINGS[method])
    if draw(st.integers(0, 3)) == 0:
        settings = settings | {"minimum": draw(st.integers(0, 4))}
    return Case(
        method=method,
        tender="ZJ-2025-000123",
        quotes=given,
        attempt=draw(st.integers(1, 2)),
        funds=draw(st.sampled_from(["public", "private"])),
        ceiling=draw(st.sampled_from([None, Decimal(100000)])),
        floor=draw(st.sampled_from([None, None, Decimal(1000)])),
        winners=draw(st.integers(1, 3)),
        substitutes=draw(st.integers(0, 3)),
        nonce=draw(st.binary(min_size=32, max_size=32)),
        beacon=draw(st.binary(max_size=33)),
        settings=settings,
        decision={"agency": draw(st.sampled_from(given)).agency} if method == "direct" else {},
    )
