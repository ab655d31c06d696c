"""An outcome computed anew from the published record: the same case with other judgements about some responses.

Pure: the frozen list, the nonce and so the draw order stay what they were; only `rejected` and `status` change.
"""

from collections.abc import Collection
from dataclasses import replace

from marketplace.tenders.selection.base import Case, Quote


def judged(case: Case, *, rejected: Collection[str] = (), ineligible: Collection[str] = ()) -> Case:
    """The case in which these agencies' low prices are rejected and these agencies' responses are ineligible.

    What was judged before stays; a response that could not be read stays unreadable.
    """

    def again(quote: Quote) -> Quote:
        if quote.agency in ineligible and quote.status == "ok":
            quote = replace(quote, status="ineligible")
        return replace(quote, rejected=quote.rejected or quote.agency in rejected)

    return replace(case, quotes=tuple(again(quote) for quote in case.quotes))


def to_explain(winners: Collection[str], alerts: Collection[str], explained: Collection[str]) -> tuple[str, ...]:
    """Who has to explain a low price: the alerted among those who would win now, unless they have explained it.

    Whoever doesn't win isn't asked; when a rejected price makes another the winner, that one is asked in turn.
    """
    return tuple(code for code in sorted(winners) if code in alerts and code not in explained)
