"""A low price: its agency explains it, the buyer decides."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from marketplace.accounts.decorators import acting, login_needed, member_needed
from marketplace.accounts.roles import MemberRole
from marketplace.core.submission import submitted
from marketplace.tenders import queries, services
from marketplace.tenders.forms import DecisionForm, ExplanationForm
from marketplace.tenders.services.permission import acts_for_buyer
from marketplace.tenders.views.finding import tender_at


@member_needed(MemberRole.BID_AUTHOR)
def explain(request: HttpRequest, number: str) -> HttpResponse:
    """The agency explains its price, in words and with a paper."""
    found, actor = tender_at(request, number), acting(request)
    own = queries.own_explanation(found, actor)
    if own is None:
        raise Http404
    form = ExplanationForm(*([request.POST, request.FILES] if request.method == "POST" else []), actor=actor)
    if submitted(
        request,
        form,
        lambda data: services.explain(own, data["text"], data["file"], by=actor),
        _("说明已提交，采购人会在期限内处理。"),
        draft=f"explain-{found.number}",
    ):
        return redirect("tender_result", number)
    bid = queries.rankable(found).filter(agency=own.agency).first()
    files = [own.file] if own.file else []
    context = {"form": form, "tender": found, "explanation": own, "bid": bid, "own_files": files}
    return render(request, "tenders/explain.html", context, status=422 if form.errors else 200)


@login_needed
def decide(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The buyer accepts or rejects it, with reasons."""
    found, actor = tender_at(request, number), acting(request)
    if not acts_for_buyer(found, actor):
        raise Http404
    one = get_object_or_404(queries.explanations(found), pk=pk)
    form = DecisionForm(request.POST if request.method == "POST" else None, actor=actor)
    if submitted(
        request,
        form,
        lambda data: services.decide(one, accept=data["accept"] == "yes", reason=data["reason"], by=actor),
        _("已处理，理由已公开。"),
        draft=f"price-decision-{one.pk}",
    ):
        return redirect("tender_result", number)
    bid = queries.rankable(found).filter(agency=one.agency).first()
    files = [one.file] if one.file else []
    context = {"form": form, "tender": found, "explanation": one, "bid": bid, "files": files}
    return render(request, "tenders/explanation_decide.html", context, status=422 if form.errors else 200)
