"""The agent officer's board."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from marketplace.accounts.decorators import staff_needed
from marketplace.accounts.roles import StaffRole
from marketplace.projects import board, desk, entries, page, queries, situation, talk
from marketplace.projects.models import Project
from marketplace.projects.views.found import acting, actor_of


@staff_needed(StaffRole.OFFICER, StaffRole.CHIEF)
@require_GET
def officer_board(request: HttpRequest) -> HttpResponse:
    """My projects against stages, and what to do today; a chief sees all projects."""
    actor = acting(actor_of(request))
    assert actor.user is not None
    everything = actor.has_staff_role(StaffRole.CHIEF) and request.GET.get("all") == "1"
    mine = queries.of_officer(actor.user)
    projects = Project.objects.exclude(state__in=["done", "returned", "requested"]) if everything else mine
    holder = request.GET.get("holder", "")
    shown = board.board_of(queries.with_route(projects), holder if holder in situation.HOLDERS else "")
    as_list = request.GET.get("view") == "list"
    context = {
        "turns": talk.turns([b for b in shown.balls if not holder or b.holder == holder]) if as_list else [],
        "as_list": as_list,
        "remind_form": talk.RemindForm(actor=actor),
        "board": shown,
        "tasks": page.todays([*desk.tasks(actor), *entries.tasks(actor)]),
        "requests": len(list(desk.requests())),
        "tabs": _tabs(request, shown),
        "is_chief": actor.has_staff_role(StaffRole.CHIEF),
        "everything": everything,
    }
    return render(request, "projects/board.html", context)


def _tabs(request: HttpRequest, shown: board.Board) -> list[dict[str, Any]]:
    chosen, base = request.GET.get("holder", ""), reverse("officer_board")
    kept = "&all=1" if request.GET.get("all") == "1" else ""
    kept += "&view=list" if request.GET.get("view") == "list" else ""
    first = {"label": _("全部"), "url": f"{base}?{kept.lstrip('&')}", "current": not chosen}
    return [first] + [
        {"label": label, "url": f"{base}?holder={key}{kept}", "current": chosen == key, "count": shown.waiting[key]}
        for key, label in situation.HOLDERS.items()
    ]
