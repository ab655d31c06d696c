"""M4, the lowest price: by price, ties by the verifiable draw; a low price raises an alert."""

from decimal import Decimal
from itertools import groupby
from typing import Any

from django.utils.translation import gettext_lazy as _

from marketplace.tenders.selection import draw, validity
from marketplace.tenders.selection.base import Case, NoSettings, Outcome, Quote, text_of


class LowestPrice:
    """Source: supermarket §2.4 M4, selection-rules *The case file*."""

    key = "lowest_price"
    label = _("最低价")
    sentence = _("有效报价中价格最低者中选；同价时由各响应中的随机份额共同决定抽取次序，不看先后。")
    takes_bids = True
    minimum = {"public": 3, "private": 1}
    settings_form = NoSettings

    def check(self, case: Case) -> None:
        """Every readable, eligible quote needs a price."""
        validity.price_needed(case)

    def select(self, case: Case) -> Outcome:
        """Rank by price, then by draw order."""
        valid, invalid = validity.judge(case)
        if none := validity.failure(case, self, valid, invalid):
            return none
        place = draw.places(case)
        ranked = sorted(valid, key=lambda quote: (_price(quote), place[quote.agency]))
        codes = tuple(quote.agency for quote in ranked)
        end = case.winners + case.substitutes
        return Outcome(
            status="selected",
            winners=codes[: case.winners],
            substitutes=codes[case.winners : end],
            ranking=codes,
            invalid=invalid,
            alerts=validity.low_prices(case, valid),
            explanation=tuple(_explain(ranked)),
        )


def _price(quote: Quote) -> Decimal:
    assert quote.price is not None  # `check` saw to it
    return quote.price


def _explain(ranked: list[Quote]) -> list[dict[str, Any]]:
    """One entry a rank: the lowest, tied with how many and drawn in which place, or how far above the lowest."""
    lowest, rank, entries = _price(ranked[0]), 0, []
    for price, group in groupby(ranked, key=_price):
        tied = list(group)
        for drawn, quote in enumerate(tied, start=1):
            rank += 1
            entry: dict[str, Any] = {"agency": quote.agency, "rank": rank}
            entry["rule"] = "lowest" if price == lowest else "above_lowest"
            if price > lowest:
                entry["difference"] = text_of(price - lowest)
            if len(tied) > 1:
                entry |= {"tied": len(tied), "drawn": drawn}
            entries.append(entry)
    return entries
