"""An admission as the machine sees it: what is complete, and what it could check.

Source: supermarket §3.1 ("auto format checks at once"), §3.2, §4.1.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from marketplace.accounts.rules import credit_code_problem
from marketplace.agencies.rules.check import Check

NUMBER = re.compile(r"^[0-9A-Za-z\u4e00-\u9fff()（）〔〕\[\]【】\-—–_./·#号字第 ]{4,60}$")
OLDEST_WORK_YEARS = 30
LARGEST_AMOUNT = Decimal(500_000_000)
LARGEST_A_DAY = Decimal(2_000_000)


@dataclass(frozen=True)
class PaperFacts:
    """A certificate of the application; `taken` says that another agency has this number verified."""

    pk: int
    type_slug: str
    type_name: str
    type_status: str
    type_grades: tuple[str, ...]
    grade: str
    number: str
    issued_on: date
    valid_until: date | None
    has_scan: bool
    states_end: bool
    taken: bool = False


@dataclass(frozen=True)
class PersonFacts:
    """A practitioner; `elsewhere` names the agency on whose register the same licence number stands."""

    pk: int
    name: str
    licence: str
    number: str
    valid_until: date | None
    has_scan: bool
    elsewhere: str = ""


@dataclass(frozen=True)
class WorkFacts:
    """A piece of past work."""

    pk: int
    title: str
    amount: Decimal
    started_on: date
    finished_on: date
    has_evidence: bool
    own: bool


@dataclass(frozen=True)
class OfferFacts:
    """An offered item with the qualification types of which it requires one."""

    pk: int
    item_code: str
    item_name: str
    required_slugs: frozenset[str]
    required_names: tuple[str, ...]


@dataclass(frozen=True)
class Application:
    """Everything that an admission holds. `founded_on` bounds what can be true of past work."""

    credit_code: str
    today: date
    basics_missing: tuple[str, ...] = ()
    founded_on: date | None = None
    papers: tuple[PaperFacts, ...] = ()
    people: tuple[PersonFacts, ...] = ()
    works: tuple[WorkFacts, ...] = ()
    offers: tuple[OfferFacts, ...] = ()
    has_commitment: bool = False
    is_claim_confirmed: bool = False


def machine_checks(application: Application) -> tuple[Check, ...]:
    """What a machine can say about the application; `about` tells beside which thing it stands."""
    a = application
    return (
        Check("credit_code", _("统一社会信用代码校验"), credit_code_problem(a.credit_code) is None, a.credit_code),
        Check(
            "claim",
            _("单位授权书已核验"),
            a.is_claim_confirmed,
            "" if a.is_claim_confirmed else _("授权书尚在核验"),
            _("先核验授权书"),
        ),
        *(check for paper in a.papers for check in _paper(paper, a.today)),
        *(check for person in a.people for check in _person(person, a.today)),
        *(check for work in a.works for check in _work(work, a)),
        *(_offer(offer, a.papers) for offer in a.offers),
        Check("commitment", _("承诺书已上传"), a.has_commitment, mend_url="agency_commitment"),
    )


def _paper(p: PaperFacts, today: date) -> Iterator[Check]:
    about, where = f"qualification:{p.pk}", "agency_qualifications"
    ended = p.valid_until is not None and p.valid_until < today
    if p.valid_until is not None:
        yield Check(
            "valid", _("证书在有效期内"), not ended, p.valid_until.isoformat(), _("上传延续后的证书"), where,
            about=about, blocks=True,
        )  # fmt: skip
    else:
        ok = None if p.states_end else True
        yield Check("valid", _("证书在有效期内"), ok, _("未填有效期"), _("核对证书是否载明有效期"), where, about=about)
    issued = p.issued_on <= today
    yield Check(
        "issued", _("发证日期不晚于今天"), issued, p.issued_on.isoformat(), _("更正发证日期"), where, about=about
    )
    number = bool(NUMBER.match(p.number)) and any(c.isdigit() for c in p.number)
    yield Check("number", _("证书编号格式"), number, p.number, _("核对证书编号"), where, about=about)
    listed = p.grade in p.type_grades if p.type_grades else not p.grade
    grade = p.grade or _("不分等级")
    yield Check("grade", _("等级在该类资质的等级表内"), listed, grade, _("更正等级"), where, about=about, blocks=True)
    valid_type = None if p.type_status == "abolished" else True
    words = _("该资质已取消，只作记录") if valid_type is None else p.type_name
    yield Check("type", _("资质类型未取消"), valid_type, words, about=about)
    mine = _("另一机构已登记该编号") if p.taken else p.number
    yield Check(
        "unique", _("编号未被其他机构使用"), not p.taken, mine, _("核对证书编号"), where, about=about, blocks=True
    )
    yield Check("scan", _("扫描件已上传"), p.has_scan, mend=_("上传扫描件"), mend_url=where, about=about, blocks=True)


def _person(p: PersonFacts, today: date) -> Iterator[Check]:
    about, where = f"practitioner:{p.pk}", "agency_practitioners"
    free = not p.elsewhere
    mine = p.elsewhere and _("在“%(agency)s”在册") % {"agency": p.elsewhere}
    yield Check("clash", _("未在其他机构注册"), free, mine or p.number, _("请本人先办理转注册"), where, about=about)
    current = p.valid_until is None or p.valid_until >= today
    end = p.valid_until.isoformat() if p.valid_until else _("未载明")
    yield Check("valid", _("执业证书在有效期内"), current, end, _("更新证书"), where, about=about)
    yield Check("scan", _("证书扫描件已上传"), True if p.has_scan else None, about=about, mend_url=where)


def _work(w: WorkFacts, a: Application) -> Iterator[Check]:
    about, where = f"past_work:{w.pk}", "agency_past_work"
    if w.own:
        yield Check("own", _("本平台合同产生的业绩"), True, about=about)
        return
    days = (w.finished_on - w.started_on).days + 1
    after_founding = a.founded_on is None or w.started_on >= a.founded_on
    recent = w.finished_on <= a.today and a.today.year - w.started_on.year <= OLDEST_WORK_YEARS
    dates = after_founding and recent and days > 0
    span = f"{w.started_on.isoformat()} – {w.finished_on.isoformat()}"
    yield Check("dates", _("起止日期合理"), dates, span, _("核对日期"), where, about=about)
    plausible = 0 < w.amount <= min(LARGEST_AMOUNT, LARGEST_A_DAY * max(days, 1))
    yield Check(
        "amount", _("金额合理"), plausible or None, f"{w.amount:,.2f}", _("核对金额单位是否为元"), where, about=about
    )
    yield Check("evidence", _("证明材料已上传"), True if w.has_evidence else None, mend_url=where, about=about)


def _offer(offer: OfferFacts, papers: tuple[PaperFacts, ...]) -> Check:
    there = not offer.required_slugs or any(paper.type_slug in offer.required_slugs for paper in papers)
    names = _("或").join(offer.required_names)
    return Check(
        "offer",
        _("%(item)s：有所需资质") % {"item": offer.item_name},
        there,
        _("不要求资质") if not offer.required_slugs else names if there else _("没有这项资质"),
        _("添加资质证书，或删除这个服务项目"),
        "agency_qualifications",
        names,
        about=f"offer:{offer.pk}",
    )


@dataclass(frozen=True)
class Section:
    """A section of the application: whether it is complete, what is missing, and how much it holds."""

    key: str
    label: str
    done: bool
    problems: tuple[str, ...]
    count: int | None
    optional: bool

    @property
    def url_name(self) -> str:
        """The page where it is filled in."""
        return f"agency_{self.key}"

    @property
    def state(self) -> str:
        """`bad` when something is wrong, `done`, or `open`."""
        return "done" if self.done else "bad" if self.problems else "open"


def sections(application: Application) -> tuple[Section, ...]:
    """The sections in their order; the application may be submitted when all but the optional ones are done."""
    a = application
    by_kind: dict[str, list[str]] = {}
    for check in machine_checks(a):
        if check.ok is False and check.about:
            kind = check.about.split(":")[0]
            sentence = _("%(label)s：%(mine)s") % {"label": check.label, "mine": check.mine or check.mend}
            by_kind.setdefault(kind, []).append(sentence)
    basics = tuple(_("请填写%(name)s") % {"name": name} for name in a.basics_missing)
    offers = tuple(by_kind.get("offer", ())) or (() if a.offers else (_("请至少填写一个服务项目"),))
    commitment = () if a.has_commitment else (_("请上传盖章的承诺书并勾选同意"),)
    papers, people, works = (tuple(by_kind.get(k, ())) for k in ("qualification", "practitioner", "past_work"))
    return (
        Section("basics", _("基本信息"), not basics, basics, None, False),
        Section("qualifications", _("资质证书"), not papers and bool(a.papers), papers, len(a.papers), True),
        Section("practitioners", _("从业人员"), not people and bool(a.people), people, len(a.people), True),
        Section("past_work", _("业绩"), not works and bool(a.works), works, len(a.works), True),
        Section("offers", _("服务项目"), not offers, offers, len(a.offers), False),
        Section("commitment", _("承诺与提交"), not commitment, commitment, None, False),
    )


def problems(application: Application) -> tuple[str, ...]:
    """Every sentence that keeps the application from being submitted, section by section."""
    return tuple(
        _("%(section)s：%(problem)s") % {"section": section.label, "problem": problem}
        for section in sections(application)
        for problem in section.problems
    )
