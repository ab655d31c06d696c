"""Taking a running project over to a newer version of its route map: what is done stays, the rest becomes the new."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts import queries as accounts
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole
from marketplace.catalogue.models import ServiceItem
from marketplace.core import clock, inbox, locks, log
from marketplace.core.errors import AlreadyDone, NotAllowed, WrongState
from marketplace.projects import officers, permissions, rules
from marketplace.projects.models import Project, RouteTemplate, Step, StepService
from marketplace.projects.rules import graph, questions
from marketplace.projects.rules.differences import Differences, differences
from marketplace.projects.services.routes import columns_of
from marketplace.projects.services.timing import limit_for, set_due


@dataclass(frozen=True)
class Migration:
    """What taking a project over would do. `kept`: finished or begun steps that the new version does not have."""

    template: RouteTemplate
    plans: tuple[rules.StepPlan, ...]
    answers: dict[str, Any]
    differences: Differences
    kept: tuple[str, ...]


def newer(project: Project) -> RouteTemplate | None:
    """The version in force, when the project stands under an older one of the same route map."""
    if project.template is None or not project.is_under_way:
        return None
    active = RouteTemplate.objects.filter(key=project.template.key, is_active=True).order_by("-version").first()
    return active if active and active.version > project.template.version else None


def unanswered(project: Project, template: RouteTemplate) -> list[questions.Question]:
    """Questions that the new version asks and the project has never been asked."""
    known = questions.known(project.funds, project.floor_area)
    plan = rules.RoutePlan.from_json(template.data)
    return [each for each in plan.asked if each.key not in project.answers and each.key not in known]


def look_ahead(project: Project, template: RouteTemplate, answers: dict[str, Any] | None = None) -> Migration:
    """What the migration would do; nothing is written. Unanswered when the new version asks more."""
    plan = rules.RoutePlan.from_json(template.data)
    given = {**project.answers, **(answers or {}), **questions.known(project.funds, project.floor_area)}
    cleaned = questions.clean(plan.asked, given)
    plans = plan.for_answers(cleaned)
    old = rules.RoutePlan.from_json(project.template.data) if project.template else plan
    found = differences(old.for_answers(project.answers), plans)
    stays = {step.key for step in project.steps.prefetch_related("services") if _stays(step)}
    wanted = {each.key for each in plans}
    return Migration(template, plans, cleaned, found, tuple(sorted(stays - wanted)))


@transaction.atomic
def migrate_route(
    project: Project, template: RouteTemplate, *, by: Actor, answers: dict[str, Any] | None = None
) -> Project:
    """Take the project over. Finished steps keep all they have; others follow the new version, their limits counted
    anew; steps that are gone and were never begun are taken off, their data kept in the log.

    NotAllowed, WrongState, AlreadyDone, Unanswered.
    """
    project, template = locks.exclusive(Project, project.pk), RouteTemplate.objects.get(pk=template.pk)
    if not permissions.is_officer(project, by):
        raise NotAllowed()
    if not project.is_under_way or project.template is None or template.key != project.template.key:
        raise WrongState()
    if project.template_id == template.pk:
        raise AlreadyDone()
    if not template.is_active:
        raise WrongState(_("只能迁移到现行版本。"))
    plan, before = look_ahead(project, template, answers), str(project.template)
    removed = _take_off(project, {each.key for each in plan.plans})
    steps = {step.key: step for step in Step.objects.filter(project=project).prefetch_related("pauses")}
    _renumber(project, plan, steps)
    for position, each in enumerate(plan.plans, start=1):
        _apply(project, each, position, steps.get(each.key))
    _states(project)
    project.template, project.answers = template, plan.answers
    project.save(update_fields=["template", "answers"])
    data = {
        "from": before,
        "to": str(template),
        "added": [step.key for step in plan.differences.added],
        "changed": [each.step.key for each in plan.differences.changed],
        "kept": list(plan.kept),
        "removed": removed,
    }
    log.record("project.migrate_route", project, by=by, data=data)
    inbox.tell(
        [*accounts.people_of(project.owner, MemberRole.BUYER), *officers.in_charge(project)],
        "projects.route_migrated",
        url=project.get_absolute_url(),
        project=project.name,
        version=template.version,
        added=len(plan.differences.added),
        removed=len(removed),
        changed=len(plan.differences.changed),
    )
    return project


def _stays(step: Step) -> bool:
    """Whether a step stays though the new version lacks it: it has begun, or something was bought for it."""
    bought = any(service.state != StepService.State.NEEDED for service in step.services.all())
    return step.state in {Step.State.RUNNING, Step.State.DONE} or bought


def _take_off(project: Project, wanted: set[str]) -> list[dict[str, Any]]:
    """Delete steps that are gone and were never begun; what they were, for the log."""
    steps = list(Step.objects.filter(project=project).prefetch_related("services__item").order_by("position"))
    gone = [step for step in steps if step.key not in wanted and not _stays(step)]
    after = graph.without({step.key: step.after for step in steps}, {step.key for step in gone})
    for step in steps:
        if step in gone:
            StepService.objects.filter(step=step).delete()
            step.delete()
        elif list(after[step.key]) != step.after:
            step.after = list(after[step.key])
            step.save(update_fields=["after"])
    return [
        {"key": step.key, "name": step.name, "unit": step.unit, "state": step.state, "after": step.after}
        for step in gone
    ]


def _renumber(project: Project, plan: Migration, steps: dict[str, Step]) -> None:
    """Steps that only the old version had stand behind those of their stage's end: last of all."""
    for position, key in enumerate(plan.kept, start=len(plan.plans) + 1):
        step = steps[key]
        step.position = position
        step.together_with = step.together_with if step.together_with in steps else ""
        step.save(update_fields=["position", "together_with"])


def _apply(project: Project, plan: rules.StepPlan, position: int, step: Step | None) -> None:
    if step is None:
        step = Step.objects.create(project=project, position=position, **columns_of(plan))
    elif step.state == Step.State.DONE:  # what was done was done under the old version: only its place is new
        step.position, step.after = position, list(plan.after)
        step.save(update_fields=["position", "after"])
        return
    else:
        step.position = position
        for name, value in columns_of(plan).items():
            setattr(step, name, value)
        if step.state == Step.State.RUNNING and not step.paused_at and (limit := limit_for(step)):
            set_due(step, limit)
        step.save()
    _services(step, plan)


def _services(step: Step, plan: rules.StepPlan) -> None:
    wanted = {(service.code, service.by_authority) for service in plan.services}
    present = {(each.item.code, each.by_authority): each for each in step.services.select_related("item")}
    for key, service in present.items():
        if key not in wanted and service.state == StepService.State.NEEDED:
            service.delete()
    items = {item.code: item for item in ServiceItem.objects.filter(code__in=[code for code, _by in wanted])}
    StepService.objects.bulk_create(
        StepService(step=step, item=items[code], by_authority=by_authority)
        for code, by_authority in sorted(wanted - present.keys())
    )


def _states(project: Project) -> None:
    """Steps not begun yet: possible when all before them are done, else waiting."""
    steps = {step.key: step for step in Step.objects.filter(project=project)}
    moment = clock.now()
    for step in steps.values():
        if step.state not in {Step.State.WAITING, Step.State.READY}:
            continue
        done = all(steps[key].state == Step.State.DONE for key in step.after if key in steps)
        state = Step.State.READY if done else Step.State.WAITING
        if state != step.state:
            step.state, step.ready_at = state, moment if done else None
            step.save(update_fields=["state", "ready_at"])
