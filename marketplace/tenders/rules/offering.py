"""Which ways of selecting are lawful for a purchase, and which at most three are offered, the best first.

Source: selection-rules (*Source of funds decides most*, *Methods*), supermarket §2.4; all numbers are the RuleSet's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from marketplace.catalogue.rules import RuleData
from marketplace.core.display import money

MOST_OFFERED = 3


@dataclass(frozen=True)
class Purchase:
    """What the offer depends on. `amount` in CNY, None: not known yet; `failures`, `refusals`: of its chain.

    `draw_allowed`: the item may be given away by lot; `eligible`: how many agencies may respond, None: not counted.
    """

    item_code: str
    funds: str
    amount: Decimal | None = None
    draw_allowed: bool = True
    failures: int = 0
    refusals: int = 0
    attempt: int = 1
    eligible: int | None = None


@dataclass(frozen=True)
class Offered:
    """A method that is offered, and why, in a sentence."""

    method: str
    reason: str


def lawful_methods(purchase: Purchase, rules: RuleData) -> tuple[str, ...]:
    """The methods that the rules allow for this item, money and amount, in the RuleSet's order."""
    allowed = rules.methods_for(purchase.funds, purchase.item_code, purchase.amount)
    return tuple(method for method in allowed if not _barred(method, purchase, rules))


def offer_methods(purchase: Purchase, rules: RuleData, methods: tuple[str, ...]) -> tuple[Offered, ...]:
    """At most three lawful methods of `methods` (those that an announcement may use), the best first."""
    lawful = [method for method in lawful_methods(purchase, rules) if method in methods]
    found: dict[str, Offered] = {}
    for offered in _candidates(purchase, rules):
        if offered.method in lawful:
            found.setdefault(offered.method, offered)
    return tuple(found.values())[:MOST_OFFERED]


def _barred(method: str, purchase: Purchase, rules: RuleData) -> bool:
    if method == "draw":
        return not purchase.draw_allowed
    if method != "direct":
        return False
    limited = purchase.funds == "public" and purchase.failures < rules.failures_before_direct
    above = purchase.amount is not None and purchase.amount > rules.limits.direct_public
    return purchase.refusals >= rules.limits.direct_refusals or (limited and above)


def _candidates(purchase: Purchase, rules: RuleData) -> Iterator[Offered]:
    """What fits, the best first; the same method may come again with a weaker reason."""
    yield from _after_failures(purchase, rules)
    yield from _with_few(purchase, rules)
    amount = purchase.amount
    if amount is not None and amount >= rules.selection.merit_from:
        yield Offered("merit", _("金额较大，价格之外还看信用、资质、业绩和团队；得分由公开的公式算出。"))
        if amount >= rules.selection.proposal_from:
            yield Offered("proposal", _("成果好坏在方案时用：评审人对隐名方案打分，报价在评审结束后才开启。"))
        yield Offered("average_price", _("金额较大，取最接近平均价的报价，避免低价抢单。"))
        yield Offered("lowest_price", _("要求明确、成果标准统一的，比价格最省。"))
    elif purchase.funds == "private":
        yield Offered("lowest_price", _("报价密封到截止，一家有效即可成交，手续最少。"))
        yield Offered("direct", _("已有中意的机构时用：谈好价格，对方确认即可。"))
        yield Offered("merit", _("看重质量时用：价格、信用、资质、业绩、团队一并计分。"))
        yield Offered("credit_shortlist", _("价格明确、看重信用时用：按信用抽取入围，再由您择定一家。"))
    elif amount is not None and amount <= rules.limits.direct_public:
        yield Offered("lowest_price", _("公开比价，最省，也最不容易引起质疑。"))
        yield Offered("draw", _("金额不大、价格明确的，按固定价格公开抽取，不用比价。"))
        limit = money(rules.limits.direct_public)
        yield Offered("direct", _("不超过 %(limit)s，可以直接选取，理由和价格公开。") % {"limit": limit})
    yield from _always()


def _after_failures(purchase: Purchase, rules: RuleData) -> Iterator[Offered]:
    if purchase.funds == "public" and purchase.failures >= rules.failures_before_direct:
        values = {"times": purchase.failures}
        yield Offered("direct", _("同一采购已流标 %(times)d 次，可以写明理由直接选取。") % values)


def _with_few(purchase: Purchase, rules: RuleData) -> Iterator[Offered]:
    """So few may respond that competing on price would fail: ways that need fewer."""
    if purchase.eligible is None:
        return

    def least(method: str) -> int:
        return rules.minimum(method, purchase.funds, attempt=purchase.attempt, item=purchase.item_code)

    if purchase.eligible >= least("lowest_price"):
        return
    for method in ("credit_shortlist", "rotation", "direct"):
        if least(method) <= purchase.eligible:
            values = {"eligible": purchase.eligible, "least": least(method)}
            yield Offered(method, _("符合条件的机构只有 %(eligible)d 家，这种方式 %(least)d 家即可。") % values)


def _always() -> Iterator[Offered]:
    """What fits nearly every purchase."""
    yield Offered("lowest_price", _("公开比价，规则最简单，价格最低者中选。"))
    yield Offered("average_price", _("取最接近平均价的报价，避免低价抢单。"))
    yield Offered("merit", _("看重质量时用：价格、信用、资质、业绩、团队一并计分。"))
    yield Offered("proposal", _("成果好坏在方案时用：评审人对隐名方案打分，报价在评审结束后才开启。"))
    yield Offered("two_stage", _("响应可能很多时用：先公开抽取入围，再比价格。"))
    yield Offered("reference_price", _("基准系数公开抽取，谁也不能预先算出最优报价。"))
    yield Offered("draw", _("价格明确的，按固定价格公开抽取。"))
    yield Offered("credit_shortlist", _("价格明确、看重信用时用：按信用抽取入围，再由您择定一家。"))
