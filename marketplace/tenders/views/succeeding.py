"""A winner gives up; a substitute answers."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from marketplace.accounts.decorators import acting, member_needed
from marketplace.accounts.roles import MemberRole
from marketplace.core.errors import AlreadyDone, DomainError
from marketplace.core.submission import submitted
from marketplace.tenders import queries, services
from marketplace.tenders.forms import ReasonForm
from marketplace.tenders.views.finding import tender_at


@member_needed(MemberRole.BID_AUTHOR)
def give_up(request: HttpRequest, number: str) -> HttpResponse:
    """The winner gives up, with a reason that is published."""
    found, actor = tender_at(request, number), acting(request)
    if not queries.may_give_up(found, actor):
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None, actor=actor)
    if submitted(
        request,
        form,
        lambda data: services.give_up(found, data["reason"], by=actor),
        _("已放弃中选，原因已公开。"),
        draft=f"give-up-{found.number}",
    ):
        return redirect("tender", number)
    deductions = queries.rules_of(found).credit.deductions
    points = next((rule.points for rule in deductions if rule.key == "give_up"), 0)
    context = {"form": form, "tender": found, "points": points}
    return render(request, "tenders/give_up.html", context, status=422 if form.errors else 200)


@member_needed(MemberRole.BID_AUTHOR)
def substitute(request: HttpRequest, number: str) -> HttpResponse:
    """A substitute takes the award or doesn't."""
    found, actor = tender_at(request, number), acting(request)
    offer = queries.own_offer(found, actor)
    if offer is None:
        raise Http404
    if request.method == "POST" and "accept" in request.POST:
        try:
            services.accept_substitution(offer, by=actor)
            messages.success(request, _("已接受，结果开始公示。"))
        except DomainError as error:
            if error.status == 403:
                raise
            (messages.info if isinstance(error, AlreadyDone) else messages.error)(request, str(error))
        return redirect("tender", number)
    form = ReasonForm(request.POST if request.method == "POST" else None, actor=actor)
    if submitted(
        request,
        form,
        lambda data: services.decline_substitution(offer, data["reason"], by=actor),
        _("已答复不接受，不影响贵单位的信用。"),
        draft=f"substitute-{found.number}",
    ):
        return redirect("tender", number)
    context = {"form": form, "tender": found, "offer": offer}
    return render(request, "tenders/substitute.html", context, status=422 if form.errors else 200)
