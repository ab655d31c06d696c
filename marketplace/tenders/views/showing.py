"""What anybody may look at: the tender, its result, its notice, its record."""

from typing import Any
from urllib.parse import quote

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole
from marketplace.core import clock
from marketplace.tenders import afterwards, notices, pdf, presentation, proof, queries, reasons, rules
from marketplace.tenders.models import Award, Bid, Reviewer, Tender
from marketplace.tenders.record_file import build
from marketplace.tenders.selection import registry
from marketplace.tenders.services import reviewing, sheets
from marketplace.tenders.services.bidding import report_for
from marketplace.tenders.services.freezing import failing_of
from marketplace.tenders.services.permission import acts_for_buyer
from marketplace.tenders.views import around, inviting
from marketplace.tenders.views.finding import agency_of, tender_at, visitor

RESULT_STATES = {
    "publicity",
    "suspended",
    "notified",
    "contracted",
    "in_service",
    "accepted",
    "closed_ok",
    "terminated",
}
ENDED_OR_WAITS = {Tender.State.FAILED, Tender.State.SELECTING}


@require_safe
def tender(request: HttpRequest, number: str) -> HttpResponse:
    """The tender's page: may I, when, what, how it is selected. Before the close it knows of no response but my own."""
    found = tender_at(request, number)
    if found.is_invited:
        return inviting.page(request, found)
    actor = visitor(request)
    data = queries.rules_of(found)
    requirements = list(found.requirements.select_related("type"))
    attempts = list(queries.attempts(found, actor))
    context = {
        "tender": found,
        "method": registry.get(found.method),
        "method_words": presentation.method_words(found),
        "source_words": presentation.source_words(found),
        "minimum": data.minimum(found.method, found.funds, attempt=found.attempt, item=found.item.code),
        "steps": presentation.steps(found),
        "events": presentation.timeline(found, data),
        "asked": presentation.asked_for(found, requirements),
        "files": list(found.attachments.all()),
        "attempts": attempts,
        "following": next((each for each in attempts if each.attempt == found.attempt + 1 and each.is_public), None),
        "usual": queries.usual_price(found.item),
        "publicity_days": data.publicity_days(found.method),
        "is_open": found.state == Tender.State.PUBLISHED and rules.in_time(clock.now(), found.closes_at),
        "has_result": found.state in RESULT_STATES or (found.state in ENDED_OR_WAITS and bool(found.opened_at)),
        "why_failed": reasons.why_failed(found) if found.state == Tender.State.FAILED else "",
        "award": Award.objects.filter(tender=found, ended_at=None).select_related("agency__organisation").first(),
        "deviation": _deviation(found),
        "may_name": _may_name(found, actor),
        "reviews": actor is not None and actor.user is not None and _reviews(found, actor),
        **_mine(found, actor),
        **_buyers(found, actor),
        **around.before_the_close(found, actor),
        **around.after_the_opening(found, actor),
    }
    return render(request, "tenders/tender.html", context)


def _may_name(found: Tender, actor: Actor | None) -> bool:
    """Whether the visitor names reviewers: the page of the panel is theirs."""
    known = actor is not None and actor.user is not None
    return bool(found.method == sheets.METHOD and known and actor and acts_for_buyer(found, actor))


def _reviews(found: Tender, actor: Actor) -> bool:
    """Whether the visitor sits on the panel."""
    if found.method != sheets.METHOD:
        return False
    return found.reviewers.filter(person=actor.user, state__in=Reviewer.ACTIVE).exists()


@require_safe
def result(request: HttpRequest, number: str) -> HttpResponse:
    """What the opening found: who won at what price and why, the whole ranking, and what proves it."""
    found = tender_at(request, number)
    if found.is_invited:
        return inviting.outcome(request, found)
    if not found.record:
        return redirect("tender", found.number)
    outcome = found.record.get("outcome") or {}
    explained = {entry.get("agency"): entry for entry in outcome.get("explanation", [])}
    page = Paginator(queries.opened_bids(found), 100).get_page(request.GET.get("page"))
    award = Award.objects.filter(tender=found, ended_at=None).select_related("agency__organisation").first()
    context = {
        "tender": found,
        "method": registry.get(found.method),
        "steps": presentation.steps(found),
        "page": page,
        "rows": [_row(found, bid, explained) for bid in page],
        "winner": _winner(found),
        "why": reasons.why_won(found) if outcome.get("status") == "selected" else "",
        "why_failed": reasons.why_failed(found) if found.state == Tender.State.FAILED else "",
        "alerts": outcome.get("alerts", {}),
        "responses": len((found.record.get("case") or {}).get("quotes", [])),
        "valid": _valid(found, outcome),
        "draw": proof.drawn(found),
        "source_words": presentation.source_words(found),
        "proof": proof.of(found),
        "lines": proof.lines(found),
        "reads_documents": _buyers(found, visitor(request))["is_buyer"],
        "sheets": sheets.shown(found, reviewing.criteria_of(found)) if found.method == sheets.METHOD else None,
        "award": award,
        "standing": _standing(found, visitor(request)),
        **around.after_the_opening(found, visitor(request)),
    }
    return render(request, "tenders/result.html", context)


@require_safe
def record(request: HttpRequest, number: str) -> HttpResponse:
    """The public record, which `verify_selection` and /verify/ check; with ?case the case file."""
    found = tender_at(request, number)
    if found.is_invited:
        return inviting.private_record(request, found)
    if "case" in request.GET:
        if not found.record.get("case"):
            raise Http404
        return _json(found.record["case"], f"{number}-case.json")
    if not build.has_record(found):
        raise Http404
    build.number_waiting(found)
    response = HttpResponse(build.text_of(found), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{number}-record.json"'
    return response


@require_safe
def notice(request: HttpRequest, number: str) -> HttpResponse:
    """The award notice: to read, to print, to check."""
    award = _award(request, number)
    return render(request, "tenders/notice.html", _notice_context(award))


@require_safe
def notice_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The notice as PDF; where this machine can't make one, the page to print, with a sentence what is missing."""
    award = _award(request, number)
    missing = pdf.available()
    if missing:
        return render(request, "tenders/notice.html", {**_notice_context(award), "missing": missing})
    content = pdf.notice(award)
    response = HttpResponse(content, content_type="application/pdf")
    name = quote(f"{award.notice['number']}.pdf")
    response["Content-Disposition"] = f"inline; filename*=UTF-8''{name}"
    response["Cache-Control"] = "private, no-store" if award.tender.is_invited else "public, max-age=300"
    return response


def _mine(found: Tender, actor: Actor | None) -> dict[str, Any]:
    """What concerns only the visitor's own agency: whether it may, and what it has sealed."""
    agency = agency_of(actor)
    if agency is None or actor is None:
        return {"agency": None}
    may_bid = actor.acts_for(agency.organisation_id, MemberRole.BID_AUTHOR)
    waiting = found.state == Tender.State.SELECTING and found.chosen_agency_id == agency.pk
    shown = found.state in (Tender.State.PUBLISHED, Tender.State.SELECTING)
    own = queries.live_bid(found, agency) if may_bid else None
    return {
        "agency": agency,
        "may_bid": may_bid,
        "report": report_for(found, agency) if shown else None,
        "own_bid": own,
        "must_confirm": own is not None and around.takes_responses(found) and own.amended < found.amended,
        "may_answer": may_bid and waiting,
    }


def _buyers(found: Tender, actor: Actor | None) -> dict[str, Any]:
    """What the buyer may do here."""
    if actor is None or actor.user is None or not acts_for_buyer(found, actor):
        return {"is_buyer": False}
    open_still = found.state in (Tender.State.CHECKING, Tender.State.PUBLISHED)
    ended = found.state in (Tender.State.FAILED, Tender.State.CANCELLED)
    later = Tender.objects.filter(chain=found.chain, attempt__gt=found.attempt)
    return {"is_buyer": True, "may_cancel": open_still, "may_begin_again": ended and not later.exists()}


def _row(found: Tender, bid: Bid, explained: dict[Any, Any]) -> dict[str, Any]:
    """One line of the ranking."""
    entry = explained.get(bid.agency.organisation.credit_code)
    if bid.invalid_reason:
        why = reasons.why_invalid(found, bid.invalid_reason, failing_of(bid))
    else:
        why = reasons.why_rank(entry) if entry else ""
    return {"bid": bid, "why": why}


def _standing(found: Tender, actor: Actor | None) -> afterwards.Standing | None:
    """Where the visitor's own response stood; for the people who bid for it only."""
    own = queries.bids_of(actor).defer("ciphertext").filter(tender=found).first()
    return afterwards.standing(found, own) if own is not None else None


def _valid(found: Tender, outcome: dict[str, Any]) -> int:
    """How many responses were valid; a shortlist ranks fewer."""
    if outcome.get("status") != "selected":
        return len(outcome.get("ranking", []))
    return len(found.record["case"]["quotes"]) - len(outcome["invalid"])


def _winner(found: Tender) -> dict[str, Any] | None:
    """Name, price and days of who is selected; None when nobody is."""
    bid = found.bids.filter(state=Bid.State.WINNER).select_related("agency__organisation").first()
    if bid is not None:
        return {"agency": bid.agency, "price": bid.price, "days": bid.days, "saved": _saved(found, bid.price)}
    if found.accepted_at is not None and found.chosen_agency is not None:
        price = found.agreed_price
        return {"agency": found.chosen_agency, "price": price, "days": found.days, "saved": _saved(found, price)}
    return None


def _saved(found: Tender, price: Any) -> int | None:
    """By how many per cent the price is below the ceiling."""
    return round(100 - 100 * price / found.ceiling) if found.ceiling and price is not None else None


def _deviation(found: Tender) -> int | None:
    """By how many per cent a directly agreed price differs from the item's median."""
    price = found.agreed_price
    usual = queries.usual_price(found.item).median if price else None
    return round(100 * price / usual - 100) if price and usual else None


def _award(request: HttpRequest, number: str) -> Award:
    found = tender_at(request, number)
    award = Award.objects.filter(tender=found, noticed_at__isnull=False, ended_at=None).first()
    if award is None:
        raise Http404
    award.tender = found
    if found.is_invited and not inviting.may_read_notice(award, visitor(request)):
        raise Http404
    return award


def _notice_context(award: Award) -> dict[str, Any]:
    moments = ("issued_at", "opened_at", "publicity_until", "sign_by")
    return {
        "award": award,
        "tender": award.tender,
        "notice": award.notice | {name: parse_datetime(award.notice[name] or "") for name in moments},
        "notice_sha256": notices.notice_hash(award),
        "code": pdf.qr(pdf.address_of(award)),
        "missing": "",
    }


def _json(value: Any, name: str) -> JsonResponse:
    response = JsonResponse(value, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
