"""What an address names, as far as this actor may see it; 404 otherwise."""

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from marketplace.accounts.actors import Actor
from marketplace.core.errors import NotAllowed
from marketplace.projects import queries, situation
from marketplace.projects.models import Project, Step, StepService


def actor_of(request: HttpRequest) -> Actor | None:
    """Who looks: None for a visitor."""
    return request.actor  # type: ignore[attr-defined]


def acting(actor: Actor | None) -> Actor:
    """The actor, where a log-in was asked for. NotAllowed."""
    if actor is None:
        raise NotAllowed()
    return actor


def project_of(request: HttpRequest, code: str) -> Project:
    """The project with this code, of which the actor sees everything."""
    return get_object_or_404(queries.visible_to(actor_of(request)).select_related("owner", "template"), code=code)


def step_of(request: HttpRequest, code: str, key: str) -> Step:
    """A step of such a project, with its services and neighbours fetched."""
    found = get_object_or_404(queries.with_route(queries.visible_to(actor_of(request))), code=code)
    for each in situation.Situation(found).steps:
        if each.key == key:
            return each
    raise Http404


def service_of(request: HttpRequest, code: str, pk: int) -> StepService:
    """A service that a step of such a project needs."""
    visible = queries.visible_to(actor_of(request)).filter(code=code)
    found = StepService.objects.select_related("step__project", "item")
    return get_object_or_404(found, pk=pk, step__project__in=visible)
