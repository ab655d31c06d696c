"""M3s, merit by computed parts only: price, credit, qualification, performance, team."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketplace.tenders.selection import draw, settings, validity
from marketplace.tenders.selection.base import Case, Outcome, Quote, SettingsForm, text_of
from marketplace.tenders.selection.casefile import CaseError
from marketplace.tenders.selection.exact import mean_score, shown
from marketplace.tenders.selection.ranking import codes, price_of, ranked

WEIGHTS = {name: Decimal(w) for name, w in (("price", 30), ("credit", 20), ("qualification", 15))} | {
    name: Decimal(w) for name, w in (("performance", 20), ("team", 15))
}
PARTS = {
    "price": _("价格（分）"),
    "credit": _("信用（分）"),
    "qualification": _("资质（分）"),
    "performance": _("业绩（分）"),
    "team": _("团队（分）"),
}
REQUIRED_LEVEL, TOP_LEVEL, CAP = 1, 3, Decimal(5)


class MeritSettings(SettingsForm):
    """The weights; those left empty keep the default."""

    price = forms.DecimalField(label=PARTS["price"], min_value=0, max_value=100, required=False)
    credit = forms.DecimalField(label=PARTS["credit"], min_value=0, max_value=100, required=False)
    qualification = forms.DecimalField(label=PARTS["qualification"], min_value=0, max_value=100, required=False)
    performance = forms.DecimalField(label=PARTS["performance"], min_value=0, max_value=100, required=False)
    team = forms.DecimalField(label=PARTS["team"], min_value=0, max_value=100, required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        initial = kwargs.get("initial")
        weights = initial.get("weights") if isinstance(initial, dict) else None
        kwargs["initial"] = weights or {}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        total = sum((_or(cleaned.get(name), weight) for name, weight in WEIGHTS.items()), Decimal(0))
        if not self.errors and total != 100:
            raise forms.ValidationError(
                gettext("各项权重之和须为 100，现为 %(total)s。") % {"total": text_of(total.normalize())}
            )
        return cleaned

    def to_settings(self) -> dict[str, object]:
        """The weights under their key; nothing when all are default."""
        self.is_valid()
        given = getattr(self, "cleaned_data", {})
        weights = {name: text_of(given[name]) for name in WEIGHTS if given.get(name) is not None}
        return {"weights": weights} if weights else {}


@dataclass(frozen=True)
class Scale:
    """What the points of a case are computed by."""

    weights: dict[str, Decimal]
    lowest: Fraction
    required: int
    top: int
    cap: Decimal

    def points(self, quote: Quote) -> dict[str, Fraction]:
        """The points of each part, exact."""
        level = min(self.required if quote.level is None else quote.level, self.top)
        shares = {
            "price": self.lowest / price_of(quote),
            "credit": Fraction(quote.credit) / 100,
            "qualification": Fraction(level - self.required + 1, self.top - self.required + 1),
            "performance": Fraction(min(quote.performance, self.cap)) / Fraction(self.cap),
            "team": mean_score(quote.team) / 100,
        }
        return {name: Fraction(self.weights[name]) * share for name, share in shares.items()}


class Merit:
    """Source: supermarket §2.4 M3s, selection-rules *The case file*."""

    key = "merit"
    label = _("综合评分")
    sentence = _(
        "按价格、信用、资质、业绩、团队五项计算得分，公式和权重随公告公开；总分最高者中选，"
        "同分的信用分高者优先，仍相同的由可验证的抽取决定先后。"
    )
    takes_bids = True
    asks_price = True
    minimum = {"public": 3, "private": 2}
    settings_form = MeritSettings
    rules = ("points",)

    def check(self, case: Case) -> None:
        """Every readable, eligible quote needs a price."""
        validity.price_needed(case)
        _scale(case, Fraction(1))

    def select(self, case: Case) -> Outcome:
        """Rank by the sum of the points, then by credit, then by draw order."""
        valid, invalid = validity.judge(case)
        if none := validity.failure(case, self, valid, invalid):
            return none
        scale = _scale(case, min(map(price_of, valid)))
        parts = {quote.agency: scale.points(quote) for quote in valid}
        total = {code: sum(points.values(), Fraction(0)) for code, points in parts.items()}
        pairs = ranked(valid, lambda q: (-total[q.agency], -q.credit), draw.places(case))
        entries = [
            entry
            | {"rule": "points", "total": shown(total[quote.agency])}
            | {name: shown(points) for name, points in parts[quote.agency].items()}
            for quote, entry in pairs
        ]
        return Outcome.selected(case, codes(pairs), invalid, entries, alerts=validity.low_prices(case, valid))


def _scale(case: Case, lowest: Fraction) -> Scale:
    required = settings.whole(case, "required_level", REQUIRED_LEVEL)
    top = settings.whole(case, "top_level", TOP_LEVEL)
    if top < required:
        raise CaseError(settings.path("top_level"), gettext("最高等级不能低于要求的等级。"))
    cap = settings.positive(case, "performance_cap", CAP)
    assert cap is not None
    return Scale(settings.numbers(case, "weights", WEIGHTS), lowest, required, top, cap)


def _or(value: object, default: Decimal) -> Decimal:
    return value if isinstance(value, Decimal) else default
