"""M8, rotation: whoever of the valid stands first on the published roster."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketplace.tenders.selection import settings, validity
from marketplace.tenders.selection.base import Case, Outcome
from marketplace.tenders.selection.casefile import CaseError
from marketplace.tenders.selection.fixed_price import FixedPriceSettings


class RotationSettings(FixedPriceSettings):
    """The fixed price; the roster is the zone's, fixed when the tender is announced."""


class Rotation:
    """Source: supermarket §2.4 M8, selection-rules *The case file*."""

    key = "rotation"
    label = _("轮候")
    sentence = _("按固定价格，由有效报名中在公开的轮候名册上排位最前者中选；中选后排到名册末位。")
    takes_bids = True
    asks_price = False
    minimum = {"public": 1, "private": 1}
    settings_form = RotationSettings
    rules = ("in_turn", "not_on_roster", "roster_empty")

    def check(self, case: Case) -> None:
        """The roster must be given; each code once."""
        _roster(case)

    def select(self, case: Case) -> Outcome:
        """Rank the valid ones in the roster's order; who isn't on it isn't ranked."""
        valid, invalid = validity.judge(case)
        if none := validity.failure(case, self, valid, invalid):
            return none
        roster = _roster(case)
        turn = {code: n for n, code in enumerate(roster, start=1)}
        ranking = sorted((q.agency for q in valid if q.agency in turn), key=turn.__getitem__)
        if not ranking:
            return validity.failed("no_valid_quote", invalid, {"rule": "roster_empty", "valid": len(valid)})
        entries: list[dict[str, object]] = [
            {"agency": code, "rank": rank, "rule": "in_turn", "turn": turn[code], "of": len(roster)}
            for rank, code in enumerate(ranking, start=1)
        ]
        entries += [{"agency": q.agency, "rule": "not_on_roster"} for q in valid if q.agency not in turn]
        return Outcome.selected(case, ranking, invalid, entries)


def _roster(case: Case) -> list[str]:
    at = settings.path("roster")
    found = settings.listed(case, "roster")
    if found is None:
        raise CaseError(at, gettext("轮候须给出名册。"))
    if not all(isinstance(code, str) and code for code in found):
        raise CaseError(at, gettext("须是统一社会信用代码的列表。"))
    if len(set(found)) < len(found):
        raise CaseError(at, gettext("名册中有重复的机构。"))
    return found
