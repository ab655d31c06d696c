"""Handing a project over: the checklist from the project, the signatures, the change of the officer."""

from collections.abc import Iterable, Iterator

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts import queries as accounts
from marketplace.accounts.actors import Actor
from marketplace.accounts.models import User
from marketplace.accounts.roles import MemberRole, StaffRole
from marketplace.core import clock, inbox, locks, log
from marketplace.core.errors import AlreadyDone, DomainError, Incomplete, NotAllowed, WrongState
from marketplace.core.models import Message
from marketplace.projects import officers, permissions
from marketplace.projects.errors import NoDeputy, NotAnOfficer, OfficerConcerned, OpenProjects
from marketplace.projects.models import Handover, HandoverPoint, Project, Step, StepService
from marketplace.projects.rules.assignment import Reason

Kind = HandoverPoint.Kind


@transaction.atomic
def begin_handover(project: Project, *, taker: User, reason: str, by: Actor) -> Handover:
    """Begin handing a project over, with the checklist made from it; giver and taker are told.

    NotAllowed, Incomplete, WrongState (no officer, or closed), AlreadyDone (one is open), NotAnOfficer,
    NoDeputy, OfficerConcerned.
    """
    project = locks.exclusive(Project, project.pk)
    if not permissions.is_officer(project, by):
        raise NotAllowed()
    if not reason.strip():
        raise Incomplete([_("请写明交接原因。")], field="reason")
    if project.officer is None or project.state in officers.CLOSED:
        raise WrongState(_("只有在办的、已有代办员的项目才需要交接。"))
    if Handover.objects.filter(project=project, state=Handover.State.OPEN).exists():
        raise AlreadyDone(_("这个项目的交接已经发起，请在交接单上签署。"))
    _require_takes(project, taker)
    handover = Handover.objects.create(
        project=project, giver=project.officer, taker=taker, reason=reason.strip(), created_at=clock.now()
    )
    HandoverPoint.objects.bulk_create(
        HandoverPoint(handover=handover, kind=kind, text=text[:400]) for kind, text in _points(project)
    )
    people = {"giver": project.officer_id, "taker": taker.pk}
    log.record("handover.begin", handover, by=by, data={"project": project.code, "reason": handover.reason, **people})
    _tell(handover, [handover.giver, taker], "projects.handover_begun")
    return handover


@transaction.atomic
def add_point(handover: Handover, text: str, *, by: Actor) -> HandoverPoint:
    """Write a free point onto the checklist. NotAllowed, Incomplete, WrongState (signed or closed)."""
    handover = _open(handover)
    if not may_see(handover, by):
        raise NotAllowed()
    if handover.taken_at:
        raise WrongState(_("接收人已经签署，清单不能再改。"))
    if not text.strip():
        raise Incomplete([_("请填写要交接的事项。")], field="text")
    point = HandoverPoint.objects.create(handover=handover, kind=Kind.NOTE, text=text.strip()[:400])
    log.record("handover.point", handover, by=by, data={"text": point.text})
    return point


@transaction.atomic
def sign_handover(handover: Handover, *, by: Actor, checked: Iterable[int] = ()) -> Handover:
    """Sign: the giver, or the chief for one who is away or has left; and the taker, who has checked every point.

    With the second signature the project is the taker's. NotAllowed, Incomplete (points not checked), WrongState,
    AlreadyDone, NotAnOfficer, NoDeputy, OfficerConcerned.
    """
    handover = _open(handover)
    if by.user is not None and by.user.pk == handover.taker_id:
        _take(handover, set(checked))
    elif may_give(handover, by):
        if handover.given_at:
            raise AlreadyDone()
        handover.given_at, handover.given_by = clock.now(), by.user
    else:
        raise NotAllowed(_("交接由移交人和接收人签署；移交人不在岗时由代办主管代签。"))
    handover.save()
    log.record("handover.sign", handover, by=by, data={"project": handover.project.code})
    if handover.given_at and handover.taken_at:
        _finish(handover, by)
    return handover


@transaction.atomic
def cancel_handover(handover: Handover, *, by: Actor) -> Handover:
    """Take a handover back: the giver or a chief. NotAllowed, WrongState."""
    handover = _open(handover)
    if not permissions.is_officer(handover.project, by):
        raise NotAllowed()
    handover.state, handover.closed_at = Handover.State.CANCELLED, clock.now()
    handover.save(update_fields=["state", "closed_at"])
    log.record("handover.cancel", handover, by=by, data={"project": handover.project.code})
    return handover


def hand_over_all(giver: User, *, taker: User, reason: str, by: Actor) -> tuple[int, list[str]]:
    """Begin handing over every open project of an officer, signed by the chief where the officer is not here.

    Returns how many were begun, and why others could not be. NotAllowed.
    """
    by.require_staff(StaffRole.CHIEF)
    begun, refused = 0, []
    for project in open_projects(giver):
        try:
            with transaction.atomic():
                handover = begin_handover(project, taker=taker, reason=reason, by=by)
                if may_give(handover, by):
                    sign_handover(handover, by=by)
            begun += 1
        except AlreadyDone:
            continue
        except DomainError as error:
            refused.append(f"{project.name}：{error}")
    return begun, refused


def open_projects(user: User) -> list[Project]:
    """The projects of which this user is the officer and that are not closed."""
    return list(Project.objects.filter(officer=user).exclude(state__in=officers.CLOSED).order_by("pk"))


def refuse_leaving(user: User, roles: Iterable[str], is_active: bool) -> None:
    """OpenProjects when somebody would stop being an officer while they run projects or stand in for others."""
    if is_active and str(StaffRole.OFFICER) in set(roles):
        return
    if open_now := open_projects(user):
        raise OpenProjects(open_now)


def may_see(handover: Handover, by: Actor) -> bool:
    """Whether the actor takes part in the handover."""
    taker = by.user is not None and by.user.pk == handover.taker_id
    return taker or permissions.is_officer(handover.project, by)


def may_give(handover: Handover, by: Actor) -> bool:
    """Whether the actor signs as the giver: they themselves; a chief when they are away or work here no more."""
    if by.user is None:
        return False
    if by.user.pk == handover.giver_id:
        return True
    is_here = handover.giver.has_staff_role(StaffRole.OFFICER)
    is_absent = not is_here or officers.away().filter(officer=handover.giver_id).exists()
    return is_absent and by.has_staff_role(StaffRole.CHIEF)


def _open(handover: Handover) -> Handover:
    project = locks.exclusive(Project, handover.project_id)
    fresh = Handover.objects.select_related("giver", "taker").get(pk=handover.pk)
    fresh.project = project
    if fresh.state == Handover.State.DONE:
        raise AlreadyDone()
    if fresh.state != Handover.State.OPEN or project.officer_id != fresh.giver_id:
        raise WrongState(_("这份交接单已经撤回或失效，请重新发起交接。"))
    return fresh


def _require_takes(project: Project, taker: User) -> None:
    mine = next((each for each in officers.proposals(project) if each.officer.pk == taker.pk), None)
    if mine is None or taker.pk == project.officer_id:
        raise NotAnOfficer(_("接收人应是另一位在岗的代办员。"), field="taker")
    if Reason.CONFLICT in mine.ranked.reasons:
        raise OfficerConcerned(field="taker")
    if Reason.NO_DEPUTY in mine.ranked.reasons:
        raise NoDeputy(field="taker")


def _take(handover: Handover, checked: set[int]) -> None:
    if handover.taken_at:
        raise AlreadyDone()
    _require_takes(handover.project, handover.taker)
    points = list(handover.points.all())
    HandoverPoint.objects.filter(handover=handover, pk__in=checked).update(is_checked=True)
    left = sum(not point.is_checked and point.pk not in checked for point in points)
    if left:
        raise Incomplete([_("还有 %(count)d 项没有核对，请逐项核对后签署。") % {"count": left}])
    handover.taken_at = clock.now()


def _finish(handover: Handover, by: Actor) -> None:
    project = handover.project
    project.officer = handover.taker
    project.save(update_fields=["officer"])
    handover.state, handover.closed_at = Handover.State.DONE, clock.now()
    handover.save(update_fields=["state", "closed_at"])
    people = {"giver": handover.giver_id, "taker": handover.taker_id}
    log.record("project.hand_over", project, by=by, data={**people, "reason": handover.reason})
    buyers = accounts.people_of(project.owner, MemberRole.BUYER)
    _tell(handover, [*buyers, handover.giver, handover.taker], "projects.handed_over")


def _tell(handover: Handover, people: list[User], kind: str) -> None:
    address = handover.project.get_absolute_url()
    if kind == "projects.handover_begun":
        address += "handover/"
    names = {"giver": str(handover.giver), "taker": str(handover.taker)}
    inbox.tell(people, kind, url=address, project=handover.project.name, **names)


def _points(project: Project) -> Iterator[tuple[str, str]]:
    if project.contact_name or project.contact_phone:
        known = {"owner": project.owner.name, "name": project.contact_name, "phone": project.contact_phone}
        yield Kind.CONTACT, _("%(owner)s：%(name)s %(phone)s") % known
    for step in Step.objects.filter(project=project).exclude(state=Step.State.DONE).order_by("position"):
        words = [step.name, step.unit, str(step.get_state_display())]
        if step.case_number:
            words.append(_("办件编号 %(number)s") % {"number": step.case_number})
        if step.due_at:
            words.append(_("应于 %(day)s 前办结") % {"day": clock.local(step.due_at).date().isoformat()})
        yield Kind.STEP, "；".join(words)
    found = StepService.objects.filter(step__project=project).select_related("step", "item", "tender", "deliverable")
    for service in found.order_by("step__position", "pk"):
        if service.deliverable:
            yield Kind.MATERIAL, f"{service.step.label}：{service.deliverable.name}"
        elif service.tender:
            number = service.tender.number or _("草稿")
            yield Kind.TENDER, f"{service.item.name}：{number}；{service.tender.get_state_display()}"
    address = project.get_absolute_url()
    unread = Message.objects.filter(recipient=project.officer_id, read_at=None, url__startswith=address).count()
    if unread:
        yield Kind.MESSAGE, _("移交人还有 %(count)d 条未读的项目消息") % {"count": unread}
