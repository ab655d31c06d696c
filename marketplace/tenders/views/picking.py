"""The buyer picks one of a shortlist, with a reason that everybody reads."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from marketplace.accounts.decorators import acting, login_needed
from marketplace.core.submission import submitted
from marketplace.tenders import reasons, services
from marketplace.tenders.forms import PickForm
from marketplace.tenders.services.permission import acts_for_buyer
from marketplace.tenders.services.picking import shortlist
from marketplace.tenders.views.finding import tender_at


@login_needed
def pick(request: HttpRequest, number: str) -> HttpResponse:
    """One of the shortlist, side by side with what is known of each."""
    found, actor = tender_at(request, number), acting(request)
    if not acts_for_buyer(found, actor) or not found.record.get("outcome"):
        raise Http404
    bids = shortlist(found) if found.pick_by else []
    if not bids and request.method != "POST":
        return redirect("tender_result", number)
    form = PickForm(request.POST if request.method == "POST" else None, actor=actor, bids=bids)
    if submitted(
        request,
        form,
        lambda data: services.pick(found, int(data["agency"]), data["reason"], by=actor),
        _("已择定，理由已公开，结果开始公示。"),
        draft=f"pick-{found.number}",
    ):
        return redirect("tender_result", number)
    explained = {entry.get("agency"): entry for entry in found.record["outcome"]["explanation"]}
    rows = [{"bid": bid, "why": reasons.why_rank(explained[bid.agency.credit_code])} for bid in bids]
    context = {"form": form, "tender": found, "rows": rows}
    return render(request, "tenders/pick.html", context, status=422 if form.errors else 200)
