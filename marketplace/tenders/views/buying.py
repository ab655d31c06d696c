"""The buyer's way: begin, fill in, look at what will be published, publish; cancel, begin again."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.accounts.decorators import acting, login_needed, member_needed
from marketplace.accounts.roles import MemberRole
from marketplace.agencies import queries as agencies
from marketplace.agencies.models import Agency
from marketplace.catalogue import queries as catalogue
from marketplace.core import clock
from marketplace.core.forms import service_errors
from marketplace.tenders import presentation, queries, services
from marketplace.tenders.beacons import registry as beacons
from marketplace.tenders.eligibility import needs_of, report
from marketplace.tenders.errors import NotPublishable
from marketplace.tenders.forms import BeginForm, ReasonForm, RequirementFormSet, TenderForm, requirement_rows
from marketplace.tenders.models import Tender
from marketplace.tenders.selection import registry
from marketplace.tenders.services.permission import acts_for_buyer
from marketplace.tenders.services.publishing import offered as offered_for
from marketplace.tenders.services.telling import market_reports
from marketplace.tenders.views.finding import SHOWN, tender_at

FEW = 3  # eligible agencies: fewer raise a warning
MOST_LISTED = 200  # agencies in the list of suggestions
FORM_FIELDS = {"price": "direct-price", "requirements": "form-0-kind"}  # where the form calls a rule's field otherwise


@member_needed(MemberRole.BUYER)
def begin(request: HttpRequest) -> HttpResponse:
    """The first screen: which item, whose money. `?item=` and `?agency=` come from the pages of items and agencies."""
    actor = acting(request)
    given = {"item": request.GET.get("item", "")}
    form = BeginForm(request.POST or None, actor=actor, initial=given)
    chosen = _public_agency(request.GET.get("agency", ""))
    if request.method == "POST" and form.is_valid():
        values: dict[str, Any] = {"funds": form.cleaned_data["funds"]}
        if form.cleaned_data["title"]:
            values["title"] = form.cleaned_data["title"]
        if chosen is not None:
            values |= {"method": "direct", "chosen_agency": chosen}
        draft = services.create_draft(item=form.cleaned_data["item"], by=actor, **values)
        return redirect("tender_edit", draft.pk)
    item = catalogue.items().filter(code=given["item"]).first()
    usual = queries.usual_price(item) if item else None
    context = {"form": form, "item": item, "usual": usual, "chosen": chosen}
    return render(request, "tenders/begin.html", context)


@login_needed
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole form; it is saved as it goes, and a field that is wrong doesn't keep the others from being saved."""
    actor = acting(request)
    draft = _own(request, pk)
    if draft.state != Tender.State.DRAFT:
        return redirect("tender", draft.number) if draft.number else redirect("my_tenders")
    posted = request.method == "POST"
    form = TenderForm(*([request.POST, request.FILES] if posted else []), tender=draft, actor=actor)
    rows = RequirementFormSet(request.POST if posted else None, initial=requirement_rows(draft))
    if posted:
        asked = rows.asked() if rows.is_valid() else None
        draft = services.save_draft(draft, form.sound(), asked, form.stored_files(), by=actor)
        if request.headers.get("X-Autosave"):
            return JsonResponse({"ok": True, "wrong": sorted(form.errors)})
        if form.is_sound and rows.is_valid():
            messages.success(request, _("草稿已保存。"), extra_tags=f"draft:tender-{draft.pk}")
            return redirect("tender_preview" if "preview" in request.POST else "tender_edit", draft.pk)
        form.show_files()
    offered = offered_for(draft)
    form.offer([each.method for each in offered])
    competitive = [key for key in registry.announced() if key != "direct" and form.settings[key].fields]
    context = {
        "form": form,
        "rows": rows,
        "tender": draft,
        "usual": queries.usual_price(draft.item),
        "direct_settings": form.settings["direct"],
        "method_settings": [(registry.get(key), form.settings[key]) for key in competitive],
        "told_settings": _told_settings(form, draft),
        "offered": [(registry.get(each.method), each.reason) for each in offered],
        "methods": [registry.get(key) for key in registry.announced()],
        "suggested": _offering(draft),
        "is_direct": form["method"].value() == "direct",
    }
    return render(request, "tenders/edit.html", context)


def _told_settings(form: TenderForm, draft: Tender) -> forms.Form | None:
    """The chosen method's settings when something wrong stands in them; those of the others are nobody's matter."""
    method = form["method"].value() or draft.method
    return form.settings.get(method) if form.has_wrong_settings(method) else None


@login_needed
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What will be published, when things will happen, how many could respond; and the button that publishes it."""
    actor = acting(request)
    draft = _own(request, pk)
    if draft.state != Tender.State.DRAFT:
        return redirect("tender", draft.number) if draft.number else redirect("my_tenders")
    if request.method == "POST":
        try:
            published = services.publish(draft, by=actor)
        except NotPublishable:
            messages.error(request, _("还有需要修改的地方，没有发布。"))
            return redirect("tender_preview", draft.pk)
        submitted = published.state == Tender.State.CHECKING
        messages.success(request, _("已提交核对，通过后自动发布。") if submitted else _("已发布。"))
        return redirect("tender", published.number)
    return render(request, "tenders/preview.html", _preview(draft))


@login_needed
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a draft aside."""
    services.discard_draft(_own(request, pk), by=acting(request))
    messages.success(request, _("草稿已作废。"))
    return redirect("my_tenders")


@login_needed
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Cancel before the opening, with a reason that is published."""
    found = tender_at(request, number)
    actor = acting(request)
    get_object_or_404(queries.of_buyer(actor), pk=found.pk)
    form = ReasonForm(request.POST or None, actor=actor)
    if form.is_valid():
        with service_errors(form):
            services.cancel(found, form.cleaned_data["reason"], by=actor)
            messages.success(request, _("采购已取消，原因已公开。"))
            return redirect("tender", number)
    return render(request, "tenders/cancel.html", {"form": form, "tender": found})


@login_needed
@require_POST
def again(request: HttpRequest, number: str) -> HttpResponse:
    """A new draft from one that came to nothing."""
    draft = services.start_again(tender_at(request, number), by=acting(request))
    return redirect("tender_edit", draft.pk)


def _own(request: HttpRequest, pk: int) -> Tender:
    """The draft that this actor may edit; 404 for everybody else's."""
    actor = acting(request)
    found: Tender = get_object_or_404(queries.of_buyer(actor).select_related(*SHOWN), pk=pk)
    if not acts_for_buyer(found, actor):
        actor.require_member(found.buyer_id, MemberRole.BUYER)
    return found


def _preview(draft: Tender) -> dict[str, Any]:
    data = catalogue.current_rules()
    method = registry.get(draft.method)
    reports = market_reports(draft, data) if method.takes_bids else {}
    eligible = sum(found.is_eligible for found in reports.values())
    chosen = None
    if draft.chosen_agency is not None and not method.takes_bids:
        facts = agencies.facts(draft.chosen_agency)
        chosen = report(draft, needs_of(draft, data), facts, clock.today())
    needed = data.minimum(draft.method, draft.funds, attempt=draft.attempt, item=draft.item.code)
    problems = services.problems(draft)
    return {
        "tender": draft,
        "method": method,
        "method_words": presentation.method_words(draft),
        "source": beacons.get(draft.draw_source),
        "problems": problems,
        "places": FORM_FIELDS,
        "dates": presentation.dates(draft, data),
        "asked": presentation.asked_for(draft, list(draft.requirements.select_related("type"))),
        "files": list(draft.attachments.all()),
        "usual": queries.usual_price(draft.item),
        "market": Agency.objects.filter(state=Agency.State.ACTIVE).count(),
        "eligible": eligible,
        "nearly": sum(found.misses_one_mendable for found in reports.values()),
        "few": eligible < max(needed, FEW),
        "needed": needed,
        "chosen": chosen,
    }


def _offering(draft: Tender) -> list[Agency]:
    """Agencies to suggest for a direct choice: admitted ones that offer the item."""
    found = agencies.public().filter(state=Agency.State.ACTIVE, offers__item=draft.item, offers__is_active=True)
    return list(found.select_related("organisation").order_by("organisation__name").distinct()[:MOST_LISTED])


def _public_agency(code: str) -> Agency | None:
    found: Agency | None = agencies.public().filter(organisation__credit_code=code).first() if code else None
    return found
