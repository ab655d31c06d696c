"""Every rule that a method can name has a sentence, and the sentence has all its values."""

import re

from hypothesis import given, settings

from marketplace.tenders import reasons
from marketplace.tenders.selection import registry
from marketplace.tenders.selection.base import Case
from tests.tenders.selection.cases import cases

SHARED = {"too_few", "no_valid_quote"}


def test_every_rule_of_every_method_has_its_sentence_and_no_sentence_is_left_over() -> None:
    declared = {rule for method in registry.METHODS for rule in method.rules} | SHARED
    assert declared == set(reasons.RULES)


def test_every_way_to_win_has_its_sentence() -> None:
    assert set(reasons.WON) <= set(reasons.RULES)
    assert set(reasons.WON_TIED) <= set(reasons.WON)


@settings(max_examples=200)
@given(cases())
def test_whatever_happens_is_said_in_whole_sentences(one: Case) -> None:
    outcome = registry.select(one)
    allowed = set(registry.get(one.method).rules) | (set() if outcome.is_selected else SHARED)
    for entry in outcome.explanation:
        assert entry["rule"] in allowed
        assert re.search("[一-鿿]", reasons.why_rank(entry))
    if outcome.is_selected:
        assert reasons.winner_sentence(outcome.explanation, valid=len(outcome.ranking)).endswith("。")


def test_the_numbers_of_a_reference_price_are_told() -> None:
    entry = {"rule": "reference", "base": "96", "base_drawn": True, "mean": "90875.00", "reference": "87240.00"}
    said = reasons.why_rank(entry | {"counted": 4, "dropped": 2})
    assert said == "4 家的平均价 ¥90,875 × 抽取的基准系数 96% = 基准价 ¥87,240"
