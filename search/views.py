"""The public lists: everything together, agencies, items, tenders; and agencies side by side."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.agencies.models import Agency
from marketplace.core import clock
from search import compare as comparison
from search import kinds
from search.listing import listing
from search.panels import url_with
from search.suggest import suggested

LONGEST_CODE = 18
SUGGESTIONS_KEPT = 60  # seconds, in browsers and caches on the way; nobody's own data is in them


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """All kinds together, or the one that `kind` names."""
    return _list(request, kinds.EVERYTHING)


@require_safe
def agency_list(request: HttpRequest) -> HttpResponse:
    """The admitted agencies."""
    return _list(request, kinds.KINDS[kinds.AGENCY])


@require_safe
def item_list(request: HttpRequest) -> HttpResponse:
    """The catalogue of service items."""
    return _list(request, kinds.KINDS[kinds.ITEM])


@require_safe
def tender_list(request: HttpRequest) -> HttpResponse:
    """The announced tenders."""
    return _list(request, kinds.KINDS[kinds.TENDER])


def _list(request: HttpRequest, kind: kinds.Kind) -> HttpResponse:
    """The whole page, or for htmx the part of it that changes."""
    htmx = request.htmx  # type: ignore[attr-defined]
    part = bool(htmx) and not htmx.history_restore_request
    template = "search/_found.html" if part else "search/list.html"
    response = render(request, template, {"listing": listing(kind, request.GET, getattr(request, "actor", None))})
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
    return response


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """The lines under a search box, as a piece of HTML: the same for everybody, so it asks for no log-in."""
    response = HttpResponse(render_to_string("search/_suggestions.html", {"lines": suggested(request.GET)}))
    patch_cache_control(response, public=True, max_age=SUGGESTIONS_KEPT)
    return response


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Up to four agencies, named by `a` (credit codes), side by side; `item` chooses what prices are about."""
    asked = [code.strip().upper() for code in request.GET.getlist("a")]
    agencies = comparison.agencies_of(code for code in asked if code.isalnum() and len(code) <= LONGEST_CODE)
    items = [code for code in request.GET.getlist("item") if code.isprintable()]
    groups = comparison.compared(agencies, items) if agencies else []
    only_differences = request.GET.get("same") == "0"
    shown = [replace(group, rows=tuple(row for row in group.rows if not row.same)) for group in groups]
    given = {
        "items": [_column(agency, agencies, request.GET, items) for agency in agencies],
        "groups": [group for group in shown if group.rows] if only_differences else groups,
        "same_count": sum(row.same for group in groups for row in group.rows),
        "only_differences": only_differences,
        "same_url": url_with(request.GET, {"same": "" if only_differences else "0"}),
        "left_out": max(len(set(asked)) - len(agencies), 0),
        "invite_url": _invite_url(agencies, items),
        "now": clock.now(),
    }
    return render(request, "search/compare.html", given)


def _invite_url(agencies: Sequence[Agency], items: Sequence[str]) -> str:
    """Where all of them are asked for sealed quotes; "" where there is nothing to choose between, or one can't be."""
    if len(agencies) < 2 or any(each.state != Agency.State.ACTIVE for each in agencies):
        return ""
    values = [*[("a", each.credit_code) for each in agencies], *[("item", code) for code in items[:1]]]
    return f"{reverse('tender_invite')}?{urlencode(values)}"


def _column(agency: Agency, agencies: Sequence[Agency], parameters: QueryDict, items: Sequence[str]) -> dict[str, str]:
    """An agency at the head of its column; the act stands there only if all can be asked."""
    rest = parameters.copy()
    rest.setlist("a", [each.credit_code for each in agencies if each is not agency])
    column = {
        "name": agency.name,
        "url": reverse("agency", args=[agency.credit_code]),
        "remove_url": f"?{rest.urlencode()}",
    }
    if all(each.state == Agency.State.ACTIVE for each in agencies):
        values = [("agency", agency.credit_code), *[("item", code) for code in items[:1]]]
        column |= {"act_url": f"{reverse('tender_new')}?{urlencode(values)}", "act_label": _("直接选取")}
    return column
