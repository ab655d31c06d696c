"""What do I need? From the answers to a route map's questions: steps, services, who pays, usual prices, and when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from marketplace.catalogue.models import ServiceItem
from marketplace.core import calendar, clock
from marketplace.projects import durations, queries, rules
from marketplace.projects.models import RouteTemplate
from marketplace.projects.rules import conditions, questions
from marketplace.projects.rules import forecast as forecasts
from marketplace.projects.rules.limits import Workdays
from marketplace.projects.situation import PERMIT
from marketplace.tenders.queries import UsualPrice, usual_prices

BUILD = "build"


@dataclass(frozen=True)
class StepNeed:
    """A step of the route map for these answers, with when it is expected."""

    plan: rules.StepPlan
    begins_on: date
    ends_on: date
    is_critical: bool


@dataclass
class ServiceNeed:
    """An intermediary service: for which steps, who pays, what it usually costs, how many could do it."""

    item: ServiceItem
    by_authority: bool
    steps: list[str] = field(default_factory=list)
    usual: UsualPrice | None = None
    agencies: int = 0

    @property
    def low(self) -> Decimal:
        """The lower end of what is usual: the quartile of awards, or the catalogue's range."""
        return (self.usual.lower if self.usual and self.usual.lower is not None else None) or self.item.price_low

    @property
    def high(self) -> Decimal:
        """The upper end."""
        return (self.usual.upper if self.usual and self.usual.upper is not None else None) or self.item.price_high


@dataclass(frozen=True)
class LeftOut:
    """A step or service that is not needed, and the answer that says so."""

    name: str
    reason: str
    item: ServiceItem | None = None


@dataclass(frozen=True)
class Need:
    """Everything that follows from the answers."""

    stages: tuple[tuple[str, tuple[StepNeed, ...]], ...]
    bought: tuple[ServiceNeed, ...]
    by_authority: tuple[ServiceNeed, ...]
    left_out_steps: tuple[LeftOut, ...]
    left_out_services: tuple[LeftOut, ...]
    plan: forecasts.Range
    ground: tuple[date, date] | None
    finish: tuple[date, date]
    is_provisional: bool

    @property
    def steps(self) -> int:
        """How many steps there are."""
        return sum(len(steps) for _stage, steps in self.stages)

    @property
    def low(self) -> Decimal:
        """What the services that the enterprise pays usually cost at least, together."""
        return sum((service.low for service in self.bought), Decimal(0))

    @property
    def high(self) -> Decimal:
        """And at most."""
        return sum((service.high for service in self.bought), Decimal(0))


def need_of(template: RouteTemplate, answers: Mapping[str, Any]) -> Need:
    """What a project with these answers needs, if it began today. Unanswered."""
    plan = rules.RoutePlan.from_json(template.data)
    given = questions.clean(plan.asked, answers)
    steps = plan.for_answers(given)
    items = {item.code: item for item in ServiceItem.objects.filter(code__in=_codes(plan.steps))}
    services = _services(steps, items)
    expected = _forecast(template.key, steps, items)
    kept = {step.key: step for step in steps}
    chain = set(expected.likely.critical)
    return Need(
        stages=_stages(steps, expected, chain),
        bought=tuple(service for service in services if not service.by_authority),
        by_authority=tuple(service for service in services if service.by_authority),
        left_out_steps=tuple(
            LeftOut(step.name, _why(step.condition, plan, given)) for step in plan.steps if step.key not in kept
        ),
        left_out_services=tuple(_left_out(plan, given, kept, {s.item.code for s in services}, items)),
        plan=expected,
        ground=_ground(expected),
        finish=(expected.likely.finish_on, expected.late.finish_on),
        is_provisional=any(
            calendar.is_provisional(year) for year in range(clock.today().year, expected.late.finish_on.year + 1)
        ),
    )


def _codes(steps: Iterable[rules.StepPlan]) -> set[str]:
    return {service.code for step in steps for service in step.services}


def _stages(
    steps: Sequence[rules.StepPlan], expected: forecasts.Range, chain: set[str]
) -> tuple[tuple[str, tuple[StepNeed, ...]], ...]:
    found: dict[str, list[StepNeed]] = {}
    begins, ends = expected.likely.begins, expected.likely.ends
    for step in steps:
        found.setdefault(step.stage, []).append(StepNeed(step, begins[step.key], ends[step.key], step.key in chain))
    return tuple((stage, tuple(each)) for stage, each in found.items())


def _services(steps: Sequence[rules.StepPlan], items: Mapping[str, ServiceItem]) -> list[ServiceNeed]:
    """Each service once, however many steps use its result."""
    found: dict[tuple[str, bool], ServiceNeed] = {}
    for step in steps:
        for service in step.services:
            if item := items.get(service.code):
                by_authority = service.by_authority or item.payer == ServiceItem.Payer.AUTHORITY
                need = found.setdefault((service.code, by_authority), ServiceNeed(item, by_authority))
                need.steps.append(step.short or step.name)
    bought = [need.item for need in found.values() if not need.by_authority]
    prices, counts = usual_prices(bought), queries.eligible_counts(bought)
    for need in found.values():
        need.usual, need.agencies = prices.get(need.item.pk), counts.get(need.item.pk, 0)
    return sorted(found.values(), key=lambda need: need.item.code)


def _left_out(
    plan: rules.RoutePlan,
    answers: Mapping[str, Any],
    kept: Mapping[str, rules.StepPlan],
    needed: set[str],
    items: Mapping[str, ServiceItem],
) -> Iterable[LeftOut]:
    said: set[str] = set()
    for step in plan.steps:
        for service in step.services:
            item = items.get(service.code)
            if item is None or service.code in needed or service.code in said:
                continue
            said.add(service.code)
            condition = service.condition if step.key in kept else step.condition
            yield LeftOut(item.label, _why(condition, plan, answers), item)


def _why(condition: str, plan: rules.RoutePlan, answers: Mapping[str, Any]) -> str:
    """The answers that make the condition false, in words."""
    asked = {question.key: question for question in plan.asked}
    names = [name for name in asked if condition and name in conditions.read(condition).names]
    return "；".join(
        _("“%(ask)s”答的是“%(answer)s”") % {"ask": asked[name].ask, "answer": asked[name].words(answers.get(name))}
        for name in names
    )


def _forecast(route: str, steps: Sequence[rules.StepPlan], items: Mapping[str, ServiceItem]) -> forecasts.Range:
    lengths = durations.of_route(route)
    facts = [
        forecasts.StepFacts(
            key=step.key,
            days=step.days,
            after=step.after,
            state="waiting" if step.after else "ready",
            lead=_lead(step, items),
            length=lengths.get(step.key),
        )
        for step in steps
    ]
    return forecasts.range_of(facts, Workdays(clock.today(), calendar.is_workday))


def _lead(step: rules.StepPlan, items: Mapping[str, ServiceItem]) -> int:
    if step.own:
        return 0
    needed = [items[each.code] for each in step.services if not each.by_authority and each.code in items]
    return max((forecasts.lead_days("needed", item.days) for item in needed), default=0)


def _ground(expected: forecasts.Range) -> tuple[date, date] | None:
    """When the ground can be broken: when building begins, or with the permit where no step builds."""
    likely, late = expected.likely, expected.late
    if BUILD in likely.begins:
        return likely.begins[BUILD], late.begins[BUILD]
    return (likely.ends[PERMIT], late.ends[PERMIT]) if PERMIT in likely.ends else None
