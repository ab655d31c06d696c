"""Route maps: templates taken from data and by editors, and the map of a project."""

from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts import queries as accounts
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole
from marketplace.catalogue.models import ServiceItem
from marketplace.core import clock, inbox, locks, log
from marketplace.core.errors import AlreadyDone, NotAllowed
from marketplace.projects import permissions, rules
from marketplace.projects.models import Project, RouteTemplate, Step, StepService
from marketplace.projects.rules import questions
from marketplace.projects.services.templates import save_template

DATA = Path(__file__).resolve().parent.parent / "data" / "routes.yaml"


def load_routes(*, by: Actor) -> list[RouteTemplate]:
    """Take the routes of data/routes.yaml over: a new version where one has changed. Raises a RouteError by its name.

    Needs the catalogue, whose codes the steps' services name.
    """
    with DATA.open(encoding="utf-8") as file:
        data = yaml.safe_load(file)
    return [save_template({**route, "questionnaire": data["questionnaire"]}, by=by) for route in data["routes"]]


@transaction.atomic
def make_route(project: Project, template: RouteTemplate, answers: dict[str, Any], *, by: Actor) -> Project:
    """Make the project's route map: its steps and services, frozen from the template for these answers.

    NotAllowed, WrongState, AlreadyDone, Unanswered.
    """
    project = locks.exclusive(Project, project.pk)
    if not permissions.is_officer(project, by):
        raise NotAllowed()
    if project.is_under_way:
        raise AlreadyDone(_("路线图已经生成。"))
    before = rules.CASE.move(project, "make_route")
    plan = rules.RoutePlan.from_json(template.data)
    given = {**project.answers, **answers, **questions.known(project.funds, project.floor_area)}
    project.template, project.answers = template, questions.clean(plan.asked, given)
    steps = _freeze(project, plan.for_answers(project.answers))
    data = {"from": before, "to": project.state, "template": str(template), "answers": project.answers}
    log.record("project.make_route", project, by=by, data={**data, "steps": len(steps)})
    rules.CASE.move(project, "run")
    log.record("project.run", project, by=by, data={"to": project.state, "passed_by_itself": True})
    project.started_at = clock.now()
    project.save(update_fields=["state", "template", "answers", "started_at"])
    inbox.tell(
        accounts.people_of(project.owner, MemberRole.BUYER),
        "projects.route_made",
        url=project.get_absolute_url(),
        project=project.name,
        steps=len(steps),
    )
    return project


def preview(template: RouteTemplate, project: Project) -> tuple[rules.StepPlan, ...]:
    """The steps that the project would get with the answers it has now; nothing is written. Unanswered."""
    plan = rules.RoutePlan.from_json(template.data)
    given = {**project.answers, **questions.known(project.funds, project.floor_area)}
    return plan.for_answers(questions.clean(plan.asked, given))


def columns_of(plan: rules.StepPlan) -> dict[str, Any]:
    """What a project's step takes over from its plan."""
    return {
        "key": plan.key,
        "stage": plan.stage,
        "name": plan.name,
        "short": plan.short,
        "unit": plan.unit,
        "joint": list(plan.joint),
        "after": list(plan.after),
        "together_with": plan.together_with,
        "statutory_days": plan.limit,
        "limit_unit": plan.limit_unit,
        "promised_days": plan.promised,
        "special_days": plan.special,
        "own": plan.own,
        "materials": list(plan.materials),
        "deferrable": list(plan.deferrable),
        "fee": plan.fee,
        "note": plan.note,
    }


def _freeze(project: Project, plans: tuple[rules.StepPlan, ...]) -> list[Step]:
    moment = clock.now()
    steps = Step.objects.bulk_create(
        Step(
            project=project,
            position=position,
            **columns_of(plan),
            state=Step.State.WAITING if plan.after else Step.State.READY,
            ready_at=None if plan.after else moment,
        )
        for position, plan in enumerate(plans, start=1)
    )
    items = {
        item.code: item for item in ServiceItem.objects.filter(code__in={s.code for p in plans for s in p.services})
    }
    StepService.objects.bulk_create(
        StepService(step=step, item=items[service.code], by_authority=service.by_authority)
        for step, plan in zip(steps, plans, strict=True)
        for service in plan.services
    )
    if not steps:
        raise ValueError(_("路线图没有环节。"))
    return steps
