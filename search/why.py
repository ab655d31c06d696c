"""Why a hit stands where it stands: its score taken apart, from the numbers that every engine gives back.

The best hit has 100 points, the others in proportion. A hit's points are divided as its factor is: 1 for the text, and
for each signal its weight times its value.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from marketplace.core import display
from search import ranking
from search.backends.base import MARK_START, Hit
from search.kinds import AGENCY, OFFER
from search.query import Query, Sort


@dataclass(frozen=True)
class Part:
    """One reason: its name, its points (None where the order is not by points), and the fact behind it."""

    label: str
    points: int | None
    text: str


@dataclass(frozen=True)
class Why:
    """What the disclosure of a card shows. The parts' points add up to `total`, which is at most 100."""

    rank: int
    total: int | None
    parts: tuple[Part, ...]


def why(hit: Hit, query: Query, best: float, rank: int) -> Why | None:
    """The reasons of a hit at its rank; None where an engine gave no score. `best`: the greatest score of all hits."""
    if query.sort is not Sort.RELEVANCE:
        return Why(rank, None, (_sorted_by(hit, query),))
    if best <= 0 or hit.score <= 0:
        return None
    gains = {name: gain for name, gain in _gains(hit).items() if gain > 0}
    total = round(min(hit.score / best, 1.0) * 100)
    points = _shares(total, {"text": 1.0, **gains})
    parts = [Part(_("文字匹配") if query.words else _("基础分"), points["text"], _fit(hit, query))]
    parts += [Part(str(ranking.SIGNALS[name].label), points[name], _fact(name, hit)) for name in gains]
    return Why(rank, total, tuple(parts))


def _gains(hit: Hit) -> Mapping[str, float]:
    """What the hit's own signals add; the neutral ones of items, tenders and articles belong to the text."""
    signals = hit.signals if hit.kind in (AGENCY, OFFER) else {}
    return ranking.gains(signals, hit.published_at, ranking.day())


def _shares(total: int, sizes: Mapping[str, float]) -> dict[str, int]:
    """Whole points in proportion to the sizes that add up to the total: the largest remainders are rounded up."""
    whole = sum(sizes.values())
    exact = {name: total * size / whole for name, size in sizes.items()}
    points = {name: int(share) for name, share in exact.items()}
    by_remainder = sorted(exact, key=lambda name: points[name] - exact[name])
    for name in by_remainder[: total - sum(points.values())]:
        points[name] += 1
    return points


def _fit(hit: Hit, query: Query) -> str:
    """Where the words stand, and whether the score was halved."""
    places = {"title": _("名称"), "summary": _("简介"), "snippet": _("其他内容")}
    found = [name for part, name in places.items() if MARK_START in hit.highlights.get(part, "")]
    if not query.words:
        said = _("没有输入搜索词，同类相同")
    elif found:
        said = _("搜索词在：%(places)s") % {"places": "、".join(found)}
    else:
        said = _("以编码、同义词或拼音匹配")
    return said if hit.is_available else _("%(said)s；目前不能选取或报名，得分减半") % {"said": said}


def _fact(name: str, hit: Hit) -> str:
    if name == "rating":
        if hit.rating is None:
            return _("还没有评价，按 %(n)s 分计") % {"n": ranking.NEUTRAL_RATING}
        return _("修正后 %(rating).1f 分，%(n)d 次评价") % {"rating": hit.rating, "n": hit.data.get("rating_count", 0)}
    if name == "credit":
        return _("%(grade)s 级，%(n)d 分") % {"grade": hit.data["credit_grade"], "n": hit.data["credit_score"]}
    if name == "experience":
        return _("经核实的业绩 %(n)d 项") % {"n": hit.data.get("contracts", 0)}
    day = display.day(hit.published_at) if hit.published_at else display.NOTHING
    return (_("%(day)s 入驻") if hit.kind in (AGENCY, OFFER) else _("%(day)s 发布")) % {"day": day}


def _sorted_by(hit: Hit, query: Query) -> Part:
    """The fact that another order goes by; who can't be chosen now stands behind all others."""
    nothing = _("没有数据，排在后面")
    facts = {
        Sort.RATING: (_("服务评价"), None if hit.rating is None else _("修正后 %(n).2f 分") % {"n": hit.rating}),
        Sort.PRICE: (_("报价"), None if hit.price is None else display.money(hit.price)),
        Sort.DAYS: (_("工期"), None if hit.days is None else _("%(n)d 个工作日") % {"n": hit.days}),
        Sort.EXPERIENCE: (_("业绩"), None if hit.works is None else _("经核实的业绩 %(n)d 项") % {"n": hit.works}),
        Sort.NEWEST: (_("日期"), display.day(hit.published_at) if hit.published_at else None),
    }
    label, text = facts[query.sort]
    if not hit.is_available and query.sort is not Sort.NEWEST:
        text = _("%(text)s；目前不能选取或报名，排在后面") % {"text": text or nothing}
    return Part(label, None, text or nothing)
