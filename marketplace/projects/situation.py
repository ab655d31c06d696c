"""Where a project stands: who has the ball, what is next, what the owner owes, when it will be done.

Everything is read from what `queries.with_route` has fetched; nothing here asks the database.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.core import calendar, clock
from marketplace.core.rules import Alert, alert_level
from marketplace.projects import durations
from marketplace.projects.models import Project, Step, StepPause, StepService
from marketplace.projects.rules import forecast as forecasts
from marketplace.projects.rules.limits import Workdays
from marketplace.projects.services.timing import limit_for

ENTERPRISE, AGENCY, AUTHORITY, OFFICER = "enterprise", "agency", "authority", "officer"
HOLDERS: dict[str, str | Promise] = {
    ENTERPRISE: gettext_lazy("等企业"),
    AGENCY: gettext_lazy("等机构"),
    AUTHORITY: gettext_lazy("等部门"),
    OFFICER: gettext_lazy("等代办员"),
}
PERMIT = "construction_permit"
WITH_AGENCIES = {"published", "closed", "selecting", "publicity", "suspended", "notified"}


@dataclass(frozen=True)
class Ball:
    """Somebody's turn in a step: who, what, until when. `holder` is a key of HOLDERS."""

    step: Step
    holder: str
    who: str
    what: str
    url: str
    due_at: datetime | None = None
    level: Alert = Alert.QUIET
    service: StepService | None = None
    is_critical: bool = False

    @property
    def urgency(self) -> tuple[int, int, float, int]:
        """Sorts the most urgent first: red before yellow before alert, critical before the rest, then by time."""
        order = [Alert.RED, Alert.YELLOW, Alert.ALERT, Alert.QUIET].index(self.level)
        due = self.due_at.timestamp() if self.due_at else float("inf")
        return (order, not self.is_critical, due, self.step.position)


@dataclass
class Situation:
    """A project, looked at today."""

    project: Project
    moment: datetime = field(default_factory=clock.now)
    shared: Workdays | None = None  # the same for many projects, so that each day is asked for once

    @property
    def today(self) -> date:
        """The day on which it is looked at."""
        return clock.local(self.moment).date()

    @cached_property
    def steps(self) -> list[Step]:
        """The steps in their order, each knowing its project."""
        steps = list(self.project.steps.all())
        for step in steps:
            step.project = self.project
        return steps

    @cached_property
    def done(self) -> int:
        """How many steps are over."""
        return sum(step.state == Step.State.DONE for step in self.steps)

    @cached_property
    def workdays(self) -> Workdays:
        """The working days around today."""
        return self.shared or Workdays(self.today, calendar.is_workday)

    @cached_property
    def facts(self) -> list[forecasts.StepFacts]:
        """What the forecast knows of the steps."""
        lengths = durations.of_route(self.project.template.key) if self.project.template else {}
        return [_facts(step, lengths.get(step.key)) for step in self.steps]

    @cached_property
    def range(self) -> forecasts.Range:
        """The forecast from likely to late."""
        return forecasts.range_of(self.facts, self.workdays)

    @property
    def forecast(self) -> forecasts.Forecast:
        """The remaining steps as long as such steps took, or as their promise allows."""
        return self.range.likely

    @cached_property
    def critical(self) -> frozenset[str]:
        """The keys of the chain that decides when the project is done."""
        return frozenset(self.forecast.critical)

    @cached_property
    def balls(self) -> list[Ball]:
        """Whose turn it is, most urgent first."""
        if not self.project.is_under_way:
            return []
        found = [ball for step in self.steps for ball in _balls_of(step, self)]
        return sorted(found, key=lambda ball: ball.urgency)

    @cached_property
    def owed(self) -> list[Ball]:
        """What waits for the owner."""
        return [ball for ball in self.balls if ball.holder == ENTERPRISE]

    @property
    def first(self) -> Ball | None:
        """The most urgent turn."""
        return self.balls[0] if self.balls else None

    @property
    def permit_on(self) -> date | None:
        """When the construction permit is expected; None when there is none on the route or it is there already."""
        return self.forecast.ends[PERMIT] if self._has_permit_to_come else None

    @property
    def permit_late_on(self) -> date | None:
        """The same at the late end of the range."""
        return self.range.late.ends[PERMIT] if self._has_permit_to_come else None

    @property
    def _has_permit_to_come(self) -> bool:
        return any(step.key == PERMIT and step.state != Step.State.DONE for step in self.steps)

    @property
    def is_provisional(self) -> bool:
        """Whether the forecast reaches into a year whose holidays are only computed."""
        years = range(self.today.year, self.forecast.finish_on.year + 1)
        return any(calendar.is_provisional(year) for year in years)

    def stages(self) -> list[tuple[str, list[Step]]]:
        """The stages in their order with their steps."""
        found: dict[str, list[Step]] = {}
        for step in self.steps:
            found.setdefault(step.stage, []).append(step)
        return list(found.items())


def level_of(started_at: datetime | None, due_at: datetime | None, moment: datetime | None = None) -> Alert:
    """How a time limit stands at a moment, now when none is given."""
    if started_at is None or due_at is None:
        return Alert.QUIET
    return alert_level(started_at, due_at, moment or clock.now(), calendar.is_workday)


def lead_of(step: Step) -> int:
    """Working days until the services that the application needs are there; own steps do that work inside them."""
    if step.own or step.state == Step.State.DONE:
        return 0
    needed = [service for service in step.services.all() if not service.by_authority]
    return max((forecasts.lead_days(service.state, service.item.days) for service in needed), default=0)


def _facts(step: Step, length: forecasts.Length | None = None) -> forecasts.StepFacts:
    return forecasts.StepFacts(
        key=step.key,
        days=step.days,
        after=tuple(step.after),
        state=step.state,
        started_on=_day(step.started_at),
        due_on=_day(step.due_at) or due_if_resumed(step),
        finished_on=_day(step.finished_at),
        lead=lead_of(step),
        length=length,
    )


def due_if_resumed(step: Step) -> date | None:
    """When a step whose clock stands still would be due if it went on now."""
    limit = limit_for(step) if step.paused_at else None
    return limit.due_on if limit else None


def _day(moment: datetime | None) -> date | None:
    return clock.local(moment).date() if moment else None


def _balls_of(step: Step, look: Situation) -> Iterable[Ball]:
    if step.state == Step.State.DONE:
        return
    critical = step.key in look.critical
    open_now = step.state in {Step.State.READY, Step.State.RUNNING}
    services = [s for s in step.services.all() if not s.by_authority and not s.is_provided]
    for service in services:
        if open_now or service.state != StepService.State.NEEDED:
            yield _service_ball(step, service, look)
    if step.state == Step.State.RUNNING:
        yield _running_ball(step, look)
    elif step.state == Step.State.READY and (step.own or not services):
        holder, who = (ENTERPRISE, step.project.owner.name) if step.own else (OFFICER, str(step.project.officer))
        what = _("%(step)s：可以开始") if step.own else _("%(step)s：提交办件")
        yield Ball(step, holder, who, what % {"step": step.label}, step.get_absolute_url(), is_critical=critical)


def _running_ball(step: Step, look: Situation) -> Ball:
    if step.paused_at:
        return _paused_ball(step, look)
    holder, who = (ENTERPRISE, step.project.owner.name) if step.own else (AUTHORITY, step.unit)
    what = _("%(step)s：办理中") % {"step": step.label}
    level = level_of(step.clock_from, step.due_at, look.moment)
    critical = step.key in look.critical
    return Ball(step, holder, who, what, step.get_absolute_url(), step.due_at, level, is_critical=critical)


def _paused_ball(step: Step, look: Situation) -> Ball:
    """While the enterprise corrects, it is its turn; while experts look, the authority's."""
    pause = next((each for each in step.pauses.all() if each.ended_at is None), None)
    if pause is not None and pause.kind == StepPause.Kind.CORRECTION:
        holder, who, what = ENTERPRISE, step.project.owner.name, _("%(step)s：补正材料")
    else:
        holder, who, what = AUTHORITY, step.unit, _("%(step)s：特别程序中，暂停计时")
    critical = step.key in look.critical
    return Ball(step, holder, who, what % {"step": step.label}, step.get_absolute_url(), is_critical=critical)


def _service_ball(step: Step, service: StepService, look: Situation) -> Ball:
    project, tender = step.project, service.tender
    owner, officer = (ENTERPRISE, project.owner.name), (OFFICER, str(project.officer or ""))
    buys = officer if project.mandate_holds(look.today) else owner
    address, due_at = f"{step.get_absolute_url()}#service-{service.pk}", None
    if service.state == StepService.State.CONTRACTED:
        (holder, who), what = (AGENCY, str(_("中介服务机构"))), _("%(item)s：履约中")
        if service.contract_number:
            address = reverse("contract", args=[service.contract_number])
    elif tender is not None and service.state == StepService.State.TENDERING and tender.state in WITH_AGENCIES:
        (holder, who), what = (AGENCY, str(_("中介服务机构"))), _("%(item)s：采购中")
        address, due_at = reverse("tender", args=[tender.number]), tender.closes_at
        due_at = due_at if tender.state == "published" else None
    elif tender is not None and tender.state == "checking":
        (holder, who), what = (AUTHORITY, str(_("运营人员"))), _("%(item)s：采购公告核对中")
    elif tender is not None and service.state == StepService.State.TENDERING:
        (holder, who), what = (buys if tender.agent_id else owner), _("%(item)s：完善采购公告并发布")
        address = reverse("tender_edit", args=[tender.pk])
    else:
        (holder, who), what = buys, _("%(item)s：发起采购")
    return Ball(
        step,
        holder,
        who,
        what % {"item": short_name(service)},
        address,
        due_at,
        service=service,
        is_critical=step.key in look.critical,
    )


def short_name(service: StepService) -> str:
    """The item's usual short name."""
    names: Sequence[str] = service.item.abbreviations or [service.item.label]
    return names[0]
