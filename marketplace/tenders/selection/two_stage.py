"""M10, two stages: some are drawn before any price is looked at; the lowest price among them wins."""

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.tenders.selection import draw, lowest_price, settings, validity
from marketplace.tenders.selection.base import Case, Outcome, SettingsForm
from marketplace.tenders.selection.ranking import codes

DRAWN = 3


class TwoStageSettings(SettingsForm):
    """How many are drawn."""

    k = forms.IntegerField(
        label=_("抽取入围数（家）"), min_value=1, required=False, help_text=_("留空为默认数。先抽取入围，再比价格。")
    )


class TwoStage:
    """Source: supermarket §2.4 M10, selection-rules *The case file*."""

    key = "two_stage"
    label = _("先抽取后比价")
    sentence = _("先从符合条件的响应中抽取若干家入围，不看价格；入围者中有效报价最低者中选，同价时按抽取次序。")
    takes_bids = True
    asks_price = True
    minimum = {"public": 3, "private": 1}
    settings_form = TwoStageSettings
    rules = ("lowest_of_drawn", "above_lowest_of_drawn", "not_among_drawn", "stage", "none_of_drawn")

    def check(self, case: Case) -> None:
        """Every readable, eligible quote needs a price."""
        validity.price_needed(case)
        settings.whole(case, "k", DRAWN)

    def select(self, case: Case) -> Outcome:
        """The first k of the draw order that are readable and eligible; then by price among the valid of these."""
        valid, invalid = validity.judge(case)
        if none := validity.failure(case, self, valid, invalid):
            return none
        place = draw.places(case)
        k = settings.whole(case, "k", DRAWN)
        in_order = sorted((q.agency for q in case.quotes if q.status == "ok"), key=place.__getitem__)
        stood = {code: n for n, code in enumerate(in_order, start=1)}
        within = tuple(quote for quote in valid if stood[quote.agency] <= k)
        if not within:
            return validity.failed("no_valid_quote", invalid, {"rule": "none_of_drawn", "k": k})
        pairs, entries = lowest_price.by_price(within, place)
        entries = [e | {"rule": f"{e['rule']}_of_drawn", "place": stood[e["agency"]]} for e in entries]
        outside = sorted((quote.agency for quote in valid if stood[quote.agency] > k), key=place.__getitem__)
        entries += [{"agency": code, "rule": "not_among_drawn", "place": stood[code], "k": k} for code in outside]
        entries.append({"rule": "stage", "k": k, "among": len(in_order), "valid": len(within)})
        return Outcome.selected(case, codes(pairs), invalid, entries, alerts=validity.low_prices(case, within))
