"""M1, direct selection: the buyer has chosen, with a published reason; the method only checks the choice."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketplace.tenders.amount_field import MoneyField
from marketplace.tenders.selection import validity
from marketplace.tenders.selection.base import Case, Outcome, SettingsForm
from marketplace.tenders.selection.casefile import CaseError


class DirectSettings(SettingsForm):
    """What a direct selection names beside the agency and the reason."""

    price = MoneyField(label=_("约定价格（元）"))


class Direct:
    """Source: supermarket §2.4 M1. Limits of the amount are checked before publishing, not here."""

    key = "direct"
    label = _("直接选取")
    sentence = _("由采购人直接选定一家符合条件的机构，理由和价格公开；机构须在规定时间内确认接受。")
    takes_bids = False
    asks_price = False
    minimum = {"public": 1, "private": 1}
    settings_form: type[SettingsForm] = DirectSettings
    rules = ("chosen", "chosen_invalid")

    def check(self, case: Case) -> None:
        """The decision must name one of the quotes."""
        chosen = case.decision.get("agency")
        if not isinstance(chosen, str) or chosen not in {quote.agency for quote in case.quotes}:
            raise CaseError("decision.agency", gettext("须是报价名单中的一家机构。"))

    def select(self, case: Case) -> Outcome:
        """The chosen agency is winner and whole ranking, unless its quote is invalid."""
        valid, invalid = validity.judge(case)
        chosen = str(case.decision["agency"])
        if none := validity.failure(case, self, valid, invalid):
            return none
        if chosen in invalid:
            return validity.failed("no_valid_quote", invalid, {"rule": "chosen_invalid", "agency": chosen})
        entry = {"agency": chosen, "rank": 1, "rule": "chosen"}
        return Outcome.selected(case, (chosen,), invalid, (entry,))
