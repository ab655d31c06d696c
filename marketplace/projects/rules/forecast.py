"""When a running project will be done: the remaining steps as long as such steps took, or as their limit allows.

A step's length is the median (and, for the late end of the range, the 80th percentile) of finished steps of its kind;
with fewer than FEWEST of them nobody knows better than the limit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from marketplace.projects.rules import graph
from marketplace.projects.rules.limits import Workdays

SELECTION_DAYS = 6  # working days from the decision to buy to the contract: 3 response, 1 publicity, 2 to sign
REMAINING_SELECTION_DAYS = 3  # the same, for a tender that is under way
FEWEST = 8  # finished steps from which on they say more than the limit


@dataclass(frozen=True)
class Length:
    """How long steps of a kind took, in working days. `cases`: how many were finished."""

    cases: int
    median: int
    p80: int

    @property
    def is_known(self) -> bool:
        """Whether these are enough to go by."""
        return self.cases >= FEWEST


@dataclass(frozen=True)
class StepFacts:
    """What the forecast needs of a step. `days`: by its limit; `length`: as such steps took; `lead`: working days until
    its services are there, from today; `extra`: what somebody supposes it to take longer.
    """

    key: str
    days: int
    after: tuple[str, ...]
    state: str
    started_on: date | None = None
    due_on: date | None = None
    finished_on: date | None = None
    lead: int = 0
    extra: int = 0
    length: Length | None = None

    @property
    def is_measured(self) -> bool:
        """Whether the forecast goes by finished steps."""
        return self.length is not None and self.length.is_known and self.days > 0


@dataclass(frozen=True)
class Forecast:
    """Expected begin and end of each step, the chain that decides, and the last day."""

    begins: Mapping[str, date]
    ends: Mapping[str, date]
    critical: tuple[str, ...]
    finish_on: date


@dataclass(frozen=True)
class Range:
    """A forecast from likely to late. `by_limit`: steps still to do for which only the limit is known."""

    likely: Forecast
    late: Forecast
    by_limit: tuple[str, ...] = field(default=())

    @property
    def is_by_limit(self) -> bool:
        """Whether there was nothing to go by but limits."""
        return self.likely.ends == self.late.ends and bool(self.by_limit)


def forecast(steps: Sequence[StepFacts], workdays: Workdays, *, late: bool = False) -> Forecast:
    """What is done stays where it was; what is running ends when it is due (today, when that has passed)."""
    plan = graph.schedule([_task(step, workdays, late) for step in steps])
    by_key = {step.key: step for step in steps}
    begins = {key: by_key[key].started_on or workdays.day(slot.start) for key, slot in plan.slots.items()}
    ends = {key: by_key[key].finished_on or workdays.day(slot.finish) for key, slot in plan.slots.items()}
    return Forecast(begins, ends, plan.critical, max(ends.values(), default=workdays.today))


def range_of(steps: Sequence[StepFacts], workdays: Workdays) -> Range:
    """The forecast by medians, and by the 80th percentiles."""
    likely = forecast(steps, workdays)
    by_limit = tuple(s.key for s in steps if s.state != "done" and not s.is_measured and s.days)
    is_same = not any(s.is_measured and s.state != "done" for s in steps)
    return Range(likely, likely if is_same else forecast(steps, workdays, late=True), by_limit)


def supposing(steps: Sequence[StepFacts], later: Mapping[str, int], leads: Mapping[str, int]) -> list[StepFacts]:
    """The steps if some took longer: `later` adds to a step itself, `leads` to when its services are there."""
    return [
        replace(
            step,
            extra=step.extra + later.get(step.key, 0),
            lead=step.lead + leads[step.key] if step.key in leads else step.lead,
        )
        for step in steps
    ]


def lead_days(state: str, days: int) -> int:
    """Working days until a service's result is there, by its state; `days` is what the item usually takes."""
    return {"needed": SELECTION_DAYS + days, "tendering": REMAINING_SELECTION_DAYS + days, "contracted": days}.get(
        state, 0
    )


def lengths_of(durations: Sequence[int]) -> Length:
    """Median and 80th percentile (nearest rank: a duration that was really seen), rounded up to whole days."""
    ordered = sorted(durations)
    if not ordered:
        return Length(0, 0, 0)
    middle = len(ordered) // 2
    median = ordered[middle] if len(ordered) % 2 else -(-(ordered[middle - 1] + ordered[middle]) // 2)
    return Length(len(ordered), median, ordered[-(-8 * len(ordered) // 10) - 1])


def _task(step: StepFacts, workdays: Workdays, late: bool) -> graph.Task:
    if step.state == "done" and step.finished_on:
        end = workdays.number(step.finished_on)
        start = workdays.number(step.started_on) if step.started_on else end
        return graph.Task(step.key, step.days, step.after, starts=start, ends=end)
    days = step.days
    if step.is_measured and step.length is not None:
        days = step.length.p80 if late else step.length.median
    if step.state == "running" and step.due_on:
        start = workdays.number(step.started_on) if step.started_on else 0
        end = start + days if step.is_measured else workdays.number(step.due_on)
        return graph.Task(step.key, days, step.after, starts=start, ends=max(end, 0) + step.extra)
    return graph.Task(step.key, days + step.extra, step.after, not_before=step.lead)
