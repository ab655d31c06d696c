"""Open contracting data of a purchase."""

from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from marketplace.tenders.ocds import package
from marketplace.tenders.views.finding import light_tender_at


@require_safe
def ocds_json(request: HttpRequest, number: str) -> JsonResponse:
    """All releases of an announced purchase as a package of OCDS 1.1. 404 for what was never announced."""
    found = light_tender_at(request, number)
    if not found.is_public:
        raise Http404
    whole = package.package(package.releases_of(found), request.build_absolute_uri(request.path))
    answer = JsonResponse(whole, json_dumps_params={"ensure_ascii": False})
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
