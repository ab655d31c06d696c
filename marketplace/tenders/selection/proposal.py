"""M3, the proposal: reviewers score what was proposed, anonymised; the highest mean wins."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketplace.tenders.selection import draw, validity
from marketplace.tenders.selection.base import Case, NoSettings, Outcome
from marketplace.tenders.selection.casefile import CaseError
from marketplace.tenders.selection.exact import DROP_EXTREMES_AT, mean_score, shown
from marketplace.tenders.selection.ranking import codes, price_of, ranked


class Proposal:
    """Source: supermarket §2.4 M3, selection-rules *The case file*."""

    key = "proposal"
    label = _("方案比选")
    sentence = _(
        "评审人对隐去名称的方案独立打分，5 人及以上去掉最高分和最低分；平均分最高者中选，"
        "同分的低价优先，仍相同的由可验证的抽取决定先后。评分表全部公开。"
    )
    takes_bids = True
    asks_price = True
    minimum = {"public": 3, "private": 2}
    settings_form = NoSettings
    rules = ("scored",)

    def check(self, case: Case) -> None:
        """Every readable, eligible quote needs scores."""
        for n, quote in enumerate(case.quotes):
            if quote.status == "ok" and not quote.scores:
                raise CaseError(f"quotes[{n}].scores", gettext("方案比选需要每份有效响应的评分。"))

    def select(self, case: Case) -> Outcome:
        """Rank by the mean score, then by lower price (none counts as 0), then by draw order."""
        valid, invalid = validity.judge(case)
        if none := validity.failure(case, self, valid, invalid):
            return none
        score = {quote.agency: mean_score(quote.scores.values()) for quote in valid}
        price = {quote.agency: 0 if quote.price is None else price_of(quote) for quote in valid}
        pairs = ranked(valid, lambda q: (-score[q.agency], price[q.agency]), draw.places(case))
        entries = []
        for quote, entry in pairs:
            given = len(quote.scores)
            left_out = 2 if given >= DROP_EXTREMES_AT else 0
            why = {"rule": "scored", "score": shown(score[quote.agency]), "reviewers": given, "left_out": left_out}
            entries.append(entry | why)
        return Outcome.selected(case, codes(pairs), invalid, entries)
