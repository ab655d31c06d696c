"""M4, the lowest price: by price, ties by the verifiable draw; a low price raises an alert."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from marketplace.tenders.selection import draw, validity
from marketplace.tenders.selection.base import Case, NoSettings, Outcome, Quote
from marketplace.tenders.selection.exact import shown_ratio
from marketplace.tenders.selection.ranking import Entry, codes, ranked, whole_prices


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
        pairs, entries = by_price(valid, draw.places(case))
        alerts = validity.low_prices(case, valid)
        return Outcome.selected(case, codes(pairs), invalid, entries, alerts=alerts)


def by_price(quotes: Sequence[Quote], place: Mapping[str, int]) -> tuple[list[tuple[Quote, Entry]], list[Entry]]:
    """The quotes by price, then by draw order; and an entry a rank: the lowest, or how far above it."""
    price, unit = whole_prices(quotes)
    pairs = ranked(quotes, lambda quote: price[quote.agency], place)
    lowest = min(price.values())
    entries = []
    for quote, entry in pairs:
        above = price[quote.agency] - lowest
        why = {"rule": "above_lowest", "difference": shown_ratio(above, unit)} if above else {"rule": "lowest"}
        entries.append(entry | why)
    return pairs, entries
