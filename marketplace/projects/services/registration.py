"""From the request to the mandate: register, accept or return, sign."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts import queries as accounts
from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation, User
from marketplace.accounts.roles import MemberRole, StaffRole
from marketplace.accounts.rules import is_project_code
from marketplace.core import calendar, clock, inbox, locks, log
from marketplace.core.errors import AlreadyDone, Incomplete, NotAllowed, WrongState
from marketplace.core.models import Zone
from marketplace.projects import officers, permissions, rules
from marketplace.projects.errors import (
    BadProjectCode,
    ForeignProjectCode,
    NoDeputy,
    NotAnOfficer,
    OfficerConcerned,
    ProjectCodeTaken,
)
from marketplace.projects.models import Project, RouteTemplate
from marketplace.projects.rules import codes, questions
from marketplace.projects.rules.assignment import Reason

FIELDS = (
    "name",
    "contact_name",
    "contact_phone",
    "region",
    "address",
    "industry",
    "investment",
    "floor_area",
    "funds",
    "template",
)


@transaction.atomic
def register_project(
    *,
    code: str,
    name: str,
    owner: Organisation,
    investment: Decimal,
    by: Actor,
    answers: dict[str, Any] | None = None,
    region_confirmed: bool = False,
    **details: Any,
) -> Project:
    """Register an investment project and ask for an agent officer; chiefs and officers are told.

    `details`: contact_name, contact_phone, region, address, industry, floor_area, funds, template. NotAllowed,
    NotVerified, BadProjectCode, ForeignProjectCode (unless `region_confirmed`), ProjectCodeTaken, Incomplete.
    """
    by.require_member(owner, MemberRole.BUYER)
    by.require_verified()  # a code that anybody could hold would be held against its owner
    code = _checked_code(code, region_confirmed)
    locks.exclusive(Organisation, owner.pk)
    _refuse_a_second(code, owner)
    _check_details(name, investment)
    moment = clock.now()
    project = Project(code=code, owner=owner, created_at=moment)
    _fill(project, {"name": name, "investment": investment, **details})
    _request(project)
    project.save()
    if answers is not None:
        _answer(project, answers)
    log.record("project.register", project, by=by, data={"owner": owner.credit_code, "funds": project.funds})
    return _assign(project)


@transaction.atomic
def resubmit_project(project: Project, details: dict[str, Any], *, by: Actor) -> Project:
    """Mend a returned request and hand it in again. NotAllowed, WrongState, Incomplete."""
    project = locks.exclusive(Project, project.pk)
    by.require_member(project.owner_id, MemberRole.BUYER)
    rules.CASE.move(project, "resubmit")
    before = {name: str(getattr(project, name)) for name in details if name in FIELDS}
    _fill(project, details)
    _check_details(project.name, project.investment)
    _request(project)
    project.return_reason = ""
    project.save()
    log.record("project.resubmit", project, by=by, data={"before": before})
    return _assign(project)


@transaction.atomic
def answer_questions(project: Project, answers: dict[str, Any], *, by: Actor) -> Project:
    """Keep the owner's answers to the questionnaire; possible until the route map is made.

    NotAllowed, WrongState, Unanswered.
    """
    project = locks.exclusive(Project, project.pk)
    if not (permissions.is_owner(project, by) or permissions.is_officer(project, by)):
        raise NotAllowed()
    if project.is_public:
        raise WrongState(_("路线图已经生成，问卷不能再改。需要调整请联系代办员。"))
    _answer(project, answers)
    log.record("project.answer", project, by=by, data={"answers": project.answers})
    return project


@transaction.atomic
def accept_project(project: Project, *, officer: User, by: Actor, reason: str = "") -> Project:
    """Take a project on and name its agent officer: a chief names anybody, an officer only themselves.

    A chief who names another than the proposed one says why. NotAllowed, NotAnOfficer, NoDeputy, OfficerConcerned,
    Incomplete (the reason), WrongState, AlreadyDone.
    """
    project = locks.exclusive(Project, project.pk)
    by.require_staff(StaffRole.CHIEF, StaffRole.OFFICER)
    if not by.has_staff_role(StaffRole.CHIEF) and (by.user is None or officer.pk != by.user.pk):
        raise NotAllowed(_("只有代办主管可以指派其他代办员。"))
    if not officer.has_staff_role(StaffRole.OFFICER):
        raise NotAnOfficer()
    before = rules.CASE.move(project, "accept")
    chosen = _weighed(project, officer, reason, by)
    project.officer = officer
    project.save(update_fields=["state", "officer"])
    log.record("project.accept", project, by=by, data={"from": before, "to": project.state, **chosen})
    address = project.get_absolute_url()
    inbox.tell(_buyers(project), "projects.accepted", url=address, project=project.name, officer=str(officer))
    if by.user is None or officer.pk != by.user.pk:
        inbox.tell([officer], "projects.assigned", url=address, project=project.name, owner=project.owner.name)
    return project


@transaction.atomic
def return_project(project: Project, reason: str, *, by: Actor) -> Project:
    """Return a request with its reason. NotAllowed, Incomplete, WrongState, AlreadyDone."""
    project = locks.exclusive(Project, project.pk)
    by.require_staff(StaffRole.CHIEF, StaffRole.OFFICER)
    if not reason.strip():
        raise Incomplete([_("请写明退回原因，让企业一次补齐。")], field="reason")
    before = rules.CASE.move(project, "return")
    project.return_reason = reason.strip()
    project.save(update_fields=["state", "return_reason"])
    log.record("project.return", project, by=by, data={"from": before, "to": project.state, "reason": reason.strip()})
    inbox.tell(
        _buyers(project),
        "projects.returned",
        url=project.get_absolute_url(),
        project=project.name,
        reason=project.return_reason,
    )
    return project


@transaction.atomic
def sign_mandate(project: Project, may_tender: bool, *, until: date | None = None, by: Actor) -> Project:
    """Let the officer act for the owner, until a day (two years from now when none is given), and say whether they may
    open tenders. Signed again it changes an earlier mandate.

    NotAllowed, NotVerified, WrongState, AlreadyDone (the same mandate), Incomplete.
    """
    project = locks.exclusive(Project, project.pk)
    by.require_member(project.owner_id, MemberRole.BUYER)
    by.require_verified()
    today = clock.today()
    last = until or today.replace(year=today.year + rules.MANDATE_YEARS, day=min(today.day, 28))
    if last < today:
        raise Incomplete([_("授权截止日期应在今天之后。")], field="until")
    before = project.state
    if project.mandated_at and (project.may_tender, project.mandate_until) == (may_tender, last):
        raise AlreadyDone(_("这份授权已经签署。"))
    if not project.is_under_way and project.state != Project.State.MANDATED:
        rules.CASE.move(project, "sign_mandate")
    project.may_tender, project.mandate_until, project.mandated_at = may_tender, last, clock.now()
    project.save(update_fields=["state", "may_tender", "mandate_until", "mandated_at"])
    data = {"from": before, "to": project.state, "may_tender": may_tender, "until": last.isoformat()}
    log.record("project.mandate", project, by=by, data=data)
    if project.officer:
        inbox.tell(
            officers.in_charge(project),
            "projects.mandated",
            url=project.get_absolute_url(),
            project=project.name,
            owner=project.owner.name,
        )
    return project


def _assign(project: Project) -> Project:
    """Where the zone assigns by itself, the proposed officer gets it; with nobody to propose the chiefs are told."""
    if not officers.is_automatic():
        return project
    first = next(iter(officers.proposals(project)), None)
    if first is not None and first.ranked.is_eligible:
        return accept_project(project, officer=first.officer, by=Actor.system())
    chiefs, address = accounts.staff(StaffRole.CHIEF), project.get_absolute_url()
    inbox.tell(chiefs, "projects.unassigned", url=address, project=project.name, owner=project.owner.name)
    return project


def _weighed(project: Project, officer: User, reason: str, by: Actor) -> dict[str, Any]:
    """What the log keeps of the choice of an officer, who must not be forbidden to be chosen."""
    ranking = officers.proposals(project)
    mine = next((each for each in ranking if each.officer.pk == officer.pk), None)
    if mine is None:
        raise NotAnOfficer()
    if Reason.CONFLICT in mine.ranked.reasons:
        raise OfficerConcerned()
    if Reason.NO_DEPUTY in mine.ranked.reasons:
        raise NoDeputy()
    is_own = by.user is not None and officer.pk == by.user.pk
    if mine is not ranking[0] and not is_own and not reason.strip():
        first = ranking[0].officer
        raise Incomplete([_("系统建议指派 %(officer)s；改派他人请写明理由。") % {"officer": first}], field="reason")
    reasons = [str(each) for each in mine.ranked.reasons]
    proposed = ranking[0].officer.pk
    return {"officer": officer.pk, "proposed": proposed, "reasons": reasons, "reason": reason.strip()}


def _checked_code(text: str, region_confirmed: bool) -> str:
    code = codes.normalise(text)
    if not is_project_code(code):
        raise BadProjectCode()
    zone = Zone.current()
    if zone and not region_confirmed and not codes.is_of_region(code, zone.region_code):
        raise ForeignProjectCode(
            _(
                "代码中的行政区划是 %(region)s，与本区（%(zone)s，%(zone_code)s）不同。请核对是否输错；"
                "确属外地备案的项目，请勾选“确认”后再提交。"
            )
            % {"region": codes.region_of(code), "zone": zone.region_name, "zone_code": zone.region_code}
        )
    return code


def _refuse_a_second(code: str, owner: Organisation) -> None:
    existing = Project.objects.filter(code=code).first()
    if existing is None:
        return
    if existing.owner_id == owner.pk:
        raise ProjectCodeTaken(_("这个项目已经登记过，请在“投资项目”中打开它。"))
    raise ProjectCodeTaken(_("这个项目代码已由其他单位登记。如有疑问，请联系代办服务窗口核对。"))


def _check_details(name: str, investment: Decimal | None) -> None:
    if not name.strip():
        raise Incomplete([_("请填写项目名称。")], field="name")
    if investment is None or investment <= 0:
        raise Incomplete([_("总投资应大于 0 元。")], field="investment")


def _fill(project: Project, details: dict[str, Any]) -> None:
    for name in FIELDS:
        if name in details:
            setattr(project, name, details[name])
    if project.template is None:
        key = "public_building" if project.funds == "public" else "factory"
        project.template = RouteTemplate.objects.filter(key=key, is_active=True).order_by("-version").first()


def _request(project: Project) -> None:
    """The clock of the acceptance starts, and those who may take the project on are told."""
    project.requested_at = clock.now()
    project.accept_by = calendar.closes_at(project.requested_at, rules.ACCEPT_DAYS)
    inbox.tell(
        accounts.staff(StaffRole.CHIEF),
        "projects.requested",
        url=project.get_absolute_url(),
        project=project.name,
        owner=project.owner.name,
    )


def _answer(project: Project, answers: dict[str, Any]) -> None:
    if project.template is None:
        raise WrongState(_("请先选择项目类型。"))
    plan = rules.RoutePlan.from_json(project.template.data)
    given = {**answers, **questions.known(project.funds, project.floor_area)}
    project.answers = questions.clean(plan.asked, given)
    project.save(update_fields=["answers"])


def _buyers(project: Project) -> list[User]:
    return accounts.people_of(project.owner, MemberRole.BUYER)
