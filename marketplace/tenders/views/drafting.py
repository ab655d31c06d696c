"""The five screens on which a buyer says what is to be bought: in any order, saved on leaving and as one types."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.accounts.actors import Actor
from marketplace.accounts.decorators import acting, login_needed, member_needed
from marketplace.accounts.roles import MemberRole
from marketplace.agencies import queries as agencies
from marketplace.agencies.models import Agency
from marketplace.catalogue import queries as catalogue
from marketplace.tenders import queries, screens, services
from marketplace.tenders.errors import NotPublishable
from marketplace.tenders.forms import DraftForm, RequirementFormSet, WhatForm, requirement_rows
from marketplace.tenders.forms.requirements import BaseRequirementFormSet
from marketplace.tenders.models import Requirement, Tender
from marketplace.tenders.services.drafts import usual_requirements
from marketplace.tenders.services.permission import acts_for_buyer
from marketplace.tenders.services.relaxing import NotOffered
from marketplace.tenders.views import looking
from marketplace.tenders.views.finding import SHOWN

OFFER_DEPENDS_ON = {"item", "funds", "budget", "ceiling"}
NOT_YET = ("_missing", "_name", "_phone")  # problems of what isn't filled in: said on the last screen only


@dataclass(frozen=True)
class Typed:
    """A screen's form and, where there are any, its rows of qualifications."""

    form: DraftForm
    rows: BaseRequirementFormSet | None

    @property
    def is_sound(self) -> bool:
        """Whether nothing malformed stands on the screen."""
        return self.form.is_sound and (self.rows is None or self.rows.is_valid())


@member_needed(MemberRole.BUYER)
def begin(request: HttpRequest) -> HttpResponse:
    """The first screen before there is a draft. `?item=` and `?agency=` come from the pages of items and agencies."""
    actor = acting(request)
    given = {"item": request.GET.get("item", "")}
    form = WhatForm(request.POST or None, actor=actor, initial=given)
    chosen = _public_agency(request.GET.get("agency", ""))
    if request.method == "POST" and form.is_valid():
        values = form.sound()
        item = values.pop("item")
        if not form.cleaned_data["title"].strip():
            del values["title"]
        if chosen is not None:
            values |= {"method": "direct", "chosen_agency": chosen}
        draft = services.create_draft(item=item, by=actor, **values)
        return redirect(screens.url_of(draft.pk, screens.first_open(services.problems(draft))))
    item = catalogue.items().filter(code=form["item"].value() or "").first()
    context = {
        "form": form,
        "item": item,
        "usual": queries.usual_price(item) if item else None,
        "chosen": chosen,
        "steps": screens.steps(None, (), "what"),
        "next": screens.after("what"),
    }
    return render(request, "tenders/draft/what.html", context)


@login_needed
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft's entrance: the first screen on which something is missing."""
    draft = own_draft(request, pk)
    if draft.state != Tender.State.DRAFT:
        return _gone_on(draft)
    return redirect(screens.url_of(pk, screens.first_open(services.problems(draft))))


@login_needed
def screen(request: HttpRequest, pk: int, screen: str) -> HttpResponse:
    """A screen; a field that is wrong doesn't keep the others from being saved, but one stays to mend it."""
    if screen not in screens.FORMS:
        raise Http404
    actor, draft = acting(request), own_draft(request, pk)
    if draft.state != Tender.State.DRAFT:
        return _gone_on(draft)
    typed = _typed(request, draft, screen, actor)
    if request.method == "POST":
        draft = _save(draft, typed, actor)
        if request.headers.get("X-Autosave"):
            return JsonResponse({"ok": True, "wrong": sorted(typed.form.errors)})
        if typed.is_sound and "relax" in request.POST:
            return _relax(request, draft, screen, actor)
        if typed.is_sound:
            return _leave(request, draft, screen)
        typed.form.show_files()
    found = services.problems(draft)
    context = {
        "tender": draft,
        "form": typed.form,
        "rows": typed.rows,
        "screen": screen,
        "steps": screens.steps(pk, found, screen),
        "before": screens.before(screen),
        "next": screens.after(screen),
        **_beside(screen, draft, typed, None, found),
    }
    return render(request, f"tenders/draft/{screen}.html", context)


@login_needed
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, pk: int, screen: str) -> HttpResponse:
    """What stands beside a screen (eligible agencies, usual price, warnings) for what is typed; nothing is saved."""
    if screen not in screens.FORMS:
        raise Http404
    draft = own_draft(request, pk)
    sent = request.POST if request.method == "POST" else request.GET
    if draft.state != Tender.State.DRAFT or not sent:
        return _gone_on(draft) if draft.state != Tender.State.DRAFT else redirect(screens.url_of(pk, screen))
    form = screens.FORMS[screen](sent, tender=draft, actor=acting(request))
    rows = RequirementFormSet(sent, initial=requirement_rows(draft)) if screen == screens.ROWS_OF else None
    for name, value in form.sound().items():
        setattr(draft, name, value)
    asked = None
    if rows is not None and rows.is_valid():
        asked = [Requirement(tender=draft, group=g, type=kind, minimum_grade=grade) for g, kind, grade in rows.asked()]
    found = services.problems(draft, asked)
    context = {"tender": draft, "form": form, **_beside(screen, draft, Typed(form, rows), asked, found)}
    return render(request, f"tenders/draft/_{screen}_beside.html", context)


@login_needed
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The last screen: everything on one page, when things will happen, what stands against it, and publishing."""
    actor, draft = acting(request), own_draft(request, pk)
    if draft.state != Tender.State.DRAFT:
        return _gone_on(draft)
    if request.method == "POST":
        try:
            published = services.publish(draft, by=actor)
        except NotPublishable:
            messages.error(request, _("还有需要修改的地方，没有发布。"))
            return redirect("tender_preview", draft.pk)
        submitted = published.state == Tender.State.CHECKING
        messages.success(request, _("已提交核对，通过后自动发布。") if submitted else _("已发布。"))
        return redirect("tender", published.number)
    return render(request, "tenders/draft/look.html", looking.whole(draft))


@login_needed
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a draft aside."""
    services.discard_draft(own_draft(request, pk), by=acting(request))
    messages.success(request, _("草稿已作废。"))
    return redirect("my_tenders")


def own_draft(request: HttpRequest, pk: int) -> Tender:
    """The draft that this actor may edit; 404 for everybody else's."""
    actor = acting(request)
    found: Tender = get_object_or_404(queries.of_buyer(actor).select_related(*SHOWN), pk=pk)
    if not acts_for_buyer(found, actor):
        actor.require_member(found.buyer_id, MemberRole.BUYER)
    return found


def _gone_on(tender: Tender) -> HttpResponse:
    """Where a purchase is looked at that is no draft any more."""
    return redirect("tender", tender.number) if tender.number else redirect("my_tenders")


def _typed(request: HttpRequest, draft: Tender, screen: str, actor: Actor) -> Typed:
    sent = [request.POST, request.FILES] if request.method == "POST" else []
    form = screens.FORMS[screen](*sent, tender=draft, actor=actor)
    if screen != screens.ROWS_OF:
        return Typed(form, None)
    return Typed(form, RequirementFormSet(sent[0] if sent else None, initial=requirement_rows(draft)))


def _save(draft: Tender, typed: Typed, actor: Actor) -> Tender:
    """Save what is sound; another item asks for its own qualifications, and the way that is recommended follows.

    Who took another way than the recommended one, or chose an agency, keeps it.
    """
    values = typed.form.sound()
    asked = typed.rows.asked() if typed.rows is not None and typed.rows.is_valid() else None
    item = values.get("item")
    if item is not None and item != draft.item:
        asked = usual_requirements(item)
    follows = not OFFER_DEPENDS_ON.isdisjoint(values) and draft.method != "direct" and draft.method == _best(draft)
    services.save_draft(draft, values, asked, typed.form.stored_files(), by=actor)
    saved = _load(draft, actor)
    if follows and "method" not in values and (best := _best(saved)) not in (saved.method, ""):
        services.save_draft(saved, {"method": best, "method_settings": {}}, by=actor)
        saved = _load(draft, actor)
    return saved


def _best(draft: Tender) -> str:
    """The way of selecting that is offered first; "" for none."""
    return next((each.method for each in services.offered(draft)), "")


def _load(draft: Tender, actor: Actor) -> Tender:
    found: Tender = queries.of_buyer(actor).select_related(*SHOWN).get(pk=draft.pk)
    return found


def _leave(request: HttpRequest, draft: Tender, screen: str) -> HttpResponse:
    """To the screen that was asked for; without one the same again."""
    to = request.POST.get("go", "")
    if to in screens.FORMS or to == screens.LOOK:
        return redirect(screens.url_of(draft.pk, to))
    messages.success(request, _("草稿已保存。"))
    return redirect(screens.url_of(draft.pk, screen))


def _relax(request: HttpRequest, draft: Tender, screen: str, actor: Actor) -> HttpResponse:
    """Ease one requirement after what was typed is saved, and show what that gives."""
    try:
        done = services.relax(draft, request.POST["relax"], by=actor)
        messages.success(request, _("已放宽：%(words)s。") % {"words": done.words})
    except NotOffered as error:
        messages.error(request, str(error))
    return redirect(screens.url_of(draft.pk, screen))


def _beside(screen: str, draft: Tender, typed: Typed, asked: list[Requirement] | None, found: Any) -> dict[str, Any]:
    """What a screen shows beside its form, for the draft as it is in memory; `found`: all problems."""
    here = [problem for problem in found if screens.place_of(problem.field)[0] == screen]
    context = looking.beside(screen, draft, asked)
    if screen == "how":
        context |= looking.methods(draft, typed.form)
    context["said"] = [problem for problem in here if not problem.key.endswith(NOT_YET)]
    context["needs_reason"] = any(problem.excuse for problem in here)
    context["told"] = [typed.form, typed.rows, context.get("wrong_settings")]
    return context


def _public_agency(code: str) -> Agency | None:
    found: Agency | None = agencies.public().filter(organisation__credit_code=code).first() if code else None
    return found
