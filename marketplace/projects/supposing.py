"""What if: the forecast of a project when one step, or the result of one service, comes later than expected."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from marketplace.projects.models import Step
from marketplace.projects.rules import forecast as forecasts
from marketplace.projects.situation import PERMIT, Situation, short_name

MOST_DAYS = 500


@dataclass(frozen=True)
class Supposed:
    """What would come of a delay: days that move, in working days, and whether another chain decides then."""

    label: str
    days: int
    finish_on: date
    finish_late_on: date
    permit_on: date | None
    moved: int
    critical: tuple[str, ...]
    is_other_chain: bool


def choices(look: Situation) -> list[tuple[str, str]]:
    """What can be supposed to come later: services whose result is not there, then steps that are not done."""
    services: dict[str, str] = {}
    steps = []
    for step in look.steps:
        if step.state == Step.State.DONE:
            continue
        for service in step.services.all():
            if not service.is_provided:
                services.setdefault(service.item.code, f"{service.item.code} {short_name(service)}")
        if not step.together_with:
            steps.append((step.key, step.name))
    return [*services.items(), *steps]


def suppose(look: Situation, what: str, days: int) -> Supposed | None:
    """The forecast if `what` (a service's code or a step's key) took `days` working days longer; None for others."""
    label = dict(choices(look)).get(what)
    if label is None or not 0 < days <= MOST_DAYS:
        return None
    later, leads = _delays(look, what, days)
    supposed = forecasts.range_of(forecasts.supposing(look.facts, later, leads), look.workdays)
    plan = supposed.likely
    moved = look.workdays.number(plan.finish_on) - look.workdays.number(look.forecast.finish_on)
    return Supposed(
        label=label,
        days=days,
        finish_on=plan.finish_on,
        finish_late_on=supposed.late.finish_on,
        permit_on=plan.ends[PERMIT] if look.permit_on else None,
        moved=moved,
        critical=plan.critical,
        is_other_chain=plan.critical != look.forecast.critical,
    )


def words(supposed: Supposed) -> str:
    """The answer in a sentence."""
    if not supposed.moved:
        return _("如果“%(what)s”晚 %(days)d 个工作日：全部办结的日期不变，还有余地。") % {
            "what": supposed.label,
            "days": supposed.days,
        }
    return _("如果“%(what)s”晚 %(days)d 个工作日：全部办结晚 %(moved)d 个工作日，预计 %(day)s。") % {
        "what": supposed.label,
        "days": supposed.days,
        "moved": supposed.moved,
        "day": supposed.finish_on.isoformat(),
    }


def _delays(look: Situation, what: str, days: int) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Where a service is bought before the application it delays that; elsewhere it delays the step itself."""
    later: dict[str, int] = {}
    leads: dict[str, int] = {}
    for step in look.steps:
        if step.state == Step.State.DONE:
            continue
        if step.key == what:
            later[step.key] = days
        for service in step.services.all():
            if service.item.code != what or service.is_provided:
                continue
            is_before = not (service.by_authority or step.own or step.state == Step.State.RUNNING)
            (leads if is_before else later)[step.key] = days
    return later, leads
