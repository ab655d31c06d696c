"""The opening as an event: its page, and what the page asks for while it waits. The last two are the same for all."""

from collections.abc import Callable

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
OWN_PLACE = "<!-- own -->"  # in the stages that are kept for all
LEAST_REFRESH, MOST_REFRESH = 5, 300  # seconds, of the page without JavaScript


@require_safe
def opening(request: HttpRequest, number: str) -> HttpResponse:
    """Countdown, live opening, replay: one page, the same for everybody but for the row of one's own agency."""
    found = light_tender_at(request, number)
    if not found.is_public or not registry.get(found.method).takes_bids:
        return redirect("tender", number)
    agency = agency_of(visitor(request))
    code = agency.organisation.credit_code if agency is not None else ""
    version, (html, over) = staging.cached(found, "html", _stages_of(found))
    html = _with_own(html, found, staging.own_row(found, code))
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
    }
    return render(request, "tenders/opening.html", context)


@require_safe
def opening_json(request: HttpRequest, number: str) -> HttpResponseBase:
    """How far the opening is, and what was found: a few kilobytes, kept by caches, asked for without cookies.

    `agency` adds the row of that credit code where it isn't among the first.
    """
    found = _public(number)

    def make(version: str) -> tuple[str, bool]:
        show = staging.show_of(found, version)
        return staging.to_json(show, found), show.is_over

    version, (text, over) = staging.cached(found, "json", make)
    own = _own(request, found)
    text = staging.with_own(text, own) if own else text
    return _answer(request, text, version, over, "application/json")


@require_safe
def opening_stages(request: HttpRequest, number: str) -> HttpResponseBase:
    """The stages as the page shows them, for the page that has waited."""
    found = _public(number)
    version, (html, over) = staging.cached(found, "html", _stages_of(found))
    html = _with_own(html, found, _own(request, found))
    return _answer(request, html, version, over, "text/html; charset=utf-8")


def _stages_of(found: Tender) -> Callable[[str], tuple[str, bool]]:
    def make(version: str) -> tuple[str, bool]:
        show = staging.show_of(found, version)
        swaps = staging.swaps_of(show.draw) if show.draw else []
        context = {"show": show, "tender": found, "method": registry.get(found.method), "swaps": swaps}
        return render_to_string("tenders/_opening_stages.html", context), show.is_over

    return make


def _with_own(html: str, found: Tender, own: staging.Row | None) -> str:
    """The stages with somebody's own row at its place."""
    if own is None:
        return html
    row = render_to_string("tenders/_opening_own.html", {"row": own, "method": registry.get(found.method)})
    return html.replace(OWN_PLACE, row)


def _answer(request: HttpRequest, text: str, version: str, over: bool, content_type: str) -> HttpResponseBase:
    response = HttpResponse(text, content_type=content_type)
    response["Cache-Control"] = f"public, max-age={SECONDS_OVER if over else SECONDS}"
    response["Access-Control-Allow-Origin"] = "*"  # it is public, and asked for without cookies
    response["ETag"] = etag = f'"{version}"'
    return get_conditional_response(request, etag=etag, response=response) or response


def _own(request: HttpRequest, found: Tender) -> staging.Row | None:
    code = request.GET.get("agency", "")
    return staging.own_row(found, code) if len(code) == 18 and code.isalnum() and code.isascii() else None


def _public(number: str) -> Tender:
    """The announced tender, after what is due was carried out; nobody's own is seen here."""

    def find() -> Tender:
        found: Tender = get_object_or_404(queries.public().select_related("item").defer("wrapped_key"), number=number)
        return found

    found = find()
    if not registry.get(found.method).takes_bids:
        raise Http404
    return find() if bring_up_to_date(found) else found


def _refresh(found: Tender, waits: bool) -> int:
    """After how many seconds a browser without JavaScript asks again."""
    if not waits or found.closes_at is None:
        return LEAST_REFRESH
    left = int((found.closes_at - clock.now()).total_seconds()) + 1
    return max(LEAST_REFRESH, min(MOST_REFRESH, left))
