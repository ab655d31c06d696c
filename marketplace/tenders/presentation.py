"""How a tender is shown: where it stands in its life, its times, what it asks for, and the next act."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.models import Organisation
from marketplace.agencies.rules import Need
from marketplace.catalogue.models import QualificationType, Region
from marketplace.catalogue.rules import RuleData
from marketplace.core import calendar, clock
from marketplace.core.display import day, moment, money
from marketplace.tenders import rules
from marketplace.tenders.beacons import registry as beacons
from marketplace.tenders.models import Amendment, Requirement, Tender
from marketplace.tenders.selection import registry
from marketplace.tenders.selection.exact import DROP_EXTREMES_AT
from marketplace.tenders.services import reviewing, rostering, sheets, sources

S = Tender.State
DONE_SERVING = (S.ACCEPTED, S.CLOSED_OK)


@dataclass(frozen=True)
class NextAct:
    """What the buyer does next with a tender, where, and until when."""

    label: str
    url: str
    due_at: datetime | None = None


@dataclass(frozen=True)
class Dates:
    """The times of a purchase that is published at `published_at`; all moments are closings of working days."""

    published_at: datetime
    closes_at: datetime
    publicity_until: datetime
    sign_by: datetime


def dates(tender: Tender, data: RuleData) -> Dates:
    """The tender's times as they are fixed, and computed as they will be where they aren't yet."""
    start = tender.published_at or clock.now()
    takes_bids = registry.get(tender.method).takes_bids
    answer = tender.response_days if takes_bids else data.periods.direct_accept
    closes = tender.closes_at or tender.accept_by or calendar.closes_at(start, answer)
    result = tender.accepted_at or tender.opened_at or closes
    if tender.method == sheets.METHOD and not tender.opened_at:
        result = calendar.closes_at(closes, data.periods.panel + data.periods.review)
    until = tender.publicity_until or calendar.closes_at(result, data.publicity_days(tender.method))
    return Dates(start, closes, until, calendar.closes_at(until, data.periods.contract))


def steps(tender: Tender) -> list[dict[str, str]]:
    """The life of the tender, for components/steps.html."""
    if tender.is_invited:
        return _marked(tender, _invited_stages())
    takes_bids = registry.get(tender.method).takes_bids
    answer = (_("报名报价"), [S.PUBLISHED]) if takes_bids else (_("机构确认"), [S.SELECTING])
    opening = [(_("开标"), [S.CLOSED, S.SELECTING, S.SELECTED])] if takes_bids else []
    stages = [
        (_("公告"), [S.DRAFT, S.CHECKING, S.SCHEDULED]),
        answer,
        *opening,
        (_("公示"), [S.PUBLICITY, S.SUSPENDED]),
        (_("中选"), [S.NOTIFIED]),
        (_("履约"), [S.CONTRACTED, S.IN_SERVICE]),
        (_("完成"), [S.ACCEPTED, S.CLOSED_OK]),
    ]
    return _marked(tender, stages)


def _invited_stages() -> list[tuple[str, list[S]]]:
    """Of invited quotes: nothing is announced, nobody waits for objections."""
    return [
        (_("邀请"), [S.DRAFT, S.CHECKING, S.SCHEDULED]),
        (_("密封报价"), [S.PUBLISHED]),
        (_("比较择定"), [S.CLOSED, S.SELECTING, S.SELECTED, S.PUBLICITY, S.SUSPENDED]),
        (_("中选"), [S.NOTIFIED]),
        (_("履约"), [S.CONTRACTED, S.IN_SERVICE]),
        (_("完成"), [S.ACCEPTED, S.CLOSED_OK]),
    ]


def _marked(tender: Tender, stages: list[tuple[str, list[S]]]) -> list[dict[str, str]]:
    """Each stage as done, now or to come."""
    if tender.state in (S.FAILED, S.CANCELLED, S.TERMINATED):
        return _ended(tender, [label for label, _states in stages])
    now = next(n for n, (_label, states) in enumerate(stages) if tender.state in states)
    marks = [
        "done" if n < now or tender.state == S.CLOSED_OK else "now" if n == now else "" for n in range(len(stages))
    ]
    return [{"label": label, "state": mark} for (label, _states), mark in zip(stages, marks, strict=True)]


def _ended(tender: Tender, labels: list[str]) -> list[dict[str, str]]:
    """As far as it came, and how it ended."""
    reached = 1 + (tender.closes_at is not None and tender.state == S.FAILED) + (tender.publicity_until is not None)
    done = [{"label": label, "state": "done"} for label in labels[: reached if tender.started_at else 0]]
    return [*done, {"label": str(tender.get_state_display()), "state": "failed"}]


def timeline(tender: Tender, data: RuleData) -> list[dict[str, Any]]:
    """What happened and what comes, for components/timeline.html."""
    if tender.state in (S.FAILED, S.CANCELLED, S.TERMINATED):
        return [_event(_("公告"), tender.published_at, "done")] if tender.published_at else []
    when = dates(tender, data)
    present = clock.now()
    if registry.get(tender.method).takes_bids:
        answered, words = tender.opened_at is not None, _("截止并开标，全程公开")
        if tender.method == sheets.METHOD:
            words = _("截止，评审后开标，全程公开")
    else:
        answered, words = tender.accepted_at is not None, _("机构确认是否承接")
    noticed = tender.state not in (S.PUBLISHED, S.CLOSED, S.SELECTING, S.SELECTED, S.PUBLICITY, S.SUSPENDED)
    served = tender.state in DONE_SERVING
    signed = served or tender.state in (S.CONTRACTED, S.IN_SERVICE)
    public = tender.publicity_until is not None
    if _is_held_up(tender):
        held = {"when": _("待定"), "state": ""}
        later = (_("结果公示期满"), _("发出中选通知书"), _("签订合同"))
        return [
            _event(_("公告"), when.published_at, "done"),
            _event(words, when.closes_at, "done" if answered else "now"),
            *({"title": title, **held} for title in later),
        ]
    return [
        _event(_("公告"), when.published_at, "done"),
        _event(words, when.closes_at, "done" if answered else "now" if when.closes_at > present else ""),
        _event(_("结果公示期满"), when.publicity_until, "done" if noticed else "now" if public else ""),
        _event(_("发出中选通知书"), when.publicity_until, "done" if noticed else ""),
        _event(_("签订合同"), when.sign_by, "done" if signed else "now" if noticed else "", until=True),
    ]


def _is_held_up(tender: Tender) -> bool:
    """Whether something without a sure end comes first: an objection, a source, an explanation, a choice."""
    waits = (tender.explain_by, tender.pick_by, tender.substitute_by)
    return tender.state == S.SUSPENDED or tender.waits_for_source or (tender.state == S.SELECTING and any(waits))


def asked_for(tender: Tender, requirements: list[Requirement]) -> list[str]:
    """What the tender asks of an agency, one sentence each."""
    groups: dict[int, list[str]] = {}
    for one in requirements:
        need = Need(one.type.slug, one.type.name, tuple(one.type.grades), one.minimum_grade)
        groups.setdefault(one.group, []).append(need.text)
    found = [_("、或").join(group) for _number, group in sorted(groups.items())]
    if tender.practitioners_needed:
        which = tender.item.practitioner or _("注册执业人员")
        found.append(_("%(which)s不少于 %(n)d 人") % {"which": which, "n": tender.practitioners_needed})
    if tender.local_only and tender.region:
        found.append(_("服务区域包含%(region)s") % {"region": tender.region.name})
    return found or [_("不设资质条件；在驻、提供该事项服务即可")]


def method_words(tender: Tender) -> list[tuple[str, str]]:
    """What the tender sets for its method: label and value; a direct selection's price stands elsewhere."""
    method = registry.get(tender.method)
    if not method.takes_bids:
        return []
    if tender.method == sheets.METHOD:
        return _panel_words(tender)
    form = method.settings_form(initial=tender.method_settings)
    values = [(str(bound.label), bound.name, bound.value()) for bound in form]
    words = [(label, _setting(name, value)) for label, name, value in values if value not in (None, "", False)]
    return words + _roster_words(tender)


def _panel_words(tender: Tender) -> list[tuple[str, str]]:
    """The criteria with their weights, the panel, and what holds while it works."""
    criteria = " · ".join(f"{one['name']} {one['weight']}" for one in reviewing.criteria_of(tender))
    size = reviewing.panel_size(tender)
    dropped = size >= DROP_EXTREMES_AT
    panel = _("%(n)d 人，去掉一个最高分和一个最低分") if dropped else _("%(n)d 人，取平均分")
    return [
        (_("评审标准和权重"), criteria),
        (_("评审人数"), panel % {"n": size}),
        (_("隐名评审"), _("方案以字母代号交评审人；文件内容中不得出现机构名称和标识，由响应机构自己负责。")),
        (_("报价"), _("评审结束后才开启，评审人打分时看不到。")),
        (_("评分表"), _("全部提交后一并公开，并公布评审人姓名。")),
    ]


def _roster_words(tender: Tender) -> list[tuple[str, str]]:
    """The roster that the announcement fixed; of a draft the one of today."""
    codes = rostering.frozen(tender).get("roster")
    if tender.is_public:
        codes = tender.method_settings.get("roster")
    if tender.method != rostering.METHOD or not isinstance(codes, list):
        return []
    names = dict(Organisation.objects.filter(credit_code__in=codes).values_list("credit_code", "name"))
    return [(_("轮候名册"), "、".join(f"{n}. {names.get(code, code)}" for n, code in enumerate(codes, start=1)))]


def source_words(tender: Tender) -> list[str]:
    """Where the randomness of the tender's draw comes from: the source's sentence, and which value it is."""
    source = beacons.get(tender.draw_source)
    announced = sources.announced(tender)
    if announced is None:
        return [str(source.sentence)]
    due_at = datetime.fromisoformat(announced["due_at"])
    values = announced | {"at": moment(due_at)}
    if tender.draw_source == "drand":
        which = _("第 %(round)d 轮（%(at)s 产生），后备第 %(successor)d 轮。")
    else:
        which = _("%(lottery)s 第 %(issue)s 期（%(at)s 开奖），后备第 %(next_issue)s 期。")
    return [str(source.sentence), which % values]


def _setting(name: str, value: Any) -> str:
    if value is True:
        return _("是")
    if isinstance(value, list):
        return "、".join(map(str, value))
    return money(value) if name == "price" and isinstance(value, str) else str(value)


def amendments(found: Iterable[Amendment]) -> list[dict[str, Any]]:
    """Each amendment with its changes: `label`, and `before` and `after`, or the `pieces` of a long text."""
    return [{"amendment": one, "changes": changes_of(one)} for one in found]


def changes_of(one: Amendment) -> list[dict[str, Any]]:
    """The changes of an amendment, for components/diff.html and tenders/_amendment.html."""
    shown = []
    for name, (before, after) in one.changes.items():
        change: dict[str, Any] = {"label": _label(name), "before": _value(name, before), "after": _value(name, after)}
        if name == "content":
            change["pieces"] = rules.pieces(before or "", after or "")
        shown.append(change)
    return shown


def _label(name: str) -> str:
    named = {"requirements": _("资格要求"), "attachments": _("附件")}
    return named.get(name) or str(Tender._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _value(name: str, value: Any) -> str:
    """A JSON value of an amendment, as people read it."""
    if name in ("ceiling", "floor", "budget"):
        return money(Decimal(value)) if value is not None else ""
    if name == "local_only":
        return _("是") if value else _("否")
    if name == "attachments":
        return "\n".join(each["name"] for each in value)
    if name == "region":
        region = Region.objects.filter(code=value).first() if value else None
        return str(region or value or "")
    if name == "requirements":
        types = {
            kind.slug: kind for kind in QualificationType.objects.filter(slug__in=[slug for _g, slug, _m in value])
        }
        needs = [Need(slug, types[slug].name, tuple(types[slug].grades), grade) for _g, slug, grade in value]
        return "\n".join(need.text for need in needs)
    return "" if value is None else str(value)


def next_act(tender: Tender) -> NextAct:
    """The buyer's next act; where there is none, the page to look at."""
    if tender.state == S.DRAFT:
        label = _("修改后重新提交") if tender.check_reasons else _("继续填写")
        return NextAct(label, reverse("tender_edit", args=[tender.pk]))
    if not tender.number:
        return NextAct(_("查看"), reverse("tender_edit", args=[tender.pk]))
    page = reverse("tender", args=[tender.number])
    result = reverse("tender_result", args=[tender.number])
    contract = reverse("contract_of", args=[tender.number])
    acts = {
        S.CHECKING: NextAct(_("等待核对"), page, tender.check_by),
        S.PUBLISHED: NextAct(_("等待截止并开标"), page, tender.closes_at),
        S.CLOSED: _waits_closed(tender, page),
        S.SELECTING: _waits(tender, page, result),
        S.SUSPENDED: NextAct(_("查看异议"), f"{page}#objections"),
        S.PUBLICITY: NextAct(_("查看结果"), result, tender.publicity_until),
        S.NOTIFIED: NextAct(_("签订合同"), contract),
        S.CONTRACTED: NextAct(_("查看合同"), contract),
        S.IN_SERVICE: NextAct(_("查看履约"), contract),
        S.ACCEPTED: NextAct(_("评价"), contract),
        S.FAILED: NextAct(_("查看原因"), page),
    }
    return acts.get(S(tender.state), NextAct(_("查看"), page))


def _waits_closed(tender: Tender, page: str) -> NextAct:
    """A frozen list that waits: for the buyer to fill the panel, for the panel, or for the randomness."""
    if not tender.waits_for_review:
        return NextAct(_("等待随机源"), page)
    if reviewing.open_seats(tender):
        return NextAct(_("指定评审人"), reviewing.panel_url(tender), tender.review_by)
    return NextAct(_("等待评审"), reviewing.panel_url(tender), tender.review_by)


def _waits(tender: Tender, page: str, result: str) -> NextAct:
    """A selection that waits: for a substitute, for the explanation of a price, or for the chosen agency."""
    if tender.choose_by:
        return NextAct(_("比较并择定"), result, tender.choose_by)
    if tender.substitute_by:
        return NextAct(_("等待候补答复"), result, tender.substitute_by)
    if tender.pick_by:
        return NextAct(_("从入围机构中择定"), reverse("tender_pick", args=[tender.number]), tender.pick_by)
    if tender.explain_by:
        return NextAct(_("查看低价说明"), f"{result}#prices", tender.explain_by)
    return NextAct(_("等待机构确认"), page, tender.accept_by)


def _event(title: str, at: datetime | None, state: str, *, until: bool = False) -> dict[str, Any]:
    if until and at is not None:
        return {"title": title, "when": _("%(day)s前") % {"day": day(at)}, "state": state}
    return {"title": title, "at": at, "state": state}
