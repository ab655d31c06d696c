"""Taking the steps of a route map: begin with the authority's case number, end, and what becomes possible then."""

from django.db import transaction

from marketplace.accounts import queries as accounts
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole
from marketplace.core import clock, inbox, locks, log
from marketplace.core.errors import NotAllowed, WrongState
from marketplace.projects import officers, permissions, rules
from marketplace.projects.errors import CaseNumberMissing, ClockStopped
from marketplace.projects.models import Project, Step, StepService
from marketplace.projects.services.timing import limit_for, set_due


@transaction.atomic
def start_step(step: Step, case_number: str, *, by: Actor) -> Step:
    """Begin a step: its case number in the authority's system, and until when it is to be decided.

    Steps decided together with it begin with it. NotAllowed, CaseNumberMissing, WrongState, AlreadyDone.
    """
    project, steps = _locked(step)
    step = steps[step.key]
    _require(step, by)
    if not project.is_under_way:
        raise WrongState()
    case_number = case_number.strip()
    if not case_number and not step.own:
        raise CaseNumberMissing()
    rules.STEP.target(step.state, "start")
    _begin(step, case_number, by, {})
    for other in steps.values():
        if other.together_with == step.key and _may_go_with(other, step, steps):
            if other.state == Step.State.WAITING:
                rules.STEP.move(other, "open")
                other.ready_at = step.started_at
            _begin(other, case_number, by, {"together_with": step.key, "passed_by_itself": True})
            other.due_at = step.due_at  # one date
            other.save(update_fields=["due_at"])
    inbox.tell(
        accounts.people_of(project.owner, MemberRole.BUYER),
        "projects.step_started",
        url=step.get_absolute_url(),
        project=project.name,
        step=step.name,
        unit=step.unit,
        due=clock.local(step.due_at).date().isoformat() if step.due_at else "",
    )
    return step


@transaction.atomic
def finish_step(step: Step, *, by: Actor) -> Step:
    """End a step; those that waited only for it become possible, and with the last one the project is done.

    NotAllowed, WrongState, AlreadyDone, ClockStopped.
    """
    project, steps = _locked(step)
    step = steps[step.key]
    _require(step, by)
    rules.STEP.target(step.state, "finish")
    if step.paused_at:
        raise ClockStopped()
    _end(step, by, {})
    for other in steps.values():
        if other.together_with == step.key and other.state == Step.State.RUNNING:
            _end(other, by, {"together_with": step.key, "passed_by_itself": True})
    opened = _open_next(steps, by)
    inbox.tell(
        [*accounts.people_of(project.owner, MemberRole.BUYER), *officers.in_charge(project)],
        "projects.step_finished",
        url=project.get_absolute_url(),
        project=project.name,
        step=step.name,
        following="、".join(other.name for other in opened) or "—",
    )
    if all(other.state == Step.State.DONE for other in steps.values()):
        _finish_project(project, by)
    return step


def _locked(step: Step) -> tuple[Project, dict[str, Step]]:
    project = locks.exclusive(Project, step.project_id)
    steps = {each.key: each for each in Step.objects.filter(project=project).order_by("position")}
    for each in steps.values():
        each.project = project
    return project, steps


def _require(step: Step, by: Actor) -> None:
    if not permissions.may_take_step(step, by):
        raise NotAllowed()


def _may_go_with(other: Step, step: Step, steps: dict[str, Step]) -> bool:
    others = [steps[key].state for key in other.after if key != step.key and key in steps]
    return other.state in {Step.State.WAITING, Step.State.READY} and all(state == Step.State.DONE for state in others)


def _begin(step: Step, case_number: str, by: Actor, data: dict[str, object]) -> None:
    before = rules.STEP.move(step, "start")
    step.case_number, step.started_at = case_number, clock.now()
    limit = limit_for(step)
    if limit is not None:
        set_due(step, limit)
    step.save(update_fields=["state", "case_number", "started_at", "ready_at", "due_at", "counted_from_at"])
    missing = StepService.objects.filter(step=step, by_authority=False, state__in=["needed", "tendering", "contracted"])
    log.record(
        "step.start",
        step,
        by=by,
        data={
            "from": before,
            "to": step.state,
            "case_number": case_number,
            "due_on": limit.due_on.isoformat() if limit else None,
            "services_missing": list(missing.values_list("item__code", flat=True)),
            **data,
        },
    )


def _end(step: Step, by: Actor, data: dict[str, object]) -> None:
    before = rules.STEP.move(step, "finish")
    step.finished_at = clock.now()
    step.save(update_fields=["state", "finished_at"])
    on_time = step.due_at is None or step.finished_at <= step.due_at
    log.record("step.finish", step, by=by, data={"from": before, "to": step.state, "on_time": on_time, **data})


def _open_next(steps: dict[str, Step], by: Actor) -> list[Step]:
    opened = []
    for other in steps.values():
        ready = all(steps[key].state == Step.State.DONE for key in other.after if key in steps)
        if other.state == Step.State.WAITING and ready:
            rules.STEP.move(other, "open")
            other.ready_at = clock.now()
            other.save(update_fields=["state", "ready_at"])
            opened.append(other)
    return opened


def _finish_project(project: Project, by: Actor) -> None:
    before = rules.CASE.move(project, "finish")
    project.finished_at = clock.now()
    project.save(update_fields=["state", "finished_at"])
    log.record("project.finish", project, by=by, data={"from": before, "to": project.state, "passed_by_itself": True})
    inbox.tell(
        [*accounts.people_of(project.owner, MemberRole.BUYER), *officers.in_charge(project)],
        "projects.done",
        url=project.get_absolute_url(),
        project=project.name,
    )
