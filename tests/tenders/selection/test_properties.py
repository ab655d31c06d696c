"""What holds for every method and any case; and the same outcome from an implementation of its own."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.tenders.selection import registry
from marketplace.tenders.selection.base import Case, Outcome, Quote
from tests.tenders.selection import reference
from tests.tenders.selection.cases import PRICED, SETTINGS, cases


def test_every_method_has_cases() -> None:
    assert set(SETTINGS) == set(registry.known())


@settings(max_examples=300)
@given(cases())
def test_another_implementation_of_the_rules_comes_to_the_same(one: Case) -> None:
    found = registry.run(json.loads(json.dumps(one.to_json()))).to_json()
    del found["explanation"]
    assert found == reference.select(one.to_json())


@given(cases(), st.randoms())
def test_permuting_the_quotes_never_changes_the_outcome(one: Case, random: Any) -> None:
    shuffled = list(one.quotes)
    random.shuffle(shuffled)
    other = Case(**{**one.__dict__, "quotes": tuple(shuffled)})
    assert registry.select(one).to_json() == registry.select(other).to_json()


@given(cases(("lowest_price",)), st.data())
def test_a_higher_valid_price_never_ranks_better(one: Case, data: Any) -> None:
    before = registry.select(one)
    if not before.is_selected:
        return
    agency = data.draw(st.sampled_from(before.ranking))
    old = next(quote for quote in one.quotes if quote.agency == agency)
    price = data.draw(st.decimals(min_value=old.price, max_value=one.ceiling or 200000, places=2))
    raised = tuple(Quote(agency, price) if quote.agency == agency else quote for quote in one.quotes)
    after = registry.select(Case(**{**one.__dict__, "quotes": raised}))
    assert after.ranking.index(agency) >= before.ranking.index(agency)


@given(cases())
def test_only_the_valid_are_ranked_and_only_the_ranked_win(one: Case) -> None:
    outcome = registry.select(one)
    valid = {quote.agency for quote in one.quotes} - set(outcome.invalid)
    assert set(outcome.ranking) <= valid
    assert len(set(outcome.ranking)) == len(outcome.ranking)
    chosen = outcome.winners + outcome.substitutes
    assert chosen == outcome.ranking[: len(chosen)]
    assert set(outcome.alerts) <= valid
    assert not outcome.alerts or one.method in PRICED


@given(cases())
def test_a_failed_case_has_nothing_but_its_invalid_quotes(one: Case) -> None:
    outcome = registry.select(one)
    nothing = not (outcome.winners or outcome.substitutes or outcome.ranking or outcome.alerts)
    assert outcome.is_selected == (outcome.reason is None)
    assert outcome.is_selected or nothing
    assert not outcome.is_selected or outcome.ranking


@given(cases())
def test_the_case_file_and_the_outcome_hold_everything(one: Case) -> None:
    outcome = registry.select(one)
    assert registry.run(json.loads(json.dumps(one.to_json()))).to_json() == outcome.to_json()
    assert Outcome.from_json(json.loads(json.dumps(outcome.to_json()))) == outcome


@given(cases())
def test_every_quote_is_explained_once(one: Case) -> None:
    outcome = registry.select(one)
    if not outcome.is_selected:
        return
    explained = [entry["agency"] for entry in outcome.explanation if "agency" in entry]
    assert len(set(explained)) == len(explained)
    ranks = [entry["agency"] for entry in outcome.explanation if "rank" in entry]
    assert tuple(ranks) == outcome.ranking
    assert set(explained) >= set(outcome.ranking)
