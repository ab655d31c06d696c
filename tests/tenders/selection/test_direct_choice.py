"""M1: the buyer has chosen."""

from marketplace.tenders.selection import registry
from tests.tenders.selection.cases import code, direct


def test_direct_ranks_only_the_chosen_one_and_needs_no_price() -> None:
    outcome = registry.run(direct())
    assert (outcome.winners, outcome.ranking, outcome.alerts) == ((code(1),), (code(1),), {})
    assert registry.run(direct(quotes=[{"agency": "X"}], decision={"agency": "X"})).winners == ("X",)


def test_direct_fails_when_the_chosen_one_is_invalid() -> None:
    assert registry.run(direct(ceiling="70000")).reason == "no_valid_quote"
