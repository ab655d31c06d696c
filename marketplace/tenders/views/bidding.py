"""The agency's way: may I, what I offer, my receipt; and taking it back."""

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from marketplace.accounts.actors import Actor
from marketplace.accounts.decorators import acting, member_needed
from marketplace.accounts.roles import MemberRole
from marketplace.agencies.models import Agency
from marketplace.core import clock, keys
from marketplace.core.errors import AlreadyDone, DomainError
from marketplace.tenders import queries, rules, sealing, services
from marketplace.tenders.documents import TooMuch
from marketplace.tenders.errors import OfferChanged
from marketplace.tenders.forms import BidForm, SealedForm
from marketplace.tenders.forms.offer import words_for_the_browser
from marketplace.tenders.models import Bid, Tender
from marketplace.tenders.selection import registry
from marketplace.tenders.services import offers
from marketplace.tenders.services.bidding import report_for
from marketplace.tenders.views.finding import agency_of, author_of, tender_at, tender_named
from marketplace.tenders.views.uploads import InMemory

author_needed = member_needed(MemberRole.BID_AUTHOR)


@csrf_exempt  # for the moment in which the way of uploads is chosen; `_bid` is protected
def bid(request: HttpRequest, number: str) -> HttpResponseBase:
    """The bid page. What is uploaded stays in memory: documents in the clear never touch a disk."""
    in_memory = InMemory(request)
    request.upload_handlers = [in_memory]
    return _bid(request, number, in_memory=in_memory)


@csrf_protect
@sensitive_post_parameters("price", "days", "note", "team")
@never_cache
@author_needed
def _bid(request: HttpRequest, number: str, *, in_memory: InMemory) -> HttpResponse:
    """First whether I may, then the offer. What was typed comes back with the form, and stays nowhere else.

    A browser that seals by itself posts to the same address and is answered in JSON.
    """
    actor = acting(request)
    if "ciphertext" in request.POST and (agency := author_of(actor)) is not None:
        if in_memory.is_too_much:
            return _refused(TooMuch.code, TooMuch.field, str(TooMuch()), TooMuch.status)
        return _take_sealed(request, tender_named(request, number), agency, actor)
    found = tender_at(request, number)
    if not registry.get(found.method).takes_bids:
        return redirect("tender", number)
    agency = agency_of(actor)
    team = list(queries.team_of(agency)) if agency is not None else []
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    library = queries.library_of(agency) if agency is not None else []
    last = queries.last_response(agency, found) if agency is not None else None
    takes_last = last if "last" in request.GET else None
    form = BidForm(*sent, tender=found, actor=actor, team=team, library=library, last=takes_last)
    if form.is_bound and in_memory.is_too_much:
        form.refuse(TooMuch())
    if agency is not None and form.is_valid():
        answer = _place(request, found, agency, form, actor)
        if answer is not None:
            return answer
    takes = found.state == Tender.State.PUBLISHED and rules.in_time(clock.now(), found.closes_at)
    context = {
        "tender": found,
        "agency": agency,
        "report": report_for(found, agency) if agency is not None else None,
        "own_bid": queries.live_bid(found, agency) if agency is not None else None,
        "held": queries.waiting_bid(found, agency) if agency is not None else None,
        "last": last if last is not None and takes_last is None and (last.note or last.team) else None,
        "form": form,
        "draft": draft_of(found, agency) if agency is not None else "",
        "seal": json.dumps(offers.for_the_browser(found, agency.organisation.credit_code)) if agency else "",
        "words": json.dumps(words_for_the_browser(form, found), ensure_ascii=False),
        "takes": takes,
        "verified": actor.organisation is not None and actor.organisation.is_verified,
    }
    status = 200 if takes or request.method == "GET" else 409
    return render(request, "tenders/bid.html", context, status=status)


def draft_of(found: Tender, agency: Agency) -> str:
    """The name under which the browser keeps what was typed: one for each tender and agency."""
    return f"bid-{found.number}-{agency.organisation.credit_code}"


@sensitive_variables("form", "offer")
def _place(request: HttpRequest, found: Tender, agency: Agency, form: BidForm, actor: Actor) -> HttpResponse | None:
    """Hand the offer to the service; None when the form is to be shown again with what is wrong."""
    offer = form.offer()
    key = form.cleaned_data["key"]
    try:
        if agency.second_person:
            held = services.hold_bid(found, agency, offer, idempotency_key=key, by=actor)
            messages.success(
                request, _("报价已密封，等待本单位另一人放行。"), extra_tags=f"draft:{draft_of(found, agency)}"
            )
            return redirect("held_bid", held.pk)
        placed = services.place_bid(found, agency, offer, idempotency_key=key, by=actor)
    except OfferChanged as error:
        form.renew_key()
        form.refuse(error)
        return None
    except DomainError as error:
        if error.status == 403:
            raise
        form.refuse(error)
        return None
    text = _("报价已密封。开标前任何人都看不到，包括采购人和平台。请下载并保存回执。")
    messages.success(request, text, extra_tags=f"draft:{draft_of(found, agency)}")
    return redirect("receipt", placed.pk)


def _take_sealed(request: HttpRequest, found: Tender, agency: Agency, actor: Actor) -> JsonResponse:
    """Store what the browser has sealed; the answer is the receipt, or which field is refused and why."""
    form = SealedForm(request.POST, request.FILES, actor=actor)
    if not form.is_valid():
        field, problems = next(iter(form.errors.get_json_data().items()))
        return _refused(sealing.BadSeal.code, field, problems[0]["message"], 422)
    store = services.hold_sealed if agency.second_person else services.place_sealed
    page = "held_bid" if agency.second_person else "receipt"
    key = form.cleaned_data["key"]
    try:
        kept = store(found, agency, form.sealed(), documents=form.enclosed(), idempotency_key=key, by=actor)
    except DomainError as error:
        return _refused(error.code, error.field, str(error), error.status)
    return JsonResponse({"id": str(kept.pk), "url": reverse(page, args=[kept.pk]), "receipt": kept.receipt})


def _refused(code: str, field: str, message: str, status: int) -> JsonResponse:
    return JsonResponse({"error": code, "field": field, "message": message}, status=status)


@author_needed
@require_POST
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take the sealed response back."""
    actor = acting(request)
    own = queries.receipts_of(actor).filter(tender__number=number).order_by("-submitted_at").first()
    if own is None:
        return redirect("tender", number)
    try:
        services.withdraw_bid(own, by=actor)
        messages.success(request, _("报价已撤回。截止前可以重新报价。"))
    except AlreadyDone as error:
        messages.info(request, str(error))
    return redirect("receipt", own.pk)


@never_cache
@author_needed
@require_safe
def receipt(request: HttpRequest, pk: str) -> HttpResponse:
    """The receipt of a response: for the people of its own organisation only."""
    own = _own(request, pk)
    takes = own.tender.state == Tender.State.PUBLISHED and rules.in_time(clock.now(), own.tender.closes_at)
    context = {
        "bid": own,
        "tender": own.tender,
        "last": own.withdrawal or own.receipt,
        "holds": sealing.receipt_holds(own.withdrawal or own.receipt),
        "takes": takes,
        "is_live": own.state == Bid.State.SEALED,
    }
    return render(request, "tenders/receipt.html", context)


@never_cache
@author_needed
@require_safe
def receipt_file(request: HttpRequest, pk: str) -> HttpResponse:
    """The receipts of a response as a file to keep."""
    own = _own(request, pk)
    value = {"receipt": own.receipt} | ({"withdrawal": own.withdrawal} if own.withdrawal else {})
    response = HttpResponse(json.dumps(value, ensure_ascii=False, indent=1), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="receipt-{own.tender.number}-{str(own.pk)[:8]}.json"'
    return response


@require_safe
def receipt_check(request: HttpRequest) -> HttpResponse:
    """Check one's own copy against its receipt: in the browser; the file is sent nowhere."""
    return render(request, "tenders/receipt_check.html", {"site_key": bytes(keys.verify_key()).hex()})


def _own(request: HttpRequest, pk: str) -> Bid:
    found: Bid = get_object_or_404(queries.receipts_of(acting(request)), pk=pk)
    return found
