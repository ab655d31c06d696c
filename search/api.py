"""The search as JSON, at /api/search/: the same parameters as the pages."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from search.kinds import EVERYTHING
from search.listing import listing
from search.panels import Panel


@require_safe
def search(request: HttpRequest) -> JsonResponse:
    """`{"total", "results": [{"kind", "title", "url", "summary"}], "facets": {name: [{"value", "label", "count"}]}}`.

    Beside these stable ones: `page` and `pages`, and `ignored`, sentences about what could not be meant.
    """
    found = listing(EVERYTHING, request.GET, getattr(request, "actor", None))
    hits = found.results.hits
    answer = {
        "total": found.results.total,
        "results": [{"kind": hit.kind, "title": hit.title, "url": hit.url, "summary": hit.summary} for hit in hits],
        "facets": {panel.name: _facet(panel) for panel in found.panels},
        "page": found.results.page,
        "pages": found.page.paginator.num_pages,
        "ignored": found.ignored,
    }
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False})


def _facet(panel: Panel) -> list[dict[str, Any]]:
    counted = [choice for choice in panel.choices if choice.count is not None]
    return [{"value": each.value, "label": each.label, "count": each.count} for each in counted]


urlpatterns: list[URLPattern] = [path("search/", search, name="api_search")]
