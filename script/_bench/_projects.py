"""The measured process of the benchmark `projects`: prints its figures as one line of JSON. Argument: how many."""

import json
import random
import statistics
import sys
import time
from datetime import timedelta
from decimal import Decimal
from typing import Any

import django

ROUNDS = 30
STEPS = 30
CHUNK = 500
ANSWERS: dict[str, Any] = {
    "land": "granted",
    "energy": 1200,
    "eia": "form",
    "hazardous": True,
    "forest": False,
    "water": False,
    "earthwork": True,
    "relics": False,
    "civil_defence": False,
    "special_equipment": True,
}


def main(count: int) -> dict[str, Any]:
    """Measure the map, fill the zone with projects under way, measure the night."""
    world = _world()
    found = _maps(world)
    _fill(world, count)
    return {**found, **_night()}


def _world() -> dict[str, Any]:
    from marketplace.accounts.actors import Actor
    from marketplace.accounts.models import Organisation, User
    from marketplace.catalogue.services import load_catalogue
    from marketplace.core import calendar, clock
    from marketplace.core.models import Zone
    from marketplace.projects import services
    from marketplace.projects.models import RouteTemplate

    Zone.objects.get_or_create(name="测速", defaults={"owner": "", "region_code": "440100", "region_name": ""})
    load_catalogue(by=Actor.system())
    services.load_routes(by=Actor.system())
    calendar.load(range(clock.today().year - 1, clock.today().year + 2))
    chief = User.objects.create(username="bench-chief", name="主管", staff_roles=["chief"])
    owner = Organisation.objects.create(credit_code="91430500MA41000190", name="测速企业")
    template = RouteTemplate.objects.get(key="factory", is_active=True)
    return {"by": Actor.of(chief), "owner": owner, "template": template, "user": chief}


def _project(world: dict[str, Any], number: int, state: str) -> Any:
    from marketplace.projects.models import Project

    return Project(
        code=f"2601-440100-04-01-{number:06d}",
        name=f"测速项目 {number}",
        owner=world["owner"],
        officer=world["user"],
        investment=Decimal(100_000_000),
        floor_area=Decimal(36_800),
        template=world["template"],
        answers=ANSWERS,
        state=state,
    )


def _maps(world: dict[str, Any]) -> dict[str, float]:
    """The median of making a map, beside inserting the same rows, each in a transaction."""
    from django.db import transaction

    from marketplace.projects import services
    from marketplace.projects.models import Step, StepService

    made, bare = [], []
    for number in range(ROUNDS):
        project = _project(world, 900_000 + number, "mandated")
        project.save()
        begun = time.perf_counter()
        services.make_route(project, world["template"], {}, by=world["by"])
        made.append(time.perf_counter() - begun)
        steps = list(Step.objects.filter(project=project))
        parts = [(s.step.key, s.item_id, s.by_authority) for s in StepService.objects.filter(step__in=steps)]
        other = _project(world, 950_000 + number, "mandated")
        other.save()
        for step in steps:
            step.pk, step.project = None, other
        begun = time.perf_counter()
        with transaction.atomic():
            rows = {step.key: step for step in Step.objects.bulk_create(steps)}
            StepService.objects.bulk_create(
                StepService(step=rows[key], item_id=item, by_authority=by) for key, item, by in parts
            )
        bare.append(time.perf_counter() - begun)
    return {"map_ms": 1000 * statistics.median(made), "map_bare_ms": 1000 * statistics.median(bare)}


def _fill(world: dict[str, Any], count: int) -> None:
    """Projects of STEPS steps: some of them done, one or two running, the others to come."""
    from marketplace.core import clock
    from marketplace.projects.models import Project, Step, StepService
    from marketplace.projects.services.routes import preview

    chance, moment = random.Random(7), clock.now()
    plans = preview(world["template"], _project(world, 0, "running"))[:STEPS]
    items = _items(plans)
    projects = Project.objects.bulk_create([_project(world, n, "running") for n in range(count)], batch_size=1000)
    for begin in range(0, count, CHUNK):
        steps, parts = [], []
        for project in projects[begin : begin + CHUNK]:
            done = chance.randrange(len(plans))
            for number, plan in enumerate(plans):
                step = _step(project, number, plan, done, moment - timedelta(days=3 * (done - number), hours=1))
                steps.append(step)
                parts += [(step, items[s.code], s.by_authority) for s in plan.services]
        Step.objects.bulk_create(steps, batch_size=500)
        StepService.objects.bulk_create(
            [StepService(step=step, item=item, by_authority=by) for step, item, by in parts], batch_size=2000
        )


def _items(plans: Any) -> dict[str, Any]:
    from marketplace.catalogue.models import ServiceItem

    codes = {service.code for plan in plans for service in plan.services}
    return {item.code: item for item in ServiceItem.objects.filter(code__in=codes)}


def _step(project: Any, number: int, plan: Any, done: int, began: Any) -> Any:
    from marketplace.projects.models import Step
    from marketplace.projects.services.routes import columns_of

    state = "done" if number < done else "running" if number == done else "waiting"
    times = {"started_at": began, "due_at": began + timedelta(days=10)} if state != "waiting" else {}
    if state == "done":
        times["finished_at"] = began + timedelta(days=2)
    return Step(project=project, position=number + 1, state=state, **times, **columns_of(plan))


def _night() -> dict[str, float]:
    """The whole round, beside reading and writing its rows; each the better of two."""
    from marketplace.projects.models import ProjectForecast
    from marketplace.projects.services import forecasting

    def shown(done: int, everything: int) -> None:
        print(f"forecasts {done}/{everything}", file=sys.stderr, flush=True)

    begun = time.perf_counter()
    forecasting.recompute(shown)
    first = time.perf_counter() - begun
    rows = {row.project_id: row for row in ProjectForecast.objects.all()}
    bare = min(_seconds(lambda: _bare(rows)) for _round in range(2))
    return {"night_s": min(first, _seconds(forecasting.recompute)), "night_bare_s": bare}


def _bare(rows: dict[int, Any]) -> None:
    """The reads and writes of the night without its arithmetic: plain rows of the same columns, the same forecasts."""
    from marketplace.projects import queries
    from marketplace.projects.models import Project, Step
    from marketplace.projects.services import forecasting

    done = Step.objects.filter(state="done", together_with="", started_at__isnull=False, finished_at__isnull=False)
    for _row in done.values_list("project__template__key", "key", "started_at", "finished_at").iterator(5000):
        pass
    keys = list(Project.objects.filter(state__in=queries.UNDER_WAY).order_by("pk").values_list("pk", flat=True))
    for begin in range(0, len(keys), forecasting.CHUNK):
        chunk = keys[begin : begin + forecasting.CHUNK]
        list(Project.objects.filter(pk__in=chunk).values_list("pk", "template__key"))
        list(queries.forecast_services(chunk).values_list(*queries.FORECAST_SERVICES))
        list(queries.forecast_steps(chunk).filter(paused_at__isnull=False))
        steps = list(queries.forecast_steps(chunk).values_list(*queries.FORECAST_COLUMNS))
        assert steps
        forecasting.store([rows[key] for key in chunk if key in rows])


def _seconds(work: Any) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    django.setup()
    print(json.dumps(main(int(sys.argv[1]))))
