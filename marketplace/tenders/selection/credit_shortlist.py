"""M2, the credit shortlist: the best by credit, a weighted draw among these; the buyer picks one, with reason."""

from collections.abc import Mapping, Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.tenders.selection import draw, settings, tickets, validity
from marketplace.tenders.selection.base import Case, Outcome, Quote
from marketplace.tenders.selection.by_draw import weighted_entry
from marketplace.tenders.selection.exact import shown
from marketplace.tenders.selection.fixed_price import FixedPriceSettings
from marketplace.tenders.selection.ranking import Entry, ranked

BIG, SMALL = 10, 3


class ShortlistSettings(FixedPriceSettings):
    """The fixed price and the lengths of both lists."""

    big = forms.IntegerField(label=_("大名单（家）"), min_value=1, required=False, help_text=_("按信用分取前几家。"))
    small = forms.IntegerField(
        label=_("小名单（家）"), min_value=1, required=False, help_text=_("从大名单中抽取几家，供采购人择定。")
    )


class CreditShortlist:
    """Source: supermarket §2.4 M2 (Guangdong), selection-rules *The case file*."""

    key = "credit_shortlist"
    label = _("信用择优")
    sentence = _(
        "按固定价格报名；信用分居前的进入大名单，从中按信用分加权抽取小名单，采购人在规定时间内从小名单中择定一家并公开理由，"
        "逾期未择定的由入围次序第一名作为候选机构。"
    )
    takes_bids = True
    asks_price = False
    minimum = {"public": 2, "private": 2}
    settings_form = ShortlistSettings
    rules = ("listed", "shortlisted", "not_on_big_list", "not_on_small_list")

    def check(self, case: Case) -> None:
        """Nothing but well-formed settings is needed."""
        settings.whole(case, "big", BIG)
        settings.whole(case, "small", SMALL)
        tickets.check(case)

    def select(self, case: Case) -> Outcome:
        """The ranking is the shortlist; there is no winner before the buyer has picked one."""
        valid, invalid = validity.judge(case)
        if none := validity.failure(case, self, valid, invalid):
            return none
        big, small = settings.whole(case, "big", BIG), settings.whole(case, "small", SMALL)
        place = draw.places(case)
        entries = _all(valid, place) if len(valid) <= small else _drawn(case, valid, place, big, small)
        ranking = tuple(entry["agency"] for entry in entries if "rank" in entry)
        return Outcome("selected", ranking=ranking, invalid=invalid, explanation=tuple(entries))


def _by_credit(valid: Sequence[Quote], place: Mapping[str, int]) -> list[tuple[Quote, Entry]]:
    return ranked(valid, lambda quote: -quote.credit, place)


def _all(valid: Sequence[Quote], place: Mapping[str, int]) -> list[Entry]:
    """So few that nothing is drawn: all of them by credit."""
    pairs = _by_credit(valid, place)
    return [entry | {"rule": "listed", "credit": shown(quote.credit)} for quote, entry in pairs]


def _drawn(case: Case, valid: Sequence[Quote], place: Mapping[str, int], big: int, small: int) -> list[Entry]:
    """The weighted draw among the best by credit; then who was left out, and where."""
    ordered = [quote for quote, _entry in _by_credit(valid, place)]
    kept, rest = ordered[:big], ordered[big:]
    credit = {quote.agency: shown(quote.credit) for quote in valid}
    picks = draw.weighted(tickets.of_all(kept), draw.seed(case), small)
    entries = [
        weighted_entry("shortlisted", rank, pick) | {"credit": credit[pick.code]}
        for rank, pick in enumerate(picks, start=1)
    ]
    taken = {pick.code for pick in picks}
    for rule, quotes in (("not_on_small_list", kept), ("not_on_big_list", rest)):
        left = [quote.agency for quote in quotes if quote.agency not in taken]
        entries += [{"agency": code, "rule": rule, "credit": credit[code], "big": big} for code in left]
    return entries
