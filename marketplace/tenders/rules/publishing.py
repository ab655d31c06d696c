"""What must be right before a purchase is published: every problem at once, with the field it is about.

Source: selection-rules (*Source of funds decides most*, *Requirements that may be asked*), supermarket §2.2, §2.4 M1.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from marketplace.accounts.rules import is_project_code
from marketplace.catalogue.rules import RuleData
from marketplace.core.display import day, money
from marketplace.tenders.rules.lint import Finding, lint
from marketplace.tenders.rules.settings import wrong_settings
from marketplace.tenders.rules.splitting import Earlier, Split, splitting

MOST_SERVICE_DAYS = 1500
PLAIN_FIELDS = frozenset(
    {
        "content",
        "budget",
        "ceiling",
        "floor",
        "days",
        "local_only",
        "contact_name",
        "contact_phone",
        "complaint_phone",
    }
)


@dataclass(frozen=True)
class Asked:
    """A qualification that the tender asks for. `status` is the type's: required, filing, voluntary or abolished."""

    type_name: str
    status: str
    grades: tuple[str, ...] = ()
    minimum_grade: str = ""
    abolished_on: date | None = None


@dataclass(frozen=True)
class Plan:
    """A purchase as it is about to be published. CNY, working days; `failures`, `refusals`: of its chain."""

    item_code: str
    item_kind: str
    item_is_active: bool
    title: str
    content: str
    project_code: str
    funds: str
    method: str
    budget: Decimal | None
    ceiling: Decimal | None
    floor: Decimal | None
    days: int | None
    response_days: int
    region_code: str
    local_only: bool
    practitioners: int
    contact_name: str
    contact_phone: str
    complaint_phone: str
    asked: tuple[Asked, ...] = ()
    chosen: str = ""
    choice_reason: str = ""
    price: Decimal | None = None
    failures: int = 0
    refusals: int = 0
    draw_allowed: bool = True
    settings: Mapping[str, Any] = field(default_factory=dict)  # of the method
    invited: int = 0  # how many agencies are asked for a quote
    payment_terms: str = ""
    abolished: tuple[tuple[str, date | None], ...] = ()  # qualifications, and since when
    named: tuple[str, ...] = ()  # agencies that the texts name
    earlier: tuple[Earlier, ...] = ()  # purchases of the same buyer and item, of the last months
    lint_reason: str = ""  # why words that were warned of stay
    splitting_reason: str = ""

    @property
    def is_direct(self) -> bool:
        return self.method == "direct"

    def amended(self, values: Mapping[str, Any], asked: "tuple[Asked, ...]") -> "Plan":
        """The plan with other values; `region` is the region itself, `practitioners_needed` the number of people."""
        plain = {name: value for name, value in values.items() if name in PLAIN_FIELDS}
        if "practitioners_needed" in values:
            plain["practitioners"] = values["practitioners_needed"] or 0
        if "region" in values:
            plain["region_code"] = values["region"].code if values["region"] else ""
        return replace(self, **plain, asked=asked)

    @property
    def amount(self) -> Decimal:
        """The amount that the limits are compared with: the largest that is named."""
        return max((each for each in (self.budget, self.ceiling, self.price) if each is not None), default=Decimal(0))


@dataclass(frozen=True)
class Problem:
    """Something that must be mended before publishing; `field` is the form's.

    `excuse`: the field whose reason, seen by the department, lets it stand.
    """

    key: str
    field: str
    sentence: str
    excuse: str = ""


def problems(plan: Plan, rules: RuleData, methods: tuple[str, ...]) -> tuple[Problem, ...]:
    """Everything that stands against publishing, in the order of the form; `methods`: those that are built."""
    return (
        *_subject(plan),
        *_wording(plan),
        *_money(plan, rules),
        *_splitting(plan, rules),
        *_requirements(plan),
        *_method(plan, rules, methods),
        *_contacts(plan),
    )


def findings(plan: Plan) -> tuple[Finding, ...]:
    """What stands in the plan's texts that shouldn't, whether a reason was given for it or not."""
    texts = {"title": plan.title, "content": plan.content, "payment_terms": plan.payment_terms}
    return lint(texts, plan.abolished, () if plan.is_direct else plan.named)


def split(plan: Plan, rules: RuleData) -> Split | None:
    """The limit that this purchase reaches together with earlier ones, whether a reason was given or not."""
    amount = plan.amount
    return splitting(plan.item_code, plan.funds, amount, plan.earlier, rules, is_direct=plan.is_direct)


def _wording(plan: Plan) -> Iterator[Problem]:
    for found in findings(plan):
        if found.is_refused:
            yield Problem(f"lint_{found.key}", found.field, found.sentence)
        elif not plan.lint_reason.strip():
            yield Problem(f"lint_{found.key}", found.field, found.sentence, "lint_reason")


def _splitting(plan: Plan, rules: RuleData) -> Iterator[Problem]:
    found = split(plan, rules)
    if found is not None and not plan.splitting_reason.strip():
        yield Problem("splitting", "splitting_reason", found.sentence, "splitting_reason")


def _subject(plan: Plan) -> Iterator[Problem]:
    if not plan.item_is_active:
        yield Problem("item_retired", "item", _("该服务事项已停用，请重新选择事项。"))
    if not plan.title.strip():
        yield Problem("title_missing", "title", _("请填写采购项目名称。"))
    if plan.project_code and not is_project_code(plan.project_code):
        yield Problem(
            "project_code",
            "project_code",
            _("投资项目代码应为 24 位，例如 2411-430500-04-01-123456；没有代码可以留空。"),
        )
    if not plan.content.strip():
        yield Problem("content_missing", "content", _("请写明服务内容与要求，机构据此报价。"))
    if not plan.days:
        yield Problem("days_missing", "days", _("请填写服务期限（工作日）。"))
    elif plan.days > MOST_SERVICE_DAYS:
        yield Problem("days_too_many", "days", _("服务期限不能超过 %(days)d 个工作日。") % {"days": MOST_SERVICE_DAYS})


def _money(plan: Plan, rules: RuleData) -> Iterator[Problem]:
    if not plan.is_direct and plan.funds == "public" and plan.ceiling is None:
        yield Problem("ceiling_missing", "ceiling", _("使用财政性或国有资金的，须设最高限价。"))
    if plan.ceiling is not None and plan.ceiling <= 0:
        yield Problem("ceiling_not_positive", "ceiling", _("最高限价须大于 0。"))
    if plan.ceiling is not None and plan.budget is not None and plan.ceiling > plan.budget:
        values = {"ceiling": money(plan.ceiling), "budget": money(plan.budget)}
        yield Problem("ceiling_above_budget", "ceiling", _("最高限价 %(ceiling)s 高于预算 %(budget)s。") % values)
    if plan.floor is not None and plan.ceiling is not None and plan.floor > plan.ceiling:
        yield Problem("floor_above_ceiling", "floor", _("最低限价高于最高限价。"))
    stop = rules.must_stop(plan.item_code, plan.funds, plan.amount)
    if stop == "compulsory_tendering":
        values = {"amount": money(plan.amount), "limit": money(rules.limits.compulsory_tendering)}
        yield Problem(
            "compulsory_tendering",
            "ceiling",
            _(
                "金额 %(amount)s 达到 %(limit)s：勘察、设计、监理等服务单项合同估算价达到该金额的，"
                "属于依法必须招标的范围（国家发展改革委令 2018 年第 16 号），不能在中介超市采购。"
                "请依法组织招标；金额填写有误的，请更正后再提交。"
            )
            % values,
        )
    elif stop == "procurement":
        values = {"amount": money(plan.amount), "limit": money(rules.limits.procurement)}
        yield Problem(
            "procurement_limit",
            "ceiling",
            _(
                "金额 %(amount)s 超过本地区政府采购限额 %(limit)s，应按政府采购程序办理，不能在中介超市采购。"
                "金额填写有误的，请更正。"
            )
            % values,
        )


def _requirements(plan: Plan) -> Iterator[Problem]:
    for asked in plan.asked:
        values = {"type": asked.type_name, "day": day(asked.abolished_on), "grade": asked.minimum_grade}
        if asked.status == "abolished":
            when = _("“%(type)s”已于 %(day)s 取消") if asked.abolished_on else _("“%(type)s”已经取消")
            sentence = _("%(what)s，不能作为资格条件。可以改为要求执业人员。") % {"what": when % values}
            yield Problem("type_abolished", "requirements", sentence)
        elif asked.status == "voluntary":
            sentence = _("“%(type)s”是行业自愿评价，只能在择优中加分，不能作为资格条件。请删除这一条。")
            yield Problem("type_voluntary", "requirements", sentence % values)
        elif plan.item_kind in ("C", "D"):
            sentence = _(
                "该事项依法不设机构资质门槛，不能要求“%(type)s”。可以要求执业人员，或在服务内容中写明能力要求。"
            )
            yield Problem("type_not_lawful", "requirements", sentence % values)
        elif asked.minimum_grade and asked.minimum_grade not in asked.grades:
            yield Problem("grade_unknown", "requirements", _("“%(type)s”没有“%(grade)s”这个等级。") % values)
    if plan.local_only and not plan.region_code:
        yield Problem("region_missing", "region", _("要求服务指定地区的，请选择服务地点。"))


def _method(plan: Plan, rules: RuleData, methods: tuple[str, ...]) -> Iterator[Problem]:
    if plan.method == "invited":
        yield from _invited(plan, rules)
        return
    allowed = rules.methods_for(plan.funds, plan.item_code, plan.amount)
    by_lot = plan.method == "draw" and not plan.draw_allowed
    if plan.method not in allowed or plan.method not in methods or by_lot:
        yield Problem("method_not_allowed", "method", _("该事项和资金来源不能用这种选取方式，请换一种。"))
        return
    if plan.is_direct:
        yield from _direct(plan, rules)
    else:
        yield from _response(plan, rules)
    for name, sentence in wrong_settings(plan.method, plan.settings, rules):
        yield Problem("settings", f"{plan.method}-{name}", sentence)


def _response(plan: Plan, rules: RuleData) -> Iterator[Problem]:
    if not rules.periods.response_min <= plan.response_days <= rules.periods.response_max:
        values = {"least": rules.periods.response_min, "most": rules.periods.response_max}
        sentence = _("报名时间须为 %(least)d 至 %(most)d 个工作日。") % values
        yield Problem("response_days", "response_days", sentence)


def _invited(plan: Plan, rules: RuleData) -> Iterator[Problem]:
    invited = rules.invited_quotes
    if not (invited.public if plan.funds == "public" else invited.private):
        yield Problem("invited_not_allowed", "funds", _("这种资金来源不能邀请比价，请发起公开采购。"))
    if not invited.least <= plan.invited <= invited.most:
        values = {"least": invited.least, "most": invited.most, "n": plan.invited}
        sentence = _("须邀请 %(least)d 至 %(most)d 家机构，现在选了 %(n)d 家。") % values
        yield Problem("invited_number", "agencies", sentence)
    yield from _response(plan, rules)


def _direct(plan: Plan, rules: RuleData) -> Iterator[Problem]:
    limit = rules.limits.direct_public
    if plan.refusals >= rules.limits.direct_refusals:
        sentence = _("直接选取的机构已 %(times)d 次没有接受，请改用其他选取方式。") % {"times": plan.refusals}
        yield Problem("direct_refused", "method", sentence)
    if not plan.chosen:
        yield Problem("agency_missing", "chosen_agency", _("直接选取须指定一家机构。"))
    if plan.price is None or plan.price <= 0:
        yield Problem("price_missing", "price", _("请填写与该机构约定的价格，须大于 0。"))
    elif plan.ceiling is not None and plan.price > plan.ceiling:
        yield Problem("price_above_ceiling", "price", _("约定价格高于最高限价。"))
    if plan.funds == "public":
        if not plan.choice_reason.strip():
            yield Problem(
                "reason_missing", "choice_reason", _("使用财政性或国有资金直接选取的，须写明理由，理由将公开。")
            )
        if plan.amount > limit and plan.failures < rules.failures_before_direct:
            values = {"limit": money(limit), "failures": rules.failures_before_direct}
            sentence = _(
                "财政性或国有资金直接选取不得超过 %(limit)s（同一采购流标 %(failures)d 次后除外）。"
                "请改用最低价等竞争方式。"
            )
            yield Problem("direct_limit", "method", sentence % values)


def _contacts(plan: Plan) -> Iterator[Problem]:
    if not plan.contact_name.strip():
        yield Problem("contact_name", "contact_name", _("请填写联系人。"))
    if not plan.contact_phone.strip():
        yield Problem("contact_phone", "contact_phone", _("请填写联系电话。"))
    if not plan.complaint_phone.strip():
        yield Problem("complaint_phone", "complaint_phone", _("请填写投诉电话，公告中必须公开。"))
