"""M5, the reference price: a drawn percentage of the mean; who comes nearest wins."""

from decimal import Decimal
from fractions import Fraction

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketplace.tenders.selection import draw, settings, validity
from marketplace.tenders.selection.base import Case, Outcome, SettingsForm, text_of
from marketplace.tenders.selection.casefile import CaseError, number_of
from marketplace.tenders.selection.exact import shown
from marketplace.tenders.selection.nearness import Priced

BASES = tuple(Decimal(percent) for percent in (95, 96, 97, 98))
DROP_AT = 6


class ReferenceSettings(SettingsForm):
    """A base that is fixed beforehand instead of drawn."""

    base = forms.DecimalField(
        label=_("基准系数（%）"),
        min_value=Decimal("0.01"),
        max_digits=6,
        decimal_places=2,
        required=False,
        help_text=_("留空则开启后从 95、96、97、98 中公开抽取。"),
    )


class ReferencePrice:
    """Source: supermarket §2.4 M5, selection-rules *Randomness* (label `base`), *The case file*."""

    key = "reference_price"
    label = _("基准价")
    sentence = _(
        "基准价 = 基准系数 × 有效报价平均价，基准系数公开抽取；6 家及以上先剔除最高、最低各 1 家。"
        "最接近基准价者中选，距离相同的低价优先，仍相同的由可验证的抽取决定先后。"
    )
    takes_bids = True
    asks_price = True
    minimum = {"public": 3, "private": 1}
    settings_form = ReferenceSettings
    rules = ("near_reference", "dropped_high", "dropped_low", "reference")

    def check(self, case: Case) -> None:
        """Every readable, eligible quote needs a price."""
        validity.price_needed(case)
        settings.positive(case, "base")
        bases_of(case)

    def select(self, case: Case) -> Outcome:
        """Rank by distance to the reference price, then lower price, then draw order; the dropped last."""
        valid, invalid = validity.judge(case)
        if none := validity.failure(case, self, valid, invalid):
            return none
        priced = Priced.of(valid, 1 if len(valid) >= DROP_AT else 0, draw.places(case))
        fixed = settings.positive(case, "base")
        base = fixed or drawn_base(case)
        target = Fraction(base) / 100 * priced.mean
        ranking, entries = priced.nearest("near_reference", target)
        numbers = {"base": text_of(base), "mean": shown(priced.mean), "reference": shown(target)}
        counts = {"base_drawn": fixed is None, "counted": len(priced.left), "dropped": len(priced.dropped)}
        entries.append({"rule": "reference", **numbers, **counts})
        alerts = validity.low_prices(case, valid)
        return Outcome.selected(case, ranking, invalid, entries, alerts=alerts, may_win=len(priced.left))


def drawn_base(case: Case) -> Decimal:
    """The base in per cent, drawn from 95 to 98, or from `settings.bases` where the rules give others."""
    bases = bases_of(case)
    return bases[draw.labelled(draw.seed(case), "base").below(len(bases))]


def bases_of(case: Case) -> tuple[Decimal, ...]:
    """The percentages from which the base is drawn."""
    given = settings.listed(case, "bases")
    found = BASES if given is None else tuple(number_of(each, settings.path("bases")) for each in given)
    if not found or min(found) <= 0:
        raise CaseError(settings.path("bases"), gettext("须列出大于 0 的百分数。"))
    return found
