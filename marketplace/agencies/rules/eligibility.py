"""May this agency take part? Rule by rule, with what it has beside what is needed and what mends it.

Evaluated when responding, at close and before the notice. Source: supermarket §2.3, selection-rules *Responses*.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import chain

from django.utils.translation import ngettext

from marketplace.agencies.rules.check import Check
from marketplace.catalogue.rules import grade_at_least
from marketplace.core.said import gettext as _
from marketplace.core.said import gettext_lazy

STATE_WORDS = {
    "draft": gettext_lazy("入驻申请尚未提交"),
    "submitted": gettext_lazy("入驻申请待审核"),
    "returned": gettext_lazy("入驻申请已退回"),
    "public_notice": gettext_lazy("入驻公示中"),
    "active": gettext_lazy("正常在驻"),
    "rejected": gettext_lazy("不予入驻"),
    "dormant": gettext_lazy("休眠"),
    "frozen": gettext_lazy("冻结"),
    "expelled": gettext_lazy("已清退"),
    "withdrawn": gettext_lazy("已退出"),
}


@dataclass(frozen=True)
class Need:
    """One acceptable qualification: its type, all its grades (highest first), and the lowest that will do ("" any)."""

    type_slug: str
    type_name: str
    grades: tuple[str, ...] = ()
    minimum_grade: str = ""

    @property
    def text(self) -> str:
        """`测绘资质 乙级及以上`."""
        if not self.minimum_grade:
            return self.type_name
        highest = bool(self.grades) and self.grades[0] == self.minimum_grade
        words = _("%(type)s %(grade)s") if highest else _("%(type)s %(grade)s及以上")
        return words % {"type": self.type_name, "grade": self.minimum_grade}


@dataclass(frozen=True)
class Needs:
    """What a purchase asks for. Each group of `groups` holds alternatives: one of them is enough.

    `region_code` None: no local service needed; `practitioners` how many registered persons, holding one of
    `licences` (empty: any); `service_ends_on` None: only today counts; `minimum_credit` None: any score.
    """

    item_code: str
    groups: tuple[tuple[Need, ...], ...] = ()
    region_code: str | None = None
    practitioners: int = 0
    service_ends_on: date | None = None
    licences: tuple[str, ...] = ()
    minimum_credit: int | None = None
    item_name: str = ""
    region_name: str = ""


@dataclass(frozen=True)
class Certificate:
    """A verified certificate; `valid_until` None where none is stated."""

    type_slug: str
    type_name: str
    grade: str = ""
    valid_until: date | None = None

    def valid_on(self, day: date) -> bool:
        """Whether it still holds on this day (its last day included)."""
        return self.valid_until is None or self.valid_until >= day

    @property
    def text(self) -> str:
        """The certificate in words: type, grade, end."""
        name = f"{self.type_name} {self.grade}".strip()
        if self.valid_until is None:
            return name
        return _("%(name)s，有效期至 %(day)s") % {"name": name, "day": self.valid_until.isoformat()}


@dataclass(frozen=True)
class Licence:
    """A registered person's licence."""

    licence: str
    valid_until: date | None = None

    def valid_on(self, day: date) -> bool:
        """Whether it still holds on this day."""
        return self.valid_until is None or self.valid_until >= day


@dataclass(frozen=True)
class Facts:
    """What is known about an agency at a moment.

    `offers`: item code → codes of the regions served (empty: the whole country); `region_names`: code → name.
    `second_person`: whether it has decided that two people make a response; no rule asks for it.
    """

    state: str
    offers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    certificates: tuple[Certificate, ...] = ()
    practitioners: tuple[Licence, ...] = ()
    credit_score: int = 80
    credit_code: str = ""
    name: str = ""
    legal_person: str = ""
    region_names: Mapping[str, str] = field(default_factory=dict)
    second_person: bool = False

    @property
    def item_codes(self) -> frozenset[str]:
        """The items offered."""
        return frozenset(self.offers)


def eligibility(facts: Facts, needs: Needs, on: date) -> tuple[Check, ...]:
    """Every rule with its answer on the day `on`; eligible when `all_met`."""
    until = max(needs.service_ends_on or on, on)
    checks: Iterable[Check] = chain(
        (_standing(facts), _offer(facts, needs)),
        (_qualification(facts, group, n, on, until) for n, group in enumerate(needs.groups)),
        (_people(facts, needs, on, until),) if needs.practitioners else (),
        (_region(facts, needs),) if needs.region_code else (),
        (_credit(facts, needs),) if needs.minimum_credit is not None else (),
    )
    return tuple(checks)


def failing_keys(facts: Facts, needs: Needs, on: date) -> tuple[str, ...]:
    """The keys of the rules that are not met, without any words: for counting a whole market quickly."""
    until = max(needs.service_ends_on or on, on)
    answers = [("state", facts.state == "active"), ("offer", needs.item_code in facts.offers)]
    answers += [
        (f"qualification_{n}", has_qualification(facts, group, on, until)) for n, group in enumerate(needs.groups)
    ]
    if needs.practitioners:
        answers.append(("practitioners", count_people(facts, needs, on, until) >= needs.practitioners))
    if needs.region_code:
        answers.append(("region", serves_region(facts, needs)))
    if needs.minimum_credit is not None:
        answers.append(("credit", facts.credit_score >= needs.minimum_credit))
    return tuple(key for key, ok in answers if not ok)


def has_qualification(facts: Facts, group: Iterable[Need], on: date, until: date) -> bool:
    """Whether one of the alternatives is held, high enough, on both days."""
    return any(_counts(certificate, need, on, until) for need in group for certificate in facts.certificates)


def _counts(certificate: Certificate, need: Need, on: date, until: date) -> bool:
    fits = certificate.type_slug == need.type_slug
    return (
        fits
        and certificate.valid_on(on)
        and certificate.valid_on(until)
        and grade_at_least(need.grades, certificate.grade, need.minimum_grade)
    )


def count_people(facts: Facts, needs: Needs, on: date, until: date) -> int:
    """How many registered persons have a licence that is asked for, valid on both days."""
    fitting = (p for p in facts.practitioners if not needs.licences or p.licence in needs.licences)
    return sum(person.valid_on(on) and person.valid_on(until) for person in fitting)


def serves_region(facts: Facts, needs: Needs) -> bool:
    """Whether the item is offered in the region that is asked for."""
    served = facts.offers.get(needs.item_code)
    return served is not None and (not served or any(covers(area, needs.region_code or "") for area in served))


def _standing(facts: Facts) -> Check:
    mine = str(STATE_WORDS.get(facts.state, facts.state))
    mends = {"dormant": _("恢复在驻"), "frozen": _("查看冻结原因和修复办法"), "returned": _("补正后重新提交")}
    return Check(
        "state",
        _("已入驻且状态正常"),
        facts.state == "active",
        mine,
        mends.get(facts.state, _("办理入驻")),
        "agency_desk",
        _("正常在驻"),
    )


def _offer(facts: Facts, needs: Needs) -> Check:
    offered = needs.item_code in facts.offers
    listed = "、".join(sorted(facts.offers)) or _("没有服务项目")
    wanted = f"{needs.item_code} {needs.item_name}".strip()
    mine = wanted if offered else listed
    return Check("offer", _("服务项目包含该事项"), offered, mine, _("添加这个服务项目"), "agency_offers", wanted)


def _qualification(facts: Facts, group: tuple[Need, ...], n: int, on: date, until: date) -> Check:
    needed = _("或").join(need.text for need in group)
    if until > on:
        needed = _("%(needed)s，有效期覆盖到 %(day)s") % {"needed": needed, "day": until.isoformat()}
    pairs = [(need, c) for need in group for c in facts.certificates if c.type_slug == need.type_slug]
    graded = [(need, c) for need, c in pairs if grade_at_least(need.grades, c.grade, need.minimum_grade)]
    current = [c for _need, c in graded if c.valid_on(on)]
    enough = [c for c in current if c.valid_on(until)]
    if enough:
        mine, mend = max(enough, key=_end).text, ""
    elif current:
        mine, mend = max(current, key=_end).text, _("上传延续后的证书")
    elif graded:
        mine, mend = max((c for _need, c in graded), key=_end).text, _("证书已过期，上传延续后的证书")
    elif pairs:
        mine, mend = pairs[0][1].text, _("上传等级足够的证书")
    else:
        mine, mend = _("没有这项资质"), _("添加资质证书")
    return Check(f"qualification_{n}", _("资质要求"), bool(enough), mine, mend, "agency_qualifications", needed)


def _people(facts: Facts, needs: Needs, on: date, until: date) -> Check:
    count = count_people(facts, needs, on, until)
    words = ngettext("%(n)d 人", "%(n)d 人", count) % {"n": count}
    which = "、".join(needs.licences) or _("注册执业人员")
    needed = _("%(which)s不少于 %(n)d 人") % {"which": which, "n": needs.practitioners}
    ok = count >= needs.practitioners
    return Check("practitioners", _("执业人员"), ok, words, _("添加从业人员"), "agency_practitioners", needed)


def _region(facts: Facts, needs: Needs) -> Check:
    code = needs.region_code or ""
    served = facts.offers.get(needs.item_code)
    ok = serves_region(facts, needs)
    if served is None:
        mine = _("没有这个服务项目")
    else:
        mine = "、".join(facts.region_names.get(area, area) for area in sorted(served)) or _("全国")
    needed = needs.region_name or code
    return Check("region", _("服务区域"), ok, mine, _("扩大服务区域"), "agency_offers", needed)


def _credit(facts: Facts, needs: Needs) -> Check:
    least = needs.minimum_credit or 0
    return Check(
        "credit",
        _("信用分"),
        facts.credit_score >= least,
        _("%(n)d 分") % {"n": facts.credit_score},
        _("查看信用记录和修复办法"),
        "agency_desk",
        _("不低于 %(n)d 分") % {"n": least},
    )


def covers(area: str, region: str) -> bool:
    """Whether an administrative area contains a region, by their six-digit codes: 430000 covers 430599."""
    if area[2:] == "0000":
        return region[:2] == area[:2]
    return region[:4] == area[:4] if area[4:] == "00" else region == area


def _end(certificate: Certificate) -> date:
    return certificate.valid_until or date.max
