"""What the pages of projects show, put together for their templates."""

from collections.abc import Iterable
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import StaffRole
from marketplace.core import calendar, clock
from marketplace.core.desk import Task
from marketplace.core.errors import DomainError
from marketplace.core.limit_words import explain
from marketplace.core.rules import Alert
from marketplace.projects import (
    entries,
    explaining,
    forms,
    officers,
    permissions,
    picture,
    queries,
    rules,
    supposing,
)
from marketplace.projects.models import Handover, Project, Step, StepService
from marketplace.projects.rules.forecast import FEWEST
from marketplace.projects.rules.limits import Limit
from marketplace.projects.services import migrating
from marketplace.projects.services.routes import preview
from marketplace.projects.services.timing import limit_for
from marketplace.projects.situation import Situation

TODAYS = 8


def row_of(project: Any) -> dict[str, Any]:
    """A project of `queries.listed` as the list shows it: nothing here tells who stands behind it."""
    done = project.state == Project.State.DONE
    return {
        "code": project.code,
        "name": project.name,
        "url": project.get_absolute_url(),
        "chip": (project.get_state_display(), rules.CASE_TONES[project.state]),
        "stage": _("全部阶段") if done else project.stage or _("尚未生成路线图"),
        "done": project.done_steps,
        "all": project.all_steps,
        "is_mine": bool(project.is_mine),
    }


def project_page(project: Project, actor: Actor | None, what_if: QueryDict | None = None) -> dict[str, Any]:
    """The project's page for those who see everything. `what_if`: `later` and `days` of the address."""
    look = Situation(project)
    context: dict[str, Any] = {
        "project": project,
        "situation": look,
        "chip": (project.get_state_display(), rules.CASE_TONES[project.state]),
        "is_owner": permissions.is_owner(project, actor),
        "is_officer": permissions.is_officer(project, actor),
        "answers": _answers(project),
        "handovers": _handovers(project),
        "unanswered": not project.answers and not project.is_public,
        **entries.shown(project, actor),
    }
    if look.steps:
        context["map"] = picture.metro_of(look)
        context["ruler"] = picture.ruler_of(look)
        context["basis"] = basis_of(look)
        context["newer"] = migrating.newer(project) if context["is_officer"] else None
        context |= _what_if(look, what_if)
        context["stages"] = [
            {
                "name": stage,
                "done": sum(step.state == Step.State.DONE for step in steps),
                "all": len(steps),
                "cards": [picture.card_of(step, look) for step in steps],
            }
            for stage, steps in look.stages()
        ]
        return context
    return {**context, **_before_the_route(project, actor)}


def sheet_page(project: Project) -> dict[str, Any]:
    """The route map as it is printed on one sheet."""
    look = Situation(project)
    return {
        "project": project,
        "situation": look,
        "map": picture.metro_of(look),
        "ruler": picture.ruler_of(look),
        "basis": basis_of(look),
        "printed_at": look.moment,
        "stages": [
            {"name": stage, "rows": [picture.sheet_row(step, look) for step in steps]} for stage, steps in look.stages()
        ],
    }


def basis_of(look: Situation) -> str:
    """What the forecast goes by, in a sentence."""
    to_do = [fact for fact in look.facts if fact.state != "done" and fact.days]
    measured = sum(fact.is_measured for fact in to_do)
    if not measured:
        return _("办结件都不足 %(fewest)d 件，各环节暂按承诺时限推算。") % {"fewest": FEWEST}
    words = _("%(measured)d 个环节按同类办结件的实际用时推算：前一个日期按中位用时，后一个按八成办结用时。")
    if measured < len(to_do):
        words += _("其余 %(rest)d 个环节办结件不足 %(fewest)d 件，按承诺时限推算。")
    return words % {"measured": measured, "rest": len(to_do) - measured, "fewest": FEWEST}


def _what_if(look: Situation, asked: QueryDict | None) -> dict[str, Any]:
    form = forms.WhatIfForm(asked if asked and "later" in asked else None, what=supposing.choices(look))
    supposed = None
    if form.is_bound and form.is_valid():
        supposed = supposing.suppose(look, form.cleaned_data["later"], form.cleaned_data["days"])
    return {"what_if": form, "supposed": supposed, "supposed_words": supposing.words(supposed) if supposed else ""}


def step_page(step: Step, actor: Actor | None, start_form: Any = None, pause_form: Any = None) -> dict[str, Any]:
    """A step's page."""
    project, today = step.project, clock.today()
    look = Situation(project)
    limit, counts = limit_for(step), _counts(step)
    return {
        "project": project,
        "step": step,
        "chip": (step.get_state_display(), rules.STEP_TONES[step.state]),
        "level_chip": picture.level_chip(step, look),
        "critical": step.key in look.critical,
        "limit": limit,
        "arithmetic": arithmetic(limit),
        "expected": explaining.of_step(step, look) if step.state in {Step.State.WAITING, Step.State.READY} else [],
        "pauses": list(step.pauses.all()),
        "may_pause": permissions.may_pause_step(step, actor),
        "pause_form": pause_form or forms.PauseForm(actor=actor),
        "begins_on": look.forecast.begins.get(step.key),
        "ends_on": look.forecast.ends.get(step.key),
        "before": [other for other in look.steps if other.key in step.after],
        "following": [other for other in look.steps if step.key in other.after],
        "services": [service_row(service, actor, counts) for service in step.services.all()],
        "may_take": permissions.may_take_step(step, actor),
        "may_buy": permissions.may_buy(project, actor, today),
        "start_form": start_form or forms.StartForm(actor=actor),
        "missing": [s for s in step.services.all() if not s.by_authority and not s.is_provided],
        **entries.shown(project, actor, step),
    }


def arithmetic(limit: Limit | None) -> list[tuple[str, list[str]]]:
    """How the limit was counted: by the promise and by the law, line by line."""
    if limit is None:
        return []
    facts, shown = calendar.facts(), [(_("按承诺时限"), limit.promise)]
    if limit.law is not None:
        shown.append((_("按法定时限"), limit.law))
    return [(title, explain(counted, facts)) for title, counted in shown]


def service_row(service: StepService, actor: Actor | None, counts: dict[int, int]) -> dict[str, Any]:
    """A step's service with its way through the market, and what this actor may do about it."""
    project, tender = service.step.project, service.tender
    open_now = (
        service.state == StepService.State.NEEDED and project.is_under_way and service.step.state != Step.State.DONE
    )
    tender_open = bool(tender and tender.number)
    is_buyer = permissions.is_owner(project, actor) or permissions.is_officer(project, actor)
    return {
        "service": service,
        "item": service.item,
        "files": [service.deliverable] if service.deliverable else [],
        "chip": (service.get_state_display(), rules.SERVICE_TONES[service.state]),
        "tender": tender,
        "tender_open": tender_open,
        "tender_chip": tender.chip if tender else None,
        "track": None
        if service.by_authority or service.state == StepService.State.NEEDED
        else picture.track_of(service),
        "eligible": counts.get(service.item_id, 0),
        "may_tender": open_now and not service.by_authority and permissions.may_buy(project, actor, clock.today()),
        "may_provide": open_now and not service.by_authority and service.item.may_do_itself and is_buyer,
        "may_edit": bool(tender and not tender_open and service.state == StepService.State.TENDERING and is_buyer),
    }


def todays(tasks: Iterable[Task]) -> list[Task]:
    """The acts to do first: what is late or close to it, then the nearest; at most eight."""
    order = [Alert.RED, Alert.YELLOW, Alert.ALERT, Alert.QUIET]
    return sorted(
        tasks, key=lambda t: (order.index(t.level), t.due_at is None, t.due_at.timestamp() if t.due_at else 0, t.title)
    )[:TODAYS]


def _before_the_route(project: Project, actor: Actor | None) -> dict[str, Any]:
    context: dict[str, Any] = {"route_preview": _preview(project)}
    if project.state == Project.State.REQUESTED and permissions.may_take_on(actor) and actor is not None:
        only = None if actor.has_staff_role(StaffRole.CHIEF) else actor.user
        ranking = officers.proposals(project)
        allowed = next((each for each in ranking if each.ranked.is_eligible), None)
        initial = {"officer": allowed.officer.pk if allowed else None}
        context["accept_form"] = forms.AcceptForm(actor=actor, only=only, initial=initial)
        context["proposals"] = ranking if only is None else [p for p in ranking if p.officer == only]
        context["proposed"] = allowed
    acts = [
        (_("登记并申请代办"), project.requested_at, True),
        (_("代办员受理"), None, project.state not in {"requested", "returned"}),
        (_("签署授权"), project.mandated_at, project.state in {"mandated", "mapped", "running", "done"}),
        (_("生成路线图"), project.started_at, False),
    ]
    first_open = next((n for n, (_label, _at, done) in enumerate(acts) if not done), len(acts))
    context["life"] = [
        {"label": label, "state": "done" if done else "now" if number == first_open else ""}
        for number, (label, _at, done) in enumerate(acts)
    ]
    return context


def _preview(project: Project) -> dict[str, Any] | None:
    if project.template is None or not project.answers:
        return None
    try:
        steps = preview(project.template, project)
    except DomainError:
        return None
    return {"steps": len(steps), "services": sum(len(step.services) for step in steps)}


def _handovers(project: Project) -> list[Handover]:
    """The officers that the project had before, and to whom it went."""
    done = Handover.objects.filter(project=project, state=Handover.State.DONE)
    return list(done.select_related("giver", "taker").order_by("closed_at"))


def _answers(project: Project) -> list[tuple[str, str]]:
    if project.template is None or not project.answers:
        return []
    plan = rules.RoutePlan.from_json(project.template.data)
    return [(question.ask, question.words(project.answers.get(question.key))) for question in plan.asked]


def _counts(step: Step) -> dict[int, int]:
    return queries.eligible_counts([service.item for service in step.services.all() if not service.by_authority])
