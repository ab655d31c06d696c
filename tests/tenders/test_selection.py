"""The methods on plain cases: worked examples, the draw's test vector, what a wrong file is told, and properties."""

import json
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from marketplace.tenders.selection import draw, registry
from marketplace.tenders.selection.base import Case, Outcome, Quote
from marketplace.tenders.selection.casefile import CaseError, parse, read_case

CODES = ["91350100M000100Y43", "91110108551385082Q", "91430500MA4L000011", "91430500MA4L000022", "91430500MA4L000033"]
NONCE = "00112233445566778899aabbccddeeff" * 2
BEACON = "fc1873a13f3545aeade8401532ef5519" * 2
PRICES = ["60000", "80000", "92000", "95000", "96500", "99000"]


def case(prices: list[str] = PRICES, **changes: Any) -> dict[str, Any]:
    quotes = [{"agency": f"91430500MA4L{n:06d}", "price": price} for n, price in enumerate(prices)]
    return {"method": "lowest_price", "tender": "ZJ-2025-000123", "ceiling": "100000", "quotes": quotes} | changes


def price_of(value: dict[str, Any], code: str) -> str:
    return next(q["price"] for q in value["quotes"] if q["agency"] == code)


# --- the draw ---------------------------------------------------------------------------------------------------------
def test_the_published_test_vector_of_the_draw_holds() -> None:
    seed = draw.seed_of("ZJ-2025-000123", CODES, bytes.fromhex(NONCE), bytes.fromhex(BEACON))
    listed = draw.list_hash(CODES).hex()
    assert listed.startswith("6acdd196")
    assert listed.endswith("f651d8")
    assert seed.hex() == "251307a405044d1ba78bd5fb8d3a4229ffb9fa92f6bdce21957b052d6d9c7ba0"
    assert [code[-3:] for code in draw.draw_order(CODES, seed)] == ["Y43", "011", "022", "82Q", "033"]


def test_the_steps_of_the_draw_end_in_its_order() -> None:
    seed = draw.seed_of("ZJ-2025-000123", CODES, bytes.fromhex(NONCE), bytes.fromhex(BEACON))
    steps = draw.swaps(CODES, seed)
    assert steps[-1].after == draw.draw_order(CODES, seed)
    assert [step.words[-1] % step.below for step in steps] == [step.other for step in steps]


def test_a_word_beyond_the_last_full_multiple_is_rejected() -> None:
    class Fixed(draw.Stream):
        @staticmethod
        def _from(seed: bytes) -> Any:
            return iter([2**32 - 1, 7])

    stream = Fixed(b"")
    assert stream.below(3) == 7 % 3  # 2³² − 1 is divisible by 3, so the last word is the only one beyond
    assert stream.taken == [2**32 - 1, 7]


def test_an_unreadable_share_counts_as_zero_bytes_and_order_of_arrival_does_not_matter() -> None:
    shares = [("B", b"\1" * 32), ("A", None)]
    assert draw.nonce_of_shares(shares) == draw.nonce_of_shares(reversed(shares))
    assert draw.nonce_of_shares(shares) == draw.nonce_of_shares([("A", bytes(32)), ("B", b"\1" * 32)])
    assert draw.nonce_of_shares(shares) != draw.nonce_of_shares([("A", b"\1" * 32), ("B", None)])


@given(st.integers(1, 50), st.binary(min_size=32, max_size=32))
def test_numbers_of_the_stream_are_below_their_bound(n: int, seed: bytes) -> None:
    stream = draw.Stream(seed)
    assert all(0 <= stream.below(n) < n for _ in range(20))


# --- the worked example -----------------------------------------------------------------------------------------------
def test_the_lowest_of_six_prices_wins_and_raises_the_low_price_alert() -> None:
    value = case()
    outcome = registry.run(value)
    assert price_of(value, outcome.winners[0]) == "60000"
    assert [price_of(value, code) for code in outcome.substitutes] == ["80000", "92000"]
    assert [price_of(value, code) for code in outcome.ranking] == PRICES
    assert outcome.alerts == {outcome.winners[0]: ("low_price",)}
    assert outcome.explanation[1]["difference"] == "20000"


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


# --- invalid, too few -------------------------------------------------------------------------------------------------
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


# --- direct -----------------------------------------------------------------------------------------------------------
def direct(**changes: Any) -> dict[str, Any]:
    return case(["60000", "80000"], method="direct", decision={"agency": "91430500MA4L000001"}) | changes


def test_direct_ranks_only_the_chosen_one_and_needs_no_price() -> None:
    outcome = registry.run(direct())
    assert (outcome.winners, outcome.ranking, outcome.alerts) == (("91430500MA4L000001",), ("91430500MA4L000001",), {})
    assert registry.run(direct(quotes=[{"agency": "X"}], decision={"agency": "X"})).winners == ("X",)


def test_direct_fails_when_the_chosen_one_is_invalid() -> None:
    assert registry.run(direct(ceiling="70000")).reason == "no_valid_quote"


# --- wrong files ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("method", case(method="reading_tea_leaves")),
        ("method", {k: v for k, v in case().items() if k != "method"}),
        ("tender", case(tender="")),
        ("tender", case(tender=None)),
        ("funds", case(funds="mixed")),
        ("quotes", case(quotes=None)),
        ("quotes[1].agency", case(quotes=[{"agency": "A", "price": "1"}, {"agency": "A", "price": "2"}])),
        ("quotes[0].agency", case(quotes=[{"price": "1"}])),
        ("quotes[0].agency", case(quotes=[{"agency": "A\nB", "price": "1"}])),
        ("quotes[0].price", case(["abc"])),
        ("quotes[0].price", case(["NaN"])),
        ("quotes[0].price", case(["1_000"])),
        ("quotes[0].price", case(["1e999999999"])),
        ("quotes[0].price", case([None])),  # type: ignore[list-item]
        ("quotes[0].price", case([True])),  # type: ignore[list-item]
        ("quotes[0].status", case(quotes=[{"agency": "A", "price": "1", "status": "late"}])),
        ("quotes[0].rejected", case(quotes=[{"agency": "A", "price": "1", "rejected": "no"}])),
        ("nonce", case(nonce="00" * 31)),
        ("nonce", case(nonce="zz" * 32)),
        ("nonce", case(nonce="00 " * 32)),
        ("attempt", case(attempt=0)),
        ("winners", case(winners="1.5")),
        ("ceiling", case(ceiling="many")),
        ("settings", case(settings=[])),
        ("settings.minimum", case(settings={"minimum": -1})),
        ("settings.low_price", case(settings={"low_price": "0.7"})),
        ("decision.agency", direct(decision={})),
        ("decision.agency", direct(decision={"agency": "elsewhere"})),
    ],
)
def test_a_wrong_case_names_the_key(key: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(CaseError) as caught:
        registry.run(wrong)
    assert caught.value.key == key
    assert str(caught.value).startswith(f"{key}：")


def test_numbers_count_by_their_decimal_text() -> None:
    quotes = '[{"agency": "A", "price": 0.1}, {"agency": "B", "price": "0.1"}, {"agency": "C", "price": 1}]'
    read = read_case(parse(f'{{"method": "lowest_price", "tender": "T", "quotes": {quotes}}}'))
    assert [quote.price for quote in read.quotes] == [Decimal("0.1"), Decimal("0.1"), Decimal(1)]


def test_a_key_that_stands_twice_is_refused() -> None:
    with pytest.raises(CaseError, match="method"):
        parse('{"method": "direct", "method": "lowest_price"}')


def run_command(path: Path, value: Any) -> str:
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    out = StringIO()
    call_command("select", str(path), stdout=out)
    return out.getvalue()


def test_the_command_prints_the_outcome_of_a_case_file(tmp_path: Path) -> None:
    printed = json.loads(run_command(tmp_path / "case.json", case()))
    assert printed == registry.run(case()).to_json()
    assert Outcome.from_json(printed) == registry.run(case())


@pytest.mark.parametrize(
    ("value", "named"), [(case(method="merit"), "method"), ("[]", "case"), ("{", "JSON"), ("null", "quotes")]
)
def test_the_command_exits_with_2_and_names_the_key(tmp_path: Path, value: Any, named: str) -> None:
    with pytest.raises(CommandError, match=named) as caught:
        run_command(tmp_path / "case.json", value)
    assert caught.value.returncode == 2


def test_a_file_that_is_not_there_exits_with_2(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as caught:
        call_command("select", str(tmp_path / "none.json"))
    assert caught.value.returncode == 2


# --- properties -------------------------------------------------------------------------------------------------------
quotes_of_any_kind = st.lists(
    st.builds(
        Quote,
        agency=st.integers(0, 10**6).map(lambda n: f"91430500MA4L{n:06d}"),
        price=st.decimals(min_value=-1, max_value=120000, places=2),
        status=st.sampled_from(["ok", "ok", "ok", "unreadable", "ineligible"]),
        rejected=st.sampled_from([False, False, False, True]),
    ),
    max_size=12,
    unique_by=lambda quote: quote.agency,
)
cases = st.builds(
    Case,
    method=st.just("lowest_price"),
    tender=st.just("ZJ-2025-000123"),
    quotes=quotes_of_any_kind.map(tuple),
    attempt=st.integers(1, 2),
    funds=st.sampled_from(["public", "private"]),
    ceiling=st.one_of(st.none(), st.just(Decimal(100000))),
    nonce=st.binary(min_size=32, max_size=32),
)


@given(cases, st.randoms())
def test_permuting_the_bids_never_changes_the_outcome(one: Case, random: Any) -> None:
    shuffled = list(one.quotes)
    random.shuffle(shuffled)
    other = Case(**{**one.__dict__, "quotes": tuple(shuffled)})
    assert registry.select(one).to_json() == registry.select(other).to_json()


@given(cases, st.data())
def test_a_higher_valid_price_never_ranks_better(one: Case, data: Any) -> None:
    before = registry.select(one)
    if not before.is_selected:
        return
    code = data.draw(st.sampled_from(before.ranking))
    old = next(quote for quote in one.quotes if quote.agency == code)
    price = data.draw(st.decimals(min_value=old.price, max_value=one.ceiling or 200000, places=2))
    raised = tuple(Quote(code, price) if quote.agency == code else quote for quote in one.quotes)
    after = registry.select(Case(**{**one.__dict__, "quotes": raised}))
    assert after.ranking.index(code) >= before.ranking.index(code)


@given(cases)
def test_the_winner_is_a_lowest_valid_price_and_the_case_file_holds_everything(one: Case) -> None:
    outcome = registry.select(one)
    assert registry.run(json.loads(json.dumps(one.to_json()))).to_json() == outcome.to_json()
    if outcome.is_selected:
        valid = {quote.agency: quote.price for quote in one.quotes if quote.agency not in outcome.invalid}
        assert valid[outcome.winners[0]] == min(price for price in valid.values() if price is not None)
        assert set(outcome.ranking) == set(valid)
