"""An agency stands aside from a tender by its own word, or by its buyer's before the announcement."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from marketplace.accounts.decorators import acting, login_needed, member_needed
from marketplace.accounts.roles import MemberRole
from marketplace.core.submission import submitted
from marketplace.tenders import queries, services
from marketplace.tenders.forms import ReasonForm, RecusedForm
from marketplace.tenders.models import Tender
from marketplace.tenders.views.around import takes_responses
from marketplace.tenders.views.finding import SHOWN, agency_of, tender_at


@member_needed(MemberRole.BID_AUTHOR)
def recuse(request: HttpRequest, number: str) -> HttpResponse:
    """Say why the own agency must not take part; for good."""
    found, actor = tender_at(request, number), acting(request)
    agency = agency_of(actor)
    if agency is None or not takes_responses(found):
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None, actor=actor)
    if submitted(
        request,
        form,
        lambda data: services.declare_recusal(found, agency, data["reason"], by=actor),
        _("已登记回避，贵单位不再参加本项目。"),
        draft=f"recuse-{found.number}",
    ):
        return redirect("tender", number)
    context = {"form": form, "tender": found, "agency": agency}
    return render(request, "tenders/recuse.html", context, status=422 if form.errors else 200)


@login_needed
def recused(request: HttpRequest, pk: int) -> HttpResponse:
    """The buyer names a firm that must stand aside; the announcement says so."""
    actor = acting(request)
    draft = get_object_or_404(queries.of_buyer(actor).select_related(*SHOWN), pk=pk)
    if draft.state != Tender.State.DRAFT:
        return redirect("tender", draft.number) if draft.number else redirect("my_tenders")
    form = RecusedForm(request.POST if request.method == "POST" else None, actor=actor)
    if submitted(
        request,
        form,
        lambda data: services.declare_recusal(draft, data["agency"], data["reason"], by=actor),
        _("已登记，公告会写明。"),
        draft=f"recused-{draft.pk}",
    ):
        return redirect("tender_recused", draft.pk)
    named = draft.recusals.filter(by_buyer=True).select_related("agency__organisation")
    context = {"form": form, "tender": draft, "recused": named}
    return render(request, "tenders/recused.html", context, status=422 if form.errors else 200)
