"""Finding the tender that an address names, for this visitor, as it is at this moment."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from marketplace.accounts.actors import Actor
from marketplace.agencies import queries as agencies
from marketplace.agencies.models import Agency
from marketplace.core import clock
from marketplace.core.prepared import Prepared
from marketplace.tenders import queries
from marketplace.tenders.due import bring_up_to_date
from marketplace.tenders.models import Tender

SHOWN = ("item", "buyer", "region", "ruleset", "chosen_agency__organisation", "agent")


def visitor(request: HttpRequest) -> Actor | None:
    """Who looks; None for somebody who hasn't logged in."""
    return getattr(request, "actor", None)


def tender_at(request: HttpRequest, number: str) -> Tender:
    """The tender with this number, after what is due was carried out; 404 for what this visitor may not see."""
    found = _find(request, number)
    return _find(request, number) if bring_up_to_date(found) else found


def light_tender_at(request: HttpRequest, number: str) -> Tender:
    """The same without its record, which may be large."""
    found = _find(request, number, without=queries.HEAVY)
    return _find(request, number, without=queries.HEAVY) if bring_up_to_date(found) else found


def tender_named(request: HttpRequest, number: str) -> Tender:
    """As `tender_at`, for a view that only hands it on to a service: of an announced one that is open no more is read.

    The service decides, by the clock that it reads under its locks.
    """
    for pk, method, closes_at in _open.rows(number):
        if clock.now() < closes_at:
            return Tender(pk=pk, number=number, method=method)
    return tender_at(request, number)


_open = Prepared(
    lambda number: queries.announced(number).values_list("pk", "method", "closes_at"),
    str,
)


def agency_of(actor: Actor | None) -> Agency | None:
    """The agency for which the visitor acts."""
    return agencies.of_actor(actor) if actor is not None and actor.user is not None else None


def author_of(actor: Actor) -> Agency | None:
    """As `agency_of`, for a view that only hands it on to a service, which reads what it needs by itself."""
    firm = actor.organisation
    for pk, second_person in _profile.rows(firm.pk) if firm is not None else []:
        return Agency(pk=pk, organisation=firm, second_person=second_person)
    return None


_profile = Prepared(
    lambda firm: Agency.objects.filter(organisation=firm).order_by().values_list("pk", "second_person"), int
)


def _find(request: HttpRequest, number: str, *, without: Sequence[str] = ("wrapped_key",)) -> Tender:
    seen: QuerySet[Any] = queries.visible_to(visitor(request)).select_related(*SHOWN).defer(None)
    found: Tender = get_object_or_404(seen.defer(*without), number=number)
    return found
