"""M6 and M6b, the average price: nearest to the mean of the valid prices; extremes may be dropped before."""

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.tenders.selection import draw, settings, validity
from marketplace.tenders.selection.base import Case, Outcome, SettingsForm
from marketplace.tenders.selection.exact import shown
from marketplace.tenders.selection.nearness import Priced

DROP_ONE_AT, DROP_TWO_AT = 5, 10


class AverageSettings(SettingsForm):
    """Whether extremes are dropped."""

    outliers = forms.BooleanField(
        label=_("剔除极端报价"),
        required=False,
        help_text=_("有效报价 5 家及以上剔除最高、最低各 1 家，10 家及以上各 2 家；被剔除的不能中选。"),
    )


class AveragePrice:
    """Source: supermarket §2.4 M6, M6b, selection-rules *The case file*."""

    key = "average_price"
    label = _("平均价")
    sentence = _("最接近有效报价平均价者中选；距离相同的低价优先，仍相同的由可验证的抽取决定先后。")
    takes_bids = True
    asks_price = True
    minimum = {"public": 3, "private": 1}
    settings_form = AverageSettings
    rules = ("near_mean", "dropped_high", "dropped_low", "mean")

    def check(self, case: Case) -> None:
        """Every readable, eligible quote needs a price."""
        validity.price_needed(case)
        settings.flag(case, "outliers")

    def select(self, case: Case) -> Outcome:
        """Rank by distance to the mean, then lower price, then draw order; the dropped last."""
        valid, invalid = validity.judge(case)
        if none := validity.failure(case, self, valid, invalid):
            return none
        priced = Priced.of(valid, _each_side(case, len(valid)), draw.places(case))
        ranking, entries = priced.nearest("near_mean", priced.mean)
        counts = {"counted": len(priced.left), "dropped": len(priced.dropped)}
        entries.append({"rule": "mean", "mean": shown(priced.mean), **counts})
        alerts = validity.low_prices(case, valid)
        return Outcome.selected(case, ranking, invalid, entries, alerts=alerts, may_win=len(priced.left))


def _each_side(case: Case, valid: int) -> int:
    """How many are dropped on each side."""
    return (valid >= DROP_ONE_AT) + (valid >= DROP_TWO_AT) if settings.flag(case, "outliers") else 0
