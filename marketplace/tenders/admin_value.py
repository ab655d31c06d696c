"""On the operators' desk: the randomness that a closed tender waits for, or that its source gave none; two officers."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.decorators import acting, staff_needed
from marketplace.accounts.roles import StaffRole
from marketplace.core import clock
from marketplace.core.submission import post_or_back, submitted
from marketplace.tenders import services
from marketplace.tenders.beacons import registry
from marketplace.tenders.forms import MissingForm, ValueForm
from marketplace.tenders.models import Drawing


@staff_needed(StaffRole.OPERATOR, StaffRole.SUPERVISOR)
def value(request: HttpRequest, pk: int) -> HttpResponse:
    """Type or upload the awaited value; it counts when a second officer gives the same."""
    actor = acting(request)
    drawing = get_object_or_404(Drawing.objects.select_related("tender__buyer"), pk=pk)
    form = ValueForm(request.POST if request.method == "POST" else None, actor=actor, drawing=drawing)
    if submitted(request, form, lambda data: services.give_value(drawing, data["text"], by=actor), _("已录入。")):
        drawing.refresh_from_db()
        if drawing.found_at is not None:
            messages.success(request, _("两人录入一致，随机数已公开，项目已开标。"))
        return redirect("tenders_review:value", drawing.pk)
    return render(request, "tenders/admin/value.html", _context(drawing, form, MissingForm(actor=actor)))


@staff_needed(StaffRole.OPERATOR, StaffRole.SUPERVISOR)
@post_or_back("tenders_review:value")
def missing(request: HttpRequest, pk: int) -> HttpResponse:
    """Say by what anybody sees that the source gave no value; the successor counts when a second person says so."""
    actor = acting(request)
    drawing = get_object_or_404(Drawing.objects.select_related("tender__buyer"), pk=pk)
    form = MissingForm(request.POST, actor=actor)
    done = _("已记录您的说明。")
    if submitted(request, form, lambda data: services.declare_missing(drawing, data["reason"], by=actor), done):
        return redirect("tenders_review:value", drawing.pk)
    return render(
        request,
        "tenders/admin/value.html",
        _context(drawing, ValueForm(actor=actor, drawing=drawing), form),
        status=422,
    )


def _context(drawing: Drawing, form: ValueForm, absent: MissingForm) -> dict[str, Any]:
    person = form.actor.person.pk
    typed = list(drawing.typed.filter(of_successor=drawing.is_successor))
    return {
        "drawing": drawing,
        "tender": drawing.tender,
        "form": form,
        "source": registry.get(drawing.announced["source"]),
        "exists": clock.now() >= drawing.due_at,
        "absent": absent,
        "may_be_missing": _may_be_missing(drawing),
        "declared": list(drawing.missing.all()) if not drawing.is_successor else [],
        "mine": next((one for one in typed if one.by_id == person), None),
        "given": any(one.by_id != person for one in typed),
        "header_title": _("录入随机数"),
        "page_title": _("录入随机数"),
        "page_subtitle": drawing.tender.title,
        "header_icon": "doc-full",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("首页")},
            {"url": reverse("tenders_review:index"), "label": _("公告核对")},
            {"url": "", "label": drawing.tender.number},
        ],
    }


def _may_be_missing(drawing: Drawing) -> bool:
    waited = drawing.successor_at is not None and clock.now() >= drawing.successor_at
    return waited and not drawing.is_successor and drawing.found_at is None
