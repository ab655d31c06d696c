"""Case files: what a wrong one is told, how numbers count, and the command that runs them."""

import json
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from marketplace.tenders.selection import registry
from marketplace.tenders.selection.base import Outcome
from marketplace.tenders.selection.casefile import CaseError, parse, read_case
from tests.tenders.selection.cases import case, direct, signed_up


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
        ("quotes[0].price", case([None])),
        ("quotes[0].price", case([True])),
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
        ("settings.low_price.of_mean", case(settings={"low_price": {"of_mean": "x"}})),
        ("decision.agency", direct(decision={})),
        ("decision.agency", direct(decision={"agency": ["a list"]})),
        ("quotes[0].price", case([None], method="average_price")),
        ("quotes[0].price", case([None], method="reference_price")),
        ("quotes[0].price", case([None], method="merit")),
        ("quotes[0].price", case([None], method="two_stage")),
        ("quotes[0].scores", case(["1"], method="proposal")),
        ("quotes[0].scores", case(method="proposal", quotes=[{"agency": "A", "scores": {}}])),
        ("quotes[0].scores.r1", case(quotes=[{"agency": "A", "price": "1", "scores": {"r1": "good"}}])),
        ("quotes[0].level", case(quotes=[{"agency": "A", "price": "1", "level": 1.5}])),
        ("quotes[0].team", case(quotes=[{"agency": "A", "price": "1", "team": 80}])),
        ("quotes[0].team[1]", case(quotes=[{"agency": "A", "price": "1", "team": [80, "x"]}])),
        ("quotes[0].credit", case(quotes=[{"agency": "A", "price": "1", "credit": "high"}])),
        ("quotes[1].credit", signed_up([1, 2**32], settings={"weighted": True})),
        ("settings.roster", signed_up([80], method="rotation")),
        ("settings.roster", signed_up([80], method="rotation", settings={"roster": "A"})),
        ("settings.roster", signed_up([80], method="rotation", settings={"roster": ["A", "A"]})),
        ("settings.roster", signed_up([80], method="rotation", settings={"roster": [1]})),
        ("settings.weighted", signed_up([80], settings={"weighted": "yes"})),
        ("settings.outliers", case(method="average_price", settings={"outliers": 1})),
        ("settings.base", case(method="reference_price", settings={"base": "0"})),
        ("settings.bases", case(method="reference_price", settings={"bases": []})),
        ("settings.k", case(method="two_stage", settings={"k": 0})),
        ("settings.big", signed_up([80], method="credit_shortlist", settings={"big": 0})),
        ("settings.small", signed_up([80], method="credit_shortlist", settings={"small": "many"})),
        ("settings.weights.luck", case(method="merit", settings={"weights": {"luck": 5}})),
        ("settings.weights.price", case(method="merit", settings={"weights": {"price": -5}})),
        ("settings.performance_cap", case(method="merit", settings={"performance_cap": 0})),
        ("settings.top_level", case(method="merit", settings={"required_level": 3, "top_level": 2})),
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


def test_null_means_absent() -> None:
    keys = ("attempt", "funds", "floor", "winners", "substitutes", "nonce", "beacon", "settings", "decision")
    of_a_quote = ("status", "rejected", "credit", "level", "performance", "team", "scores")
    full = case() | dict.fromkeys(keys)
    full["quotes"] = [quote | dict.fromkeys(of_a_quote) for quote in full["quotes"]]
    assert registry.run(full).to_json() == registry.run(case()).to_json()


def test_an_exponent_is_written_out_and_read_again() -> None:
    read = read_case(parse('{"method": "draw", "tender": "T", "quotes": [], "ceiling": 1e99, "floor": "2.50E-3"}'))
    assert read_case(read.to_json()) == read
    with pytest.raises(CaseError, match="ceiling"):
        read_case({"method": "draw", "tender": "T", "quotes": [], "ceiling": "9" * 301})


def test_settings_that_are_json_numbers_stay_json() -> None:
    text = '{"method": "two_stage", "tender": "T", "quotes": [], "settings": {"k": 2, "low_price": {"of_mean": 0.5}}}'
    written = json.dumps(read_case(parse(text)).to_json())
    assert read_case(json.loads(written)).settings == {"k": "2", "low_price": {"of_mean": "0.5"}}


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
    ("value", "named"), [(case(method="tea"), "method"), ("[]", "case"), ("{", "JSON"), ("null", "quotes")]
)
def test_the_command_exits_with_2_and_names_the_key(tmp_path: Path, value: Any, named: str) -> None:
    with pytest.raises(CommandError, match=named) as caught:
        run_command(tmp_path / "case.json", value)
    assert caught.value.returncode == 2


def test_a_file_that_is_not_there_exits_with_2(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as caught:
        call_command("select", str(tmp_path / "none.json"))
    assert caught.value.returncode == 2
