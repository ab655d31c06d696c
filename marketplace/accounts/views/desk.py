"""The desk: where one lands after log-in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from marketplace.accounts import navigation, queries
from marketplace.accounts.actors import Actor
from marketplace.accounts.decorators import acting, login_needed
from marketplace.accounts.models import Claim
from marketplace.core import clock, desk
from marketplace.core.desk import Task

TILES_FROM = 2  # with fewer groups of tasks the tiles would only repeat the list


@dataclass
class Shelf:
    """Tasks that are due in the same stretch of time."""

    key: str
    title: str
    tasks: list[Task] = field(default_factory=list)


@dataclass(frozen=True)
class Tile:
    """A kind of task: how many, and the nearest deadline."""

    label: str
    count: int
    due_at: datetime | None
    current: bool


@login_needed
@require_GET
def desk_page(request: HttpRequest) -> HttpResponse:
    """What waits for me, by deadline, each with its one next act."""
    actor = acting(request)
    everything = desk.tasks(actor)
    chosen = request.GET.get("group", "")
    tasks = [task for task in everything if not chosen or str(task.group) == chosen]
    moment = clock.now()
    context = {
        "tasks": tasks,
        "shelves": shelves(tasks, moment),
        "tiles": tiles(everything, chosen),
        "everything": len(everything),
        "chosen": chosen,
        "overdue": sum(1 for task in tasks if task.due_at and task.due_at <= moment),
        "short_cuts": navigation.short_cuts(actor),
        "memberships": queries.memberships_of(actor.user) if actor.user else [],
        "waiting": _waiting(actor),
        "is_newcomer": actor.organisation is None and not actor.is_staff,
    }
    return render(request, "accounts/desk.html", context)


def shelves(tasks: list[Task], moment: datetime) -> list[Shelf]:
    """The tasks by when they are due, the most urgent shelf first; empty shelves are left out."""
    today = clock.local(moment).date()
    places: list[tuple[str, str, Callable[[datetime, date], bool]]] = [
        ("overdue", _("已逾期"), lambda due, day: due <= moment),
        ("today", _("今天到期"), lambda due, day: day == today),
        ("tomorrow", _("明天到期"), lambda due, day: day == today + timedelta(days=1)),
        ("week", _("七天之内"), lambda due, day: day <= today + timedelta(days=7)),
        ("later", _("更晚"), lambda due, day: True),
    ]
    found = {key: Shelf(key, title) for key, title, _fits in places}
    found["open"] = Shelf("open", _("没有期限"))
    for task in tasks:
        due = task.due_at
        key = "open" if due is None else next(k for k, _t, fits in places if fits(due, clock.local(due).date()))
        found[key].tasks.append(task)
    return [shelf for shelf in found.values() if shelf.tasks]


def tiles(tasks: list[Task], chosen: str) -> list[Tile]:
    """The kinds of task that wait, by their nearest deadline; none where they would only repeat the list."""
    groups: dict[str, list[Task]] = {}
    for task in tasks:
        groups.setdefault(str(task.group), []).append(task)
    if len(groups) < TILES_FROM:
        return []
    return [Tile(label, len(rows), rows[0].due_at, label == chosen) for label, rows in groups.items()]


def _waiting(actor: Actor) -> list[Claim]:
    """The person's claims that an operator has not looked at yet."""
    if actor.user is None:
        return []
    return [claim for claim in queries.latest_claims(actor.user) if claim.state == Claim.State.SUBMITTED]
