"""The time limits of steps as they stand in the database: how one is counted, and counting all again."""

from datetime import datetime

from django.db import transaction

from marketplace.accounts.actors import Actor
from marketplace.core import calendar, clock, locks, log
from marketplace.core.calendar import CalendarChanged
from marketplace.core.limits import Counted, Pause
from marketplace.core.rules import workdays_between
from marketplace.projects.models import Project, Step, StepPause
from marketplace.projects.rules.limits import Limit, limit_of


def limit_for(step: Step) -> Limit | None:
    """How the limit of a step that has begun is counted; None before it began. A pause that goes on counts to now."""
    if step.started_at is None:
        return None
    return limit_of(
        step.started_at,
        step.promised_days,
        step.special_days,
        step.statutory_days,
        step.limit_unit,
        calendar.facts(),
        [pause_of(pause) for pause in step.pauses.all()],
        clock.now() if step.paused_at else None,
    )


def pause_of(pause: StepPause) -> Pause:
    """A recorded interval as the arithmetic takes it."""
    words = str(pause.get_kind_display())
    reason = f"{words}（{pause.reason}）" if pause.reason else words
    return Pause(pause.began_at, pause.ended_at, reason, pause.is_special)


def set_due(step: Step, limit: Limit) -> None:
    """Give the step its due moment, and move the start from which shares of the limit count by what was paused."""
    step.due_at = limit.due_at
    step.counted_from_at = _moved(limit.decisive)


def follow_calendar(event: CalendarChanged) -> None:
    """The calendar has changed: so have the days on which running limits end."""
    recount()


def recount() -> int:
    """Count all running limits again after the calendar has changed; how many are due on another day now."""
    running = Step.objects.filter(state=Step.State.RUNNING, due_at__isnull=False)
    projects = running.order_by().values_list("project_id", flat=True).distinct()
    return sum(_recount(pk) for pk in sorted(projects))


@transaction.atomic
def _recount(project_id: int) -> int:
    project, moved = locks.exclusive(Project, project_id), 0
    steps = Step.objects.filter(project=project, state=Step.State.RUNNING, due_at__isnull=False)
    dues: dict[str, datetime | None] = {}
    for step in steps.prefetch_related("pauses").order_by("position"):
        step.project = project
        before, limit = step.due_at, limit_for(step)
        if limit is None or before is None:
            continue
        set_due(step, limit)
        if step.together_with in dues:
            step.due_at = dues[step.together_with]  # one date
        dues[step.key] = step.due_at
        if step.due_at == before or step.due_at is None:
            continue
        moved += 1
        step.save(update_fields=["due_at", "counted_from_at"])
        data = {"from": before.isoformat(), "to": step.due_at.isoformat(), "reason": "calendar"}
        log.record("step.redate", step, by=Actor.system(), data=data)
    return moved


def _moved(counted: Counted) -> datetime:
    """The event, moved by as many working days as pauses have moved the end."""
    bare = calendar.count(counted.event_at, counted.days, unit=counted.unit, outside=counted.outside)
    days = workdays_between(bare.due_on, counted.due_on, calendar.is_workday)
    if days <= 0:
        return counted.event_at
    moved = calendar.due_on(counted.base_on, days).due_on
    return clock.local(counted.event_at).replace(year=moved.year, month=moved.month, day=moved.day)
