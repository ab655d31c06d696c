"""M4, the lowest price: by price, ties by the verifiable draw; a low price raises an alert."""

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from marketplace.tenders.selection import draw, validity
from marketplace.tenders.selection.base import Case, NoSettings, Outcome, Quote
from marketplace.tenders.selection.exact import shown
from marketplace.tenders.selection.ranking import Entry, codes, price_of, ranked


class LowestPrice:
    """Source: supermarket §2.4 M4, selection-rules *The case file*."""

    key = "lowest_price"
    label = _("最低价")
    sentence = _("有效报价中价格最低者中选；同价时由可验证的抽取决定先后，不看提交时间。")
    takes_bids = True
    asks_price = True
    minimum = {"public": 3, "private": 1}
    settings_form = NoSettings
    rules = ("lowest", "above_lowest")

    def check(self, case: Case) -> None:
        """Every readable, eligible quote needs a price."""
        validity.price_needed(case)

    def select(self, case: Case) -> Outcome:
        """Rank by price, then by draw order."""
        valid, invalid = validity.judge(case)
        if none := validity.failure(case, self, valid, invalid):
            return none
        pairs = by_price(valid, draw.places(case))
        alerts = validity.low_prices(case, valid)
        return Outcome.selected(case, codes(pairs), invalid, explain(pairs), alerts=alerts)


def by_price(quotes: Iterable[Quote], place: Mapping[str, int]) -> list[tuple[Quote, Entry]]:
    """The quotes by price, then by draw order."""
    return ranked(quotes, price_of, place)


def explain(pairs: Sequence[tuple[Quote, Entry]]) -> list[Entry]:
    """One entry a rank: the lowest, or how far above it."""
    lowest = price_of(pairs[0][0])
    found = []
    for quote, entry in pairs:
        above = price_of(quote) - lowest
        why = {"rule": "above_lowest", "difference": shown(above)} if above else {"rule": "lowest"}
        found.append(entry | why)
    return found
