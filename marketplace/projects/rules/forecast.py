"""When a running project will be done: the remaining steps at their promised length, from today on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from marketplace.projects.rules import graph
from marketplace.projects.rules.limits import Workdays

SELECTION_DAYS = 6  # working days from the decision to buy to the contract: 3 response, 1 publicity, 2 to sign
REMAINING_SELECTION_DAYS = 3  # the same, for a tender that is under way


@dataclass(frozen=True)
class StepFacts:
    """What the forecast needs of a step. `lead`: working days until its services are there, from today."""

    key: str
    days: int
    after: tuple[str, ...]
    state: str
    started_on: date | None = None
    due_on: date | None = None
    finished_on: date | None = None
    lead: int = 0


@dataclass(frozen=True)
class Forecast:
    """Expected begin and end of each step, the chain that decides, and the last day."""

    begins: Mapping[str, date]
    ends: Mapping[str, date]
    critical: tuple[str, ...]
    finish_on: date


def forecast(steps: Sequence[StepFacts], workdays: Workdays) -> Forecast:
    """What is done stays where it was; what is running ends when it is due (today, when that has passed)."""
    plan = graph.schedule([_task(step, workdays) for step in steps])
    by_key = {step.key: step for step in steps}
    begins = {key: by_key[key].started_on or workdays.day(slot.start) for key, slot in plan.slots.items()}
    ends = {key: by_key[key].finished_on or workdays.day(slot.finish) for key, slot in plan.slots.items()}
    return Forecast(begins, ends, plan.critical, max(ends.values(), default=workdays.today))


def lead_days(state: str, days: int) -> int:
    """Working days until a service's result is there, by its state; `days` is what the item usually takes."""
    return {"needed": SELECTION_DAYS + days, "tendering": REMAINING_SELECTION_DAYS + days, "contracted": days}.get(
        state, 0
    )


def _task(step: StepFacts, workdays: Workdays) -> graph.Task:
    if step.state == "done" and step.finished_on:
        end = workdays.number(step.finished_on)
        start = workdays.number(step.started_on) if step.started_on else end
        return graph.Task(step.key, step.days, step.after, starts=start, ends=end)
    if step.state == "running" and step.due_on:
        start = workdays.number(step.started_on) if step.started_on else 0
        return graph.Task(step.key, step.days, step.after, starts=start, ends=max(workdays.number(step.due_on), 0))
    return graph.Task(step.key, step.days, step.after, not_before=step.lead)
