"""A sealed response that waits for a second person of its agency."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from marketplace.accounts.decorators import acting, member_needed
from marketplace.accounts.roles import MemberRole
from marketplace.core import keys
from marketplace.core.errors import AlreadyDone, DomainError
from marketplace.core.submission import submitted
from marketplace.tenders import queries, sealing, services
from marketplace.tenders.forms import ReasonForm
from marketplace.tenders.held import HeldBid
from marketplace.tenders.views import around


@never_cache
@member_needed(MemberRole.BID_AUTHOR, MemberRole.RELEASER)
def held_bid(request: HttpRequest, pk: str) -> HttpResponse:
    """For its author: where it stands, and to take it back. For the second person: check, release or return it."""
    actor = acting(request)
    held = get_object_or_404(queries.held_of(actor), pk=pk)
    form = ReasonForm(request.POST if "return" in request.POST else None, actor=actor)
    if "release" in request.POST:
        answer = _release(request, held)
        if answer is not None:
            return answer
    elif "take_back" in request.POST:
        services.take_back_held(held, by=actor)
        messages.success(request, _("已撤下，没有提交。"))
        return redirect("held_bid", held.pk)
    elif "return" in request.POST and submitted(
        request, form, lambda data: services.return_held(held, data["reason"], by=actor), _("已退回给封存人。")
    ):
        return redirect("held_bid", held.pk)
    waits = held.state == HeldBid.State.WAITING
    open_now = around.takes_responses(held.tender)
    amended_since = waits and services.was_amended_since(held)
    may_release = actor.acts_for(held.agency.organisation_id, MemberRole.RELEASER) and held.author_id != actor.person.pk
    context = {
        "held": held,
        "tender": held.tender,
        "form": form,
        "waits": waits,
        "is_open": open_now,
        "is_late": waits and not open_now,
        "amended_since": amended_since,
        "may_release": waits and open_now and may_release and not amended_since,
        "may_return": waits and open_now and may_release,
        "may_take_back": waits and open_now and actor.acts_for(held.agency.organisation_id, MemberRole.BID_AUTHOR),
        "is_own": held.author_id == actor.person.pk,
        "holds": sealing.receipt_holds(held.receipt),
        "site_key": bytes(keys.verify_key()).hex(),
    }
    return render(request, "tenders/held_bid.html", context, status=422 if form.errors else 200)


def _release(request: HttpRequest, held: HeldBid) -> HttpResponse | None:
    """The page to go on to; None where the page is to be shown again with the refusal."""
    try:
        bid = services.release_bid(held, by=acting(request))
    except AlreadyDone as error:
        messages.info(request, str(error))
        return redirect("held_bid", held.pk)
    except DomainError as error:
        if error.status == 403:
            raise
        messages.error(request, str(error))
        return None
    messages.success(request, _("已放行：报价从现在起有效。回执已生成，请下载保存。"))
    return redirect("receipt", bid.pk)
