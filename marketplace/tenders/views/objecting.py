"""Objections: an agency files one; its public page, where buyer, objector and department act on it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.accounts.actors import Actor
from marketplace.accounts.decorators import acting, login_needed, member_needed
from marketplace.accounts.roles import MemberRole, StaffRole
from marketplace.core.errors import AlreadyDone
from marketplace.core.submission import submitted
from marketplace.tenders import access, queries, services
from marketplace.tenders.forms import AppealForm, FindingForm, ObjectionForm
from marketplace.tenders.models import Objection, Tender
from marketplace.tenders.services.permission import acts_for_buyer
from marketplace.tenders.views import around
from marketplace.tenders.views.finding import agency_of, tender_at, visitor

S = Objection.State


@member_needed(MemberRole.BID_AUTHOR)
def object_to(request: HttpRequest, number: str) -> HttpResponse:
    """File an objection to the result."""
    found, actor = tender_at(request, number), acting(request)
    agency = agency_of(actor)
    if agency is None or not found.publicity_from or not queries.may_object(found, agency):
        raise Http404
    form = ObjectionForm(*([request.POST, request.FILES] if request.method == "POST" else []), actor=actor)
    if submitted(
        request,
        form,
        lambda data: services.file_objection(found, agency, **data, by=actor),
        _("异议已提交，公示暂停，采购人须在期限内答复。"),
        draft=f"objection-{found.number}",
    ):
        filed = queries.objections(found).filter(agency=agency).last()
        return redirect("objection", number, filed.number) if filed else redirect("tender", number)
    days = queries.rules_of(found).periods.objection_buyer
    context = {"form": form, "tender": found, "takes": around.takes_objections(found), "days": days}
    return render(request, "tenders/object.html", context, status=422 if form.errors else 200)


def objection(request: HttpRequest, number: str, objection: str) -> HttpResponse:
    """One objection, as anybody may read it; who has to act on it finds the form here."""
    found, actor = tender_at(request, number), visitor(request)
    one = get_object_or_404(queries.objections(found), number=objection)
    act = _act_of(one, found, actor)
    if request.method == "POST" and act == "":
        return _nothing_to_do(request, one, found, actor)
    form = _form(request, act, found, actor)
    if request.method == "POST" and form is not None and _carried_out(request, form, act, one):
        return redirect("objection", number, objection)
    may_open = one.evidence is not None and access.may_read_evidence(actor, one.evidence)
    own = _is_own(one, actor)
    context = {
        "tender": found,
        "objection": one,
        "chip": (one.get_state_display(), one.tone),
        "events": _events(one),
        "form": form,
        "act": act,
        "evidence": [one.evidence] if may_open else [],
        "may_withdraw": own and one.state in (S.FILED, S.WITH_DEPARTMENT),
    }
    return render(request, "tenders/objection.html", context, status=422 if form is not None and form.errors else 200)


@login_needed
@require_POST
def withdraw_objection(request: HttpRequest, number: str, objection: str) -> HttpResponse:
    """The objector takes it back."""
    found, actor = tender_at(request, number), acting(request)
    one = get_object_or_404(queries.objections(found), number=objection)
    if not _is_own(one, actor):
        raise Http404
    try:
        services.withdraw_objection(one, by=actor)
        messages.success(request, _("异议已撤回，公示继续。"))
    except AlreadyDone as error:
        messages.info(request, str(error))
    return redirect("objection", number, objection)


def _nothing_to_do(request: HttpRequest, one: Objection, tender: Tender, actor: Actor | None) -> HttpResponse:
    """A form that was sent twice, or after somebody else was faster; for strangers there is no such form."""
    if actor is None or actor.user is None:
        raise Http404
    if not (_is_own(one, actor) or acts_for_buyer(tender, actor) or actor.has_staff_role(StaffRole.SUPERVISOR)):
        raise Http404
    messages.info(request, str(AlreadyDone()))
    return redirect("objection", tender.number, one.number)


def _is_own(one: Objection, actor: Actor | None) -> bool:
    return (
        actor is not None
        and actor.user is not None
        and actor.acts_for(one.agency.organisation_id, MemberRole.BID_AUTHOR)
    )


def _act_of(one: Objection, tender: Tender, actor: Actor | None) -> str:
    """What this visitor may do now: "answer", "decide", "escalate" or nothing."""
    if actor is None or actor.user is None:
        return ""
    if one.state == S.FILED and acts_for_buyer(tender, actor):
        return "answer"
    if one.state == S.WITH_DEPARTMENT and actor.has_staff_role(StaffRole.SUPERVISOR):
        return "decide"
    if one.state == S.DISMISSED and _is_own(one, actor) and around.takes_objections(tender):
        return "escalate"
    return ""


def _form(request: HttpRequest, act: str, tender: Tender, actor: Actor | None) -> AppealForm | FindingForm | None:
    data = request.POST if request.method == "POST" else None
    if act == "escalate":
        return AppealForm(data, actor=actor)
    return FindingForm(data, actor=actor, tender=tender) if act else None


def _carried_out(request: HttpRequest, form: AppealForm | FindingForm, act: str, one: Objection) -> bool:
    actor = acting(request)

    def carry_out(data: dict[str, Any]) -> object:
        if act == "escalate":
            return services.escalate_objection(one, data["text"], by=actor)
        service = services.answer_objection if act == "answer" else services.decide_objection
        values = {"finding": data["finding"], "text": data["text"], "against": data.get("against")}
        return service(one, **values, by=actor)

    done = {
        "answer": _("已答复，答复已公开。"),
        "decide": _("决定已作出并公开。"),
        "escalate": _("已提请主管部门处理。"),
    }
    return submitted(request, form, carry_out, done[act], draft=f"objection-{act}-{one.number}")


def _events(one: Objection) -> list[dict[str, Any]]:
    """What happened with it, and what comes, for components/timeline.html."""
    found: list[dict[str, Any]] = [{"title": _("提出异议，公示暂停"), "at": one.filed_at, "state": "done"}]
    if one.answered_at:
        found.append({"title": _("采购人答复"), "at": one.answered_at, "state": "done"})
    elif one.state == S.FILED:
        found.append({"title": _("采购人答复期限"), "at": one.answer_by, "state": "now"})
    if one.escalated_at:
        found.append({"title": _("提请主管部门处理"), "at": one.escalated_at, "state": "done"})
    if one.decided_at:
        found.append({"title": _("主管部门决定"), "at": one.decided_at, "state": "done"})
    elif one.state == S.WITH_DEPARTMENT:
        found.append({"title": _("主管部门处理期限"), "at": one.decide_by, "state": "now"})
    return found
