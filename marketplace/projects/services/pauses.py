"""Stopping and resuming the clock of a step: the enterprise corrects, or a procedure outside the limit runs."""

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts import queries as accounts
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole
from marketplace.core import clock, inbox, locks, log
from marketplace.core.errors import AlreadyDone, Incomplete, NotAllowed
from marketplace.projects import permissions
from marketplace.projects.errors import NoClockToStop, PauseTooLate
from marketplace.projects.models import Project, Step, StepPause
from marketplace.projects.services.timing import limit_for, set_due


@transaction.atomic
def pause_step(step: Step, kind: str, reason: str, *, by: Actor) -> StepPause:
    """Stop the clock of a running step; while it stands there is no due day and no card.

    Steps decided together stop with it. NotAllowed, NoClockToStop (not running, own, or decided with another),
    AlreadyDone (stopped already), PauseTooLate (the limit is over), Incomplete (a correction without what is asked).
    """
    project, step = _locked(step)
    if not permissions.is_officer(project, by):
        raise NotAllowed()
    if step.state != Step.State.RUNNING or step.own or _follows(step):
        raise NoClockToStop()
    if step.paused_at:
        raise AlreadyDone()
    kind = StepPause.Kind(kind)
    if kind == StepPause.Kind.CORRECTION and not reason.strip():
        raise Incomplete([_("请写明要企业补正什么，一次告知。")], field="reason")
    moment = clock.now()
    if step.due_at is not None and moment > step.due_at:
        raise PauseTooLate()
    pause = StepPause.objects.create(step=step, kind=kind, reason=reason.strip(), began_at=moment)
    before = step.due_at
    for each in _with(step):
        each.paused_at, each.due_at = moment, None
        each.save(update_fields=["paused_at", "due_at"])
    data = {"kind": str(kind), "reason": pause.reason, "due_at": before.isoformat() if before else None}
    log.record("step.pause", step, by=by, data=data)
    inbox.tell(
        accounts.people_of(project.owner, MemberRole.BUYER),
        "projects.correction_asked" if kind == StepPause.Kind.CORRECTION else "projects.step_paused",
        url=step.get_absolute_url(),
        project=project.name,
        step=step.name,
        unit=step.unit,
        reason=pause.reason or str(pause.get_kind_display()),
    )
    return pause


@transaction.atomic
def resume_step(step: Step, *, by: Actor) -> Step:
    """Let the clock go on; the due day moves by the working days that it stood. NotAllowed, NoClockToStop."""
    project, step = _locked(step)
    if not permissions.is_officer(project, by):
        raise NotAllowed()
    pause = StepPause.objects.filter(step=step, ended_at=None).first()
    if pause is None:
        raise AlreadyDone()
    pause.ended_at = clock.now()
    pause.save(update_fields=["ended_at"])
    step.paused_at = None
    limit = limit_for(step)
    if limit is None:
        raise NoClockToStop()
    set_due(step, limit)
    for each in _with(step):
        each.paused_at, each.due_at, each.counted_from_at = None, step.due_at, step.counted_from_at
        each.save(update_fields=["paused_at", "due_at", "counted_from_at"])
    data = {"kind": pause.kind, "began_at": pause.began_at.isoformat(), "due_on": limit.due_on.isoformat()}
    log.record("step.resume", step, by=by, data=data)
    inbox.tell(
        accounts.people_of(project.owner, MemberRole.BUYER),
        "projects.step_resumed",
        url=step.get_absolute_url(),
        project=project.name,
        step=step.name,
        due=limit.due_on.isoformat(),
    )
    return step


def _locked(step: Step) -> tuple[Project, Step]:
    project = locks.exclusive(Project, step.project_id)
    fresh = Step.objects.get(pk=step.pk)
    fresh.project = project
    return project, fresh


def _follows(step: Step) -> bool:
    """Whether it is decided with another step, whose clock is theirs both."""
    return bool(step.together_with) and Step.objects.filter(project=step.project, key=step.together_with).exists()


def _with(step: Step) -> list[Step]:
    together = Step.objects.filter(project=step.project, together_with=step.key, state=Step.State.RUNNING)
    return [step, *together]
