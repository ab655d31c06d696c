"""Reading projects: who sees which, lists in a constant number of queries, and what waits on desks."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.cache import cache
from django.db.models import Case, Count, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import User
from marketplace.accounts.queries import staff
from marketplace.accounts.roles import StaffRole
from marketplace.agencies.models import COUNTING_STATES, Agency, Qualification, ServiceOffer
from marketplace.catalogue.models import ItemQualification, ServiceItem
from marketplace.core import clock
from marketplace.projects.models import Project, RouteTemplate, Step, StepService
from marketplace.projects.officers import offered_to, run_by

READERS = (StaffRole.CHIEF, StaffRole.SUPERVISOR, StaffRole.OPERATOR)
PUBLIC_STATES = (Project.State.MAPPED, Project.State.RUNNING, Project.State.DONE)
UNDER_WAY = (Project.State.MAPPED, Project.State.RUNNING)
ELIGIBLE_SECONDS = 300
FORECAST_COLUMNS = (
    *("pk", "project_id", "key", "after", "together_with", "promised_days", "special_days", "own", "state"),
    *("started_at", "due_at", "paused_at", "finished_at"),
)
FORECAST_SERVICES = ("step_id", "state", "item__days")


def visible_to(actor: Actor | None) -> QuerySet[Project]:
    """Projects of which the actor sees everything: their own organisation's, an officer's own and those still to be
    taken on, all of them for chiefs, supervisors and operators.
    """
    if actor is None:
        return Project.objects.none()
    if actor.has_staff_role(*READERS):
        return Project.objects.all()
    mine = Q(pk__in=[])
    if actor.organisation:
        mine |= Q(owner=actor.organisation)
    if actor.has_staff_role(StaffRole.OFFICER):
        mine |= run_by(actor.user) | offered_to(actor.user) | Q(state=Project.State.REQUESTED)
    return Project.objects.filter(mine)


def public() -> QuerySet[Project]:
    """Projects of which anybody sees name, code, stage and progress."""
    return Project.objects.filter(state__in=PUBLIC_STATES)


def listed(actor: Actor | None) -> QuerySet[Project]:
    """What the list shows this actor, their own first: `is_mine`, `done_steps`, `all_steps` and `stage` on each row."""
    shown = Project.objects.filter(Q(pk__in=public().values("pk")) | Q(pk__in=visible_to(actor).values("pk")))
    mine = Q(pk__in=[])
    if actor is not None and actor.organisation:
        mine |= Q(owner=actor.organisation)
    if actor is not None and actor.user is not None and actor.has_staff_role(StaffRole.OFFICER):
        mine |= run_by(actor.user)
    next_step = Step.objects.filter(project=OuterRef("pk")).exclude(state=Step.State.DONE).order_by("position")
    return shown.annotate(
        is_mine=Case(When(mine, then=Value(1)), default=Value(0), output_field=IntegerField()),
        all_steps=Count("steps"),
        done_steps=Count("steps", filter=Q(steps__state=Step.State.DONE)),
        stage=Subquery(next_step.values("stage")[:1]),
    ).order_by("-is_mine", "-created_at", "pk")


def with_route(projects: QuerySet[Project]) -> QuerySet[Project]:
    """The projects with steps, pauses, services, items and tenders: five queries, however many they are."""
    services = StepService.objects.select_related("item", "tender", "deliverable").order_by("pk")
    steps = Step.objects.order_by("position").prefetch_related(Prefetch("services", services), "pauses")
    return projects.select_related("owner", "officer", "template", "region").prefetch_related(Prefetch("steps", steps))


def forecast_steps(keys: Sequence[int]) -> QuerySet[Step]:
    """The steps of these projects in their order, for the forecast (FORECAST_COLUMNS)."""
    return Step.objects.filter(project__in=keys).order_by("project_id", "position")


def forecast_services(keys: Sequence[int]) -> QuerySet[StepService]:
    """The services that may still keep a step of these projects from beginning (FORECAST_SERVICES)."""
    return StepService.objects.filter(
        step__project__in=keys, step__state__in=[Step.State.WAITING, Step.State.READY], by_authority=False
    ).order_by()


def of_officer(user: User) -> QuerySet[Project]:
    """The projects that an officer runs now, with those of the colleagues for whom they stand in today."""
    return Project.objects.filter(run_by(user)).exclude(state__in=[Project.State.DONE, Project.State.RETURNED])


def running_steps() -> QuerySet[Step]:
    """All steps whose time limit runs."""
    return Step.objects.filter(state=Step.State.RUNNING, due_at__isnull=False).select_related(
        "project", "project__officer", "project__owner"
    )


def waiting_requests() -> QuerySet[Project]:
    """Requests that nobody has taken on yet."""
    return Project.objects.filter(state=Project.State.REQUESTED).select_related("owner")


def stages() -> list[tuple[str, str]]:
    """The stages of the route maps in force, as choices."""
    steps = [step for template in templates() for step in template.data["steps"]]
    return [(stage, stage) for stage in dict.fromkeys(step["stage"] for step in steps)]


def templates() -> QuerySet[RouteTemplate]:
    """The route maps to choose from: the newest version of each."""
    return RouteTemplate.objects.filter(is_active=True).order_by("pk")


def officers() -> QuerySet[User]:
    """Agent officers with `open_projects`, the least loaded first."""
    under_way = ~Q(projects__state__in=[Project.State.DONE, Project.State.RETURNED])
    return (
        staff(StaffRole.OFFICER)
        .annotate(open_projects=Count("projects", filter=under_way))
        .order_by("open_projects", "pk")
    )


def eligible_counts(items: Iterable[ServiceItem]) -> dict[int, int]:
    """How many agencies could serve each item today, by item: admitted, offering it, and with one of the certificates
    that it asks for. Kept for five minutes: a hint, not a promise.
    """
    wanted = {item.pk for item in items}
    known: dict[str, int] = cache.get_many([f"projects.eligible.{pk}" for pk in wanted])
    found = {pk: known[key] for pk in wanted if (key := f"projects.eligible.{pk}") in known}
    if missing := wanted - found.keys():
        counted = _count_eligible(missing)
        cache.set_many({f"projects.eligible.{pk}": count for pk, count in counted.items()}, ELIGIBLE_SECONDS)
        found.update(counted)
    return found


def _count_eligible(items: set[int]) -> dict[int, int]:
    required: dict[int, list[tuple[int, set[str]]]] = {pk: [] for pk in items}
    rows = ItemQualification.objects.filter(item__in=items, merit_only=False).select_related("type")
    for row in rows:
        required[row.item_id].append((row.type_id, _grades_from(row.type.grades, row.minimum_grade)))
    offers = ServiceOffer.objects.filter(item__in=items, is_active=True, agency__state=Agency.State.ACTIVE)
    pairs = list(offers.values_list("item_id", "agency_id"))
    types = {type_id for needs in required.values() for type_id, _grades in needs}
    held = _certificates({agency for _item, agency in pairs}, types) if types else {}
    counts = dict.fromkeys(items, 0)
    for item, agency in pairs:
        needs = required[item]
        counts[item] += not needs or any(
            certificate == type_id and (not grades or grade in grades)
            for type_id, grades in needs
            for certificate, grade in held.get(agency, ())
        )
    return counts


def _certificates(agencies: set[int], types: set[int]) -> dict[int, list[tuple[int, str]]]:
    valid = Q(valid_until=None) | Q(valid_until__gte=clock.today())
    rows = Qualification.objects.filter(valid, type__in=types, state__in=COUNTING_STATES)
    held: dict[int, list[tuple[int, str]]] = {}
    for agency, type_id, grade in rows.values_list("agency_id", "type_id", "grade"):
        if agency in agencies:
            held.setdefault(agency, []).append((type_id, grade))
    return held


def _grades_from(grades: list[str], minimum: str) -> set[str]:
    """The grades that suffice; empty where any does. `grades`: highest first."""
    return set(grades[: grades.index(minimum) + 1]) if minimum in grades else set()


def may_read_material(actor: Any, stored: Any) -> bool:
    """Who opens a project's papers: who uploaded them, and whoever sees the whole project."""
    if actor is None:
        return False
    is_fresh = stored.holder == actor.organisation_code  # what a project got bears the project's code instead
    if is_fresh and actor.user is not None and stored.uploaded_by_id == actor.user.pk:
        return True
    return StepService.objects.filter(deliverable=stored, step__project__in=visible_to(actor)).exists()
