"""A RuleSet's data as a typed value. Days are working days, money is CNY, shares are decimals.

Source: selection-rules (*Periods*, *Source of funds decides most*, *Methods*) and supermarket §2.1, §2.5.
"""

# ruff: noqa: RUF009 - the calls below are `dataclasses.field` with a label and a reader.

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.catalogue.rules.reading import (
    RuleDataError,
    bounds,
    bounds_table,
    flag,
    money,
    part,
    parts,
    read_into,
    share,
    table,
    text,
    whole,
    wholes,
    words,
    write_out,
)

FUNDS = ("public", "private")
METHODS = (
    "direct",
    "credit_shortlist",
    "proposal",
    "merit",
    "lowest_price",
    "reference_price",
    "average_price",
    "draw",
    "rotation",
    "two_stage",
)
SOURCES = ("shares", "drand", "lottery")  # of the randomness of a draw
PARTS = ("price", "credit", "qualification", "performance", "team")  # of the merit points
MERIT_WEIGHT_BOUNDS: Mapping[str, tuple[int, int]] = {  # supermarket §2.4, M3s
    "price": (10, 30),
    "credit": (20, 30),
    "qualification": (10, 15),
    "performance": (15, 20),
    "team": (10, 15),
}


@dataclass(frozen=True)
class Periods:
    """Every period in working days."""

    claim_check: int = whole(_("授权核验"))
    admission_review: int = whole(_("入驻审核"))
    admission_mend: int = whole(_("退回后补正"))
    admission_notice: int = whole(_("入驻公示"))
    change_review: int = whole(_("变更审核"))
    tender_check: int = whole(_("公告核对"))
    response: int = whole(_("报名期"), 1)
    response_min: int = whole(_("报名期最短"), 1)
    response_max: int = whole(_("报名期最长"), 1)
    questions_before_close: int = whole(_("提问截止提前"))
    low_price_explanation: int = whole(_("低价说明"))
    publicity: Mapping[str, int] = table(_("结果公示"), allowed=("default", *METHODS))
    objection_buyer: int = whole(_("采购人答复质疑"))
    objection_department: int = whole(_("主管部门处理异议"))
    direct_accept: int = whole(_("直接选取答复"))
    substitute: int = whole(_("候补答复"))
    owner_pick: int = whole(_("采购人择定"))
    contract: int = whole(_("签订合同"))
    contract_reminders: tuple[int, ...] = wholes(_("签约提醒"))
    contract_filing: int = whole(_("合同备案"))
    acceptance: int = whole(_("成果验收"))
    deliverable_returns: int = whole(_("成果退回次数"))
    rating: int = whole(_("互评期"))
    complaint_accept: int = whole(_("投诉受理"))
    complaint_decide: int = whole(_("投诉办结"))
    panel: int = whole(_("指定评审人"), 1, default=2)
    review: int = whole(_("评审打分"), 1, default=3)


@dataclass(frozen=True)
class ByFunds:
    """A list of methods for each source of funds."""

    public: tuple[str, ...] = words(_("财政性或国有资金"), METHODS)
    private: tuple[str, ...] = words(_("社会资金"), METHODS)


@dataclass(frozen=True)
class Minimums:
    """The fewest valid responses, by method, for each source of funds."""

    public: Mapping[str, int] = table(_("财政性或国有资金"), 1, 50, METHODS)
    private: Mapping[str, int] = table(_("社会资金"), 1, 50, METHODS)


@dataclass(frozen=True)
class SecondAnnouncement:
    """What happens after the first failure."""

    automatic: bool = flag(_("自动再次公告"))
    public_minimum: int = whole(_("第二次公告的最少响应数"), 1, 50)


@dataclass(frozen=True)
class Limits:
    """Amounts at which something else applies, in CNY."""

    direct_public: Decimal = money(_("财政资金直接选取上限"))
    direct_refusals: int = whole(_("直接选取被拒次数"), 1, 10)
    compulsory_tendering: Decimal = money(_("必须招标的金额"))
    compulsory_tendering_items: tuple[str, ...] = words(_("必须招标的事项"))
    procurement: Decimal | None = money(_("政府采购限额"), optional=True)
    splitting_months: int = whole(_("化整为零检查（月）"), 0, 60)


@dataclass(frozen=True)
class InvitedQuotes:
    """Quotes asked from a few compared firms."""

    public: bool = flag(_("财政性或国有资金"))
    private: bool = flag(_("社会资金"))
    least: int = whole(_("最少邀请"), 1, 20)
    most: int = whole(_("最多邀请"), 1, 20)
    pick: int = whole(_("择定期限（工作日）"), 1, 30, default=5)


@dataclass(frozen=True)
class LowPrice:
    """Below which share a price raises the alert."""

    of_mean: Decimal = share(_("低于其他报价均值"))
    of_ceiling: Decimal = share(_("低于最高限价"))


@dataclass(frozen=True)
class Clocks:
    """When a time limit alerts, and when its red card comes."""

    alert_share: Decimal = share(_("预警比例"))
    alert_days: int = whole(_("提前预警"))
    red_days: int = whole(_("红牌"))


@dataclass(frozen=True)
class Selection:
    """Default settings of the methods, and within what bounds a tender may choose others."""

    winners: int = whole(_("中选数"), 1, 20)
    substitutes: int = whole(_("候补数"), 0, 20)
    shortlist_big: int = whole(_("大名单"), 1, 200)
    shortlist_small: int = whole(_("小名单"), 1, 50)
    two_stage: int = whole(_("两阶段入围数"), 1, 50)
    reference_base: tuple[int, ...] = wholes(_("基准系数（%）"), 1, 200)
    average_outliers: bool = flag(_("均价剔除极端报价"))
    weighted_draw: bool = flag(_("按信用加权抽取"))
    merit_weights: Mapping[str, int] = table(_("综合评分权重"), 0, 100, PARTS)
    performance_cap: int = whole(_("业绩封顶数"), 1, 100)
    performance_months: int = whole(_("业绩年限（月）"), 1, 240)
    reviewers: tuple[int, ...] = wholes(_("评审人数"), 1, 99)
    drop_extremes_at: int = whole(_("去除最高最低分的人数"), 3, 99)
    shortlist_big_bounds: tuple[int, int] = bounds(_("大名单可选范围"), 1, 200, default=(5, 20))
    shortlist_small_bounds: tuple[int, int] = bounds(_("小名单可选范围"), 1, 50, default=(2, 5))
    two_stage_bounds: tuple[int, int] = bounds(_("两阶段入围数可选范围"), 1, 50, default=(2, 10))
    merit_weight_bounds: Mapping[str, tuple[int, int]] = bounds_table(
        _("综合评分权重可选范围"), PARTS, 0, 100, default=MERIT_WEIGHT_BOUNDS
    )
    merit_from: Decimal = money(_("宜综合评分的金额"), default=Decimal(300_000))
    proposal_from: Decimal = money(_("宜方案比选的金额"), default=Decimal(600_000))
    reviewers_per_buyers_own: int = whole(_("每几名评审人可有 1 名采购人代表"), 1, 99, default=3)


@dataclass(frozen=True)
class DrawSources:
    """Which sources of randomness an announcement may name, the usual one first, for each source of funds."""

    public: tuple[str, ...] = words(_("财政性或国有资金"), SOURCES)
    private: tuple[str, ...] = words(_("社会资金"), SOURCES)


@dataclass(frozen=True)
class Rating:
    """How ratings become one number."""

    prior_weight: int = whole(_("先验权重 C"), 0, 100)
    yearly_weight: Decimal = share(_("每年衰减"))
    parties: Mapping[str, int] = table(_("各方权重"), 0, 100, ("buyer", "department", "centre"))
    text_needed_up_to: int = whole(_("须写文字的最高星级"), 0, 5)


@dataclass(frozen=True)
class CreditRule:
    """A deduction or reward of the credit record."""

    key: str = text(_("标识"))
    label: str = text(_("情形"))
    points: int = whole(_("分值"), 0, 100)
    most: int = whole(_("累计上限（0 表示不限）"), 0, 100, default=0)
    expels: bool = flag(_("清退"), default=False)


@dataclass(frozen=True)
class Credit:
    """The credit record: start, grades, deductions and rewards."""

    initial: int = whole(_("初始分"), 0, 100)
    grades: Mapping[str, int] = table(_("等级线"), 0, 100, ("A", "B", "C", "D"))
    months: int = whole(_("记分周期（月）"), 1, 120)
    most_rewards: int = whole(_("加分上限"), 0, 100)
    newcomer_projects: int = whole(_("新机构项目数"), 0, 100)
    open_projects_grade_c: int = whole(_("C 级可同时参加的项目数"), 0, 100)
    deductions: tuple[CreditRule, ...] = parts(_("扣分"), CreditRule)
    rewards: tuple[CreditRule, ...] = parts(_("加分"), CreditRule)


@dataclass(frozen=True)
class Reminders:
    """Calendar days before something ends."""

    certificate: tuple[int, ...] = wholes(_("证书到期前（日）"))


@dataclass(frozen=True)
class Override:
    """A narrower rule for some items (none named: all), one source of funds ("any": both), and from an amount on."""

    items: tuple[str, ...] = words(_("事项"))
    funds: str = text(_("资金来源"))
    methods: tuple[str, ...] = words(_("允许的方式"), METHODS)
    minimums: Mapping[str, int] = table(_("最少响应数"), 1, 50, METHODS)
    from_amount: Decimal | None = money(_("金额不低于"), optional=True, default=None)

    def fits(self, item: str, funds: str, amount: Decimal | None = None) -> bool:
        """Whether the override is about this item, source of funds and amount (None: not known)."""
        reached = self.from_amount is None or (amount is not None and amount >= self.from_amount)
        return (not self.items or item in self.items) and self.funds in (funds, "any") and reached


@dataclass(frozen=True)
class RuleData:
    """All rules of a RuleSet."""

    version: int = whole(_("格式版本"), 1, 1)
    periods: Periods = part(_("期限（工作日）"), Periods)
    methods: ByFunds = part(_("允许的选取方式"), ByFunds)
    minimums: Minimums = part(_("最少有效响应"), Minimums)
    second_announcement: SecondAnnouncement = part(_("再次公告"), SecondAnnouncement)
    failures_before_direct: int = whole(_("可改为直接选取的流标次数"), 1, 10)
    limits: Limits = part(_("金额界限"), Limits)
    invited_quotes: InvitedQuotes = part(_("邀请比价"), InvitedQuotes)
    low_price: LowPrice = part(_("低价预警"), LowPrice)
    clocks: Clocks = part(_("预警与黄红牌"), Clocks)
    selection: Selection = part(_("选取方式的默认设置"), Selection)
    draw_sources: DrawSources = part(_("随机来源"), DrawSources)
    rating: Rating = part(_("服务评价"), Rating)
    credit: Credit = part(_("信用记分"), Credit)
    reminders: Reminders = part(_("提醒"), Reminders)
    overrides: tuple[Override, ...] = parts(_("特别规定"), Override)

    @classmethod
    def from_json(cls, value: Any) -> "RuleData":
        """Read and check rules. RuleDataError names every wrong key by its path."""
        data = read_into(cls, value)
        if problems := data.contradictions():
            raise RuleDataError([*problems])
        return data

    def to_json(self) -> dict[str, Any]:
        """The plain value that `from_json` reads."""
        written: dict[str, Any] = write_out(self)
        return written

    def contradictions(self) -> "list[str]":
        """What can't be true together, as sentences."""
        p = self.periods
        found: list[str | Promise] = []
        if not p.response_min <= p.response <= p.response_max:
            found.append(_("periods.response：报名期须在最短与最长之间。"))
        if "default" not in p.publicity:
            found.append(_("periods.publicity：须有 default 一项。"))
        for funds in FUNDS:
            lacking = sorted(set(getattr(self.methods, funds)) - set(getattr(self.minimums, funds)))
            sentence = _("minimums.%(funds)s：缺少“%(method)s”。")
            found += [str(sentence % {"funds": funds, "method": method}) for method in lacking]
            if not getattr(self.draw_sources, funds):
                sentence = _("draw_sources.%(funds)s：至少须有一种随机来源。")
                found.append(str(sentence % {"funds": funds}))
        if self.invited_quotes.least > self.invited_quotes.most:
            found.append(_("invited_quotes：最少邀请数大于最多邀请数。"))
        if sum(self.selection.merit_weights.values()) != 100:
            found.append(_("selection.merit_weights：各项权重之和须为 100。"))
        grades = [self.credit.grades.get(g, -1) for g in "ABCD"]
        if grades != sorted(grades, reverse=True) or -1 in grades:
            found.append(_("credit.grades：须有 A、B、C、D 四级，且由高到低。"))
        return [str(sentence) for sentence in found]

    def publicity_days(self, method: str) -> int:
        """For how long a result of this method is public before the award."""
        return self.periods.publicity.get(method, self.periods.publicity["default"])

    def methods_for(self, funds: str, item: str, amount: Decimal | None = None) -> tuple[str, ...]:
        """The methods allowed for an item (its code), a source of funds ("public" or "private") and an amount."""
        allowed: tuple[str, ...] = getattr(self.methods, funds)
        for override in self.overrides:
            if override.fits(item, funds, amount):
                allowed = tuple(method for method in allowed if method in override.methods)
        return allowed

    def minimum(self, method: str, funds: str, *, attempt: int = 1, item: str = "") -> int:
        """The fewest valid responses; on the second announcement with public money at most `public_minimum`."""
        least: int = getattr(self.minimums, funds)[method]
        for override in self.overrides:
            if override.fits(item, funds):
                least = override.minimums.get(method, least)
        return min(least, self.second_announcement.public_minimum) if attempt > 1 and funds == "public" else least

    def must_stop(self, item: str, funds: str, amount: Decimal) -> str | None:
        """Why this purchase may not be made here: "compulsory_tendering", "procurement" or None."""
        limits = self.limits
        if funds != "public":
            return None
        if item in limits.compulsory_tendering_items and amount >= limits.compulsory_tendering:
            return "compulsory_tendering"
        return "procurement" if limits.procurement is not None and amount > limits.procurement else None

    def credit_grade(self, score: int) -> str:
        """A, B, C or D."""
        return next(grade for grade in "ABCD" if score >= self.credit.grades[grade] or grade == "D")
