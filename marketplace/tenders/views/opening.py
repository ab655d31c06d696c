"""The opening as an event: its page, and what the page asks for while it waits. The last two are the same for all."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from marketplace.core import clock
from marketplace.tenders import presentation, queries, rules, staging
from marketplace.tenders.due import bring_up_to_date
from marketplace.tenders.models import Tender
from marketplace.tenders.selection import registry
from marketplace.tenders.views.finding import agency_of, light_tender_at, visitor

SECONDS = 2  # for which caches may keep what waits for the opening
SECONDS_OVER = 30
LEAST_REFRESH, MOST_REFRESH = 5, 300  # seconds, of the page without JavaScript


@require_safe
def opening(request: HttpRequest, number: str) -> HttpResponse:
    """Countdown, live opening, replay: one page, the same for everybody but for the row of one's own agency."""
    found = light_tender_at(request, number)
    if not found.is_public or not registry.get(found.method).takes_bids:
        return redirect("tender", number)
    agency = agency_of(visitor(request))
    code = agency.organisation.credit_code if agency is not None else ""
    own = staging.own_code(found, code)
    version, (html, over) = staging.cached(found, "html", _stages_of(found, own), of=own)
    waits = found.state == Tender.State.PUBLISHED and rules.in_time(clock.now(), found.closes_at)
    context = {
        "tender": found,
        "method": registry.get(found.method),
        "steps": presentation.steps(found),
        "stages": mark_safe(html),
        "version": version,
        "waits": waits,
        "over": over,
        "own": code,
        "refresh": None if over else _refresh(found, waits),
        "has_result": bool(found.opened_at) or found.state == Tender.State.FAILED,
    }
    return render(request, "tenders/opening.html", context)


@require_safe
def opening_json(request: HttpRequest, number: str) -> HttpResponseBase:
    """How far the opening is, and what was found: a few kilobytes, kept by caches, asked for without cookies.

    `agency` adds the row of that credit code where it isn't among the first.
    """
    found = _public(number)
    of = _code(request, found)

    def make(version: str) -> tuple[str, bool]:
        show = staging.show_of(found, version, of=of)
        return staging.to_json(show, found), show.is_over

    return _answer(request, found, "json", make, of, "application/json")


@require_safe
def opening_stages(request: HttpRequest, number: str) -> HttpResponseBase:
    """The stages as the page shows them, for the page that has waited."""
    found = _public(number)
    of = _code(request, found)
    return _answer(request, found, "html", _stages_of(found, of), of, "text/html; charset=utf-8")


def _stages_of(found: Tender, of: str) -> Callable[[str], tuple[str, bool]]:
    def make(version: str) -> tuple[str, bool]:
        show = staging.show_of(found, version, of=of)
        context: dict[str, Any] = {"show": show, "tender": found, "method": registry.get(found.method)}
        context["swaps"] = staging.swaps_of(show.draw) if show.draw else []
        return render_to_string("tenders/_opening_stages.html", context), show.is_over

    return make


def _answer(
    request: HttpRequest, found: Tender, kind: str, make: Callable[[str], tuple[str, bool]], of: str, content_type: str
) -> HttpResponseBase:
    version, (text, over) = staging.cached(found, kind, make, of=of)
    response = HttpResponse(text, content_type=content_type)
    response["Cache-Control"] = f"public, max-age={SECONDS_OVER if over else SECONDS}"
    response["Access-Control-Allow-Origin"] = "*"  # it is public, and asked for without cookies
    etag = f'"{version}{of}"'
    response["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response


def _public(number: str) -> Tender:
    """The announced tender, after what is due was carried out; nobody's own is seen here."""

    def find() -> Tender:
        found: Tender = get_object_or_404(queries.public().select_related("item").defer("wrapped_key"), number=number)
        return found

    found = find()
    if not registry.get(found.method).takes_bids:
        raise Http404
    return find() if bring_up_to_date(found) else found


def _code(request: HttpRequest, found: Tender) -> str:
    code = request.GET.get("agency", "")
    return staging.own_code(found, code) if len(code) == 18 and code.isalnum() and code.isascii() else ""


def _refresh(found: Tender, waits: bool) -> int:
    """After how many seconds a browser without JavaScript asks again."""
    if not waits or found.closes_at is None:
        return LEAST_REFRESH
    left = int((found.closes_at - clock.now()).total_seconds()) + 1
    return max(LEAST_REFRESH, min(MOST_REFRESH, left))
