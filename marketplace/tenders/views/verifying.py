"""The verifier of selection records: a page of the site, and one file to be kept and used without it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from marketplace.tenders.models import Tender
from marketplace.tenders.record_file import build, page


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Open a record and check it in the browser; with ?tender= the record of that tender is fetched at once."""
    number = request.GET.get("tender", "")
    tender = Tender.objects.filter(number=number).first() if number else None
    record = reverse("tender_record", args=[number]) if tender and build.has_record(tender) else ""
    return render(request, "tenders/verify.html", {"record": record, "number": number if record else ""})


@require_safe
def verify_file(request: HttpRequest) -> HttpResponse:
    """The verifier as a single file to download; it needs neither this site nor a network."""
    response = HttpResponse(page.single_file(), content_type="text/html; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="zjcs-verify.html"'
    response["Cache-Control"] = "public, max-age=300"
    return response
