"""An agency stands aside from a tender by its own word."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from marketplace.accounts.decorators import acting, member_needed
from marketplace.accounts.roles import MemberRole
from marketplace.core.submission import submitted
from marketplace.tenders import services
from marketplace.tenders.forms import ReasonForm
from marketplace.tenders.views.around import takes_responses
from marketplace.tenders.views.finding import agency_of, tender_at


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
