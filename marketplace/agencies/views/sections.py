"""The sections of the application: basics that save as one types, rows, and the commitment."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketplace.agencies import services
from marketplace.agencies.forms import BasicsForm, CommitmentForm, licences
from marketplace.agencies.sections import BY_KEY, RowSection
from marketplace.agencies.views.desk import author_needed, mine, rail
from marketplace.core.forms import service_errors


@author_needed
def basics(request: HttpRequest) -> HttpResponse:
    """Section 1: saved by button, and as one types; what is well-formed is kept, what is not is said at once."""
    actor, agency = mine(request)
    form = BasicsForm(request.POST if request.method == "POST" else None, actor=actor, agency=agency)
    if request.headers.get("HX-Request") and request.method == "POST":
        services.save_basics(agency, form.sound(), by=actor)
        agency.refresh_from_db()
        return render(request, "agencies/_basics_checks.html", {**rail(agency, "basics"), "form": form})
    if request.headers.get("X-Autosave"):
        services.save_basics(agency, form.sound(), by=actor)
        return JsonResponse({"saved": True, "errors": {name: list(errors) for name, errors in form.errors.items()}})
    if request.method == "POST" and form.is_valid():
        with service_errors(form):
            services.save_basics(agency, form.sound(), by=actor)
            messages.success(request, _("基本信息已保存。"), extra_tags="draft:agency-basics")
            return redirect("agency_qualifications" if agency.is_editable else "agency_basics")
    context = {**rail(agency, "basics"), "form": form}
    return render(request, "agencies/basics.html", context, status=422 if form.errors else 200)


@author_needed
def rows(request: HttpRequest, key: str) -> HttpResponse:
    """A section's rows, and the form for one more."""
    return _row_page(request, BY_KEY[key], None)


@author_needed
def row(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """The form of one row."""
    return _row_page(request, BY_KEY[key], pk)


def _row_page(request: HttpRequest, section: RowSection, pk: int | None) -> HttpResponse:
    actor, agency = mine(request)
    found = get_object_or_404(section.rows(agency), pk=pk) if pk is not None else None
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = section.form(*posted, actor=actor, agency=agency, row=found)
    key = f"agency-{section.key}-{pk or 'new'}"
    if request.method == "POST" and form.is_valid():
        with service_errors(form):
            section.save(agency, form.data_for_service(), found, actor)
            messages.success(request, str(section.saved), extra_tags=f"draft:{key}")
            return redirect(section.url_name)
    context: dict[str, Any] = {
        **rail(agency, section.key),
        "section": section,
        "rows": section.rows(agency),
        "row": found,
        "form": form,
        "draft_key": key,
        "may_write": agency.is_editable or agency.is_admitted,
        "licences": licences() if section.key == "practitioners" else (),
    }
    return render(request, f"agencies/{section.key}.html", context, status=422 if form.errors else 200)


@author_needed
@require_POST
def remove(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Take a row away."""
    actor, agency = mine(request)
    section = BY_KEY[key]
    found = section.rows(agency).filter(pk=pk).first()
    if found is not None:  # a second click finds nothing and changes nothing
        section.remove(found, actor)
        messages.success(request, str(section.removed))
    return redirect(section.url_name)


@author_needed
def commitment(request: HttpRequest) -> HttpResponse:
    """The stamped letter, and the way to hand the application in."""
    actor, agency = mine(request)
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = CommitmentForm(*posted, actor=actor, agency=agency)
    if request.method == "POST" and form.is_valid():
        with service_errors(form):
            data = form.cleaned_data
            services.save_commitment(agency, data["commitment"], agreed=data["agreed"], by=actor)
            messages.success(request, _("承诺书已保存。"))
            return redirect("agency_commitment")
    context = {**rail(agency, "commitment"), "form": form}
    return render(request, "agencies/commitment.html", context, status=422 if form.errors else 200)


@author_needed
@require_safe
def letter(request: HttpRequest) -> HttpResponse:
    """The commitment letter to print, sign and stamp."""
    _actor, agency = mine(request)
    return render(request, "agencies/letter.html", {"agency": agency})
