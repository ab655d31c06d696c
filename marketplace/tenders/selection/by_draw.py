"""M7, the draw at a fixed price: uniform by the draw order, or weighted by credit; substitutes from the same order."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.tenders.selection import draw, settings, tickets, validity
from marketplace.tenders.selection.base import Case, Outcome, Quote
from marketplace.tenders.selection.fixed_price import FixedPriceSettings
from marketplace.tenders.selection.ranking import Entry


class DrawSettings(FixedPriceSettings):
    """The fixed price, and whether credit weighs."""

    weighted = forms.BooleanField(
        label=_("按信用分加权"), required=False, help_text=_("信用分越高，抽中的机会越大；不选则机会均等。")
    )


class Draw:
    """Source: supermarket §2.4 M7, selection-rules *Randomness*, *The case file*."""

    key = "draw"
    label = _("随机抽取")
    sentence = _("按固定价格，从有效报名中公开抽取；候补按同一次序产生。任何人都能用公开的数据重新算出结果。")
    takes_bids = True
    asks_price = False
    minimum = {"public": 3, "private": 2}
    settings_form = DrawSettings
    rules = ("drawn", "drawn_weighted")

    def check(self, case: Case) -> None:
        """Nothing but well-formed settings is needed."""
        if settings.flag(case, "weighted"):
            tickets.check(case)

    def select(self, case: Case) -> Outcome:
        """Rank by draw order, or by weighted order."""
        valid, invalid = validity.judge(case)
        if none := validity.failure(case, self, valid, invalid):
            return none
        entries = _weighted(case, valid) if settings.flag(case, "weighted") else _uniform(case, valid)
        return Outcome.selected(case, [entry["agency"] for entry in entries], invalid, entries)


def _uniform(case: Case, valid: Sequence[Quote]) -> list[Entry]:
    place = draw.places(case)
    ordered = sorted((quote.agency for quote in valid), key=place.__getitem__)
    return [
        {"agency": code, "rank": rank, "rule": "drawn", "place": place[code] + 1, "of": len(place)}
        for rank, code in enumerate(ordered, start=1)
    ]


def _weighted(case: Case, valid: Sequence[Quote]) -> list[Entry]:
    picks = draw.weighted(tickets.of_all(valid), draw.seed(case))
    return [weighted_entry("drawn_weighted", rank, pick) for rank, pick in enumerate(picks, start=1)]


def weighted_entry(rule: str, rank: int, pick: draw.Pick) -> Entry:
    """One step of a weighted draw, for the explanation."""
    numbers = {"tickets": pick.tickets, "number": pick.number, "total": pick.total}
    return {"agency": pick.code, "rank": rank, "rule": rule, **numbers}
