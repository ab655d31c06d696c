"""The nightly round: how long finished steps took, and from that the forecast of every project under way."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.db import transaction

from marketplace.core import calendar, clock
from marketplace.projects import durations, queries
from marketplace.projects.models import Project, ProjectForecast, Step, StepLength
from marketplace.projects.rules.forecast import StepFacts, lead_days, lengths_of, range_of
from marketplace.projects.rules.limits import Workdays
from marketplace.projects.situation import PERMIT, due_if_resumed

NIGHT = time(2, 0)
CHUNK = 500
KEPT = ("computed_at", "finish_on", "finish_late_on", "permit_on", "permit_late_on", "critical", "by_limit")

_last_look: datetime | None = None


def compute_lengths(workdays: Workdays | None = None) -> int:
    """Work out how long finished steps took, by route map and step; how many kinds there are."""
    moment = clock.now()
    days = workdays or Workdays(clock.today(), calendar.is_workday)
    done = Step.objects.filter(state=Step.State.DONE, together_with="", started_at__isnull=False)
    rows = done.filter(finished_at__isnull=False, project__template__isnull=False).order_by()
    taken: dict[tuple[str, str], list[int]] = {}
    columns = ("project__template__key", "key", "started_at", "finished_at")
    for route, key, started_at, finished_at in rows.values_list(*columns).iterator(chunk_size=5000):
        begin, end = clock.local(started_at).date(), clock.local(finished_at).date()
        taken.setdefault((route, key), []).append(max(days.number(end) - days.number(begin), 0))
    found = []
    for (route, key), each in taken.items():
        length = lengths_of(each)
        found.append(
            StepLength(
                route=route, key=key, cases=length.cases, median=length.median, p80=length.p80, computed_at=moment
            )
        )
    with transaction.atomic():
        StepLength.objects.bulk_create(
            found,
            update_conflicts=True,
            unique_fields=["route", "key"],
            update_fields=["cases", "median", "p80", "computed_at"],
        )
    durations.forget()
    return len(found)


def recompute(progress: Callable[[int, int], None] | None = None) -> int:
    """Store the forecast of every project under way; returns how many. `progress(done, all)` after each chunk.

    Each chunk is a transaction of its own: a rush by day never waits for the whole night's work.
    """
    workdays = Workdays(clock.today(), calendar.is_workday)
    compute_lengths(workdays)
    keys = list(Project.objects.filter(state__in=queries.UNDER_WAY).order_by("pk").values_list("pk", flat=True))
    done = 0
    for begin in range(0, len(keys), CHUNK):
        chunk = keys[begin : begin + CHUNK]
        store(_forecasts(chunk, workdays))
        done += len(chunk)
        if progress:
            progress(done, len(keys))
    return done


def _forecasts(keys: list[int], workdays: Workdays) -> list[ProjectForecast]:
    """The forecasts of these projects: four queries of plain rows, as objects would cost more than the arithmetic."""
    routes = dict(Project.objects.filter(pk__in=keys).values_list("pk", "template__key"))
    facts = _facts(keys, routes)
    return [_forecast(pk, facts[pk], workdays) for pk in keys if facts.get(pk)]


def _facts(keys: list[int], routes: dict[int, str]) -> dict[int, list[StepFacts]]:
    leads: dict[int, int] = {}
    for step, state, days in queries.forecast_services(keys).values_list(*queries.FORECAST_SERVICES):
        leads[step] = max(leads.get(step, 0), lead_days(state, days))
    lengths = {route: durations.of_route(route) for route in set(routes.values()) if route}
    paused = {
        step.pk: due_if_resumed(step)
        for step in queries.forecast_steps(keys).filter(paused_at__isnull=False).prefetch_related("pauses")
    }
    found: dict[int, list[StepFacts]] = {}
    for row in queries.forecast_steps(keys).values_list(*queries.FORECAST_COLUMNS):
        pk, project, key, after, together, promised, special, own, state, started, due, stopped, finished = row
        known = lengths.get(routes[project])
        found.setdefault(project, []).append(
            StepFacts(
                key,
                0 if together else promised + special,
                tuple(after),
                state,
                _day(started),
                paused[pk] if stopped else _day(due),
                _day(finished),
                0 if own else leads.get(pk, 0),
                length=known.get(key) if known else None,
            )
        )
    return found


def _forecast(project: int, facts: list[StepFacts], workdays: Workdays) -> ProjectForecast:
    plan = range_of(facts, workdays)
    has_permit = any(fact.key == PERMIT and fact.state != Step.State.DONE for fact in facts)
    return ProjectForecast(
        project_id=project,
        computed_at=clock.now(),
        finish_on=plan.likely.finish_on,
        finish_late_on=plan.late.finish_on,
        permit_on=plan.likely.ends[PERMIT] if has_permit else None,
        permit_late_on=plan.late.ends[PERMIT] if has_permit else None,
        critical=list(plan.likely.critical),
        by_limit=len(plan.by_limit),
    )


def _day(moment: datetime | None) -> date | None:
    return clock.local(moment).date() if moment else None


def store(rows: list[ProjectForecast]) -> None:
    """Write forecasts, over those of the night before."""
    with transaction.atomic():
        ProjectForecast.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["project"], update_fields=list(KEPT)
        )


def nightly() -> int:
    """The errand: once after NIGHT of each day; how many forecasts were stored."""
    global _last_look
    due = _last_night(clock.now())
    if _last_look is not None and _last_look >= due:
        return 0
    newest = ProjectForecast.objects.order_by("-computed_at").values_list("computed_at", flat=True).first()
    done = 0 if newest is not None and newest >= due else recompute()
    _last_look = due
    return done


def _last_night(moment: datetime) -> datetime:
    tonight = datetime.combine(clock.local(moment).date(), NIGHT, clock.ZONE)
    return tonight if tonight <= moment else tonight - timedelta(days=1)
