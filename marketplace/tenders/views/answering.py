"""A directly chosen agency answers."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.accounts.decorators import acting, member_needed
from marketplace.accounts.roles import MemberRole
from marketplace.core.forms import service_errors
from marketplace.tenders import queries, services
from marketplace.tenders.forms import ReasonForm
from marketplace.tenders.views.finding import tender_at


@member_needed(MemberRole.BID_AUTHOR)
@require_POST
def accept(request: HttpRequest, number: str) -> HttpResponse:
    """Accept the price and the terms as announced."""
    services.accept_award(tender_at(request, number), by=acting(request))
    messages.success(request, _("已确认接受，结果开始公示。"))
    return redirect("tender", number)


@member_needed(MemberRole.BID_AUTHOR)
def decline(request: HttpRequest, number: str) -> HttpResponse:
    """Say no, with a reason for the buyer."""
    found, actor = tender_at(request, number), acting(request)
    if not queries.may_answer(found, actor):
        raise Http404
    form = ReasonForm(request.POST or None, actor=actor)
    if form.is_valid():
        with service_errors(form):
            services.decline_award(found, form.cleaned_data["reason"], by=actor)
            messages.success(request, _("已告知采购人。"))
            return redirect("tender", number)
    return render(request, "tenders/decline.html", {"form": form, "tender": found})
