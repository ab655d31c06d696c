"""Direct selection: the chosen agency is asked, and accepts, declines or lets the time pass."""

from django.db import transaction
from django.urls import reverse

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole
from marketplace.agencies import queries as agencies
from marketplace.agencies.models import Agency
from marketplace.catalogue.rules import RuleData
from marketplace.core import calendar, clock, deadlines, locks, log
from marketplace.core.errors import AlreadyDone, WrongState
from marketplace.tenders import rules
from marketplace.tenders.eligibility import needs_of, report
from marketplace.tenders.errors import BidTooLate, NotEligible, ReasonMissing
from marketplace.tenders.models import Tender
from marketplace.tenders.queries import rules_of
from marketplace.tenders.selection import registry
from marketplace.tenders.selection.base import Case, Quote
from marketplace.tenders.services import failing, standstill, telling
from marketplace.tenders.services.moves import move

DECLINED, NOT_ANSWERED = "declined", "not_answered"
REFUSALS = (DECLINED, NOT_ANSWERED)


def ask_the_chosen(tender: Tender, data: RuleData, *, by: Actor) -> None:
    """Ask the chosen agency of a tender that was just announced. Inside a transaction.

    Nobody else responds, so the steps of the close pass by themselves.
    """
    accept_by = calendar.closes_at(clock.now(), data.periods.direct_accept)
    move(tender, "close", by=by, itself=True)
    move(tender, "open", by=by, itself=True, accept_by=accept_by)
    deadlines.put("tenders.acceptance", tender, accept_by)
    telling.tell_agencies(
        [tender.chosen_agency_id or 0],
        "tenders.direct_offer",
        url=reverse("tender", args=[tender.number]),
        title=tender.title,
        buyer=tender.buyer.name,
        until=telling.written(accept_by),
    )


@transaction.atomic
def accept_award(tender: Tender, *, by: Actor) -> Tender:
    """The chosen agency accepts; the result is public at once. BidTooLate, NotEligible, AlreadyDone, WrongState."""
    tender, agency = _asked(tender, by)
    data = rules_of(tender)
    found = report(tender, needs_of(tender, data), agencies.facts(agency), clock.today())
    if not found.is_eligible:
        raise NotEligible(found)
    code = agency.organisation.credit_code
    case = Case(
        method=tender.method,
        tender=tender.number or "",
        quotes=(Quote(code, tender.agreed_price),),
        attempt=tender.attempt,
        funds=tender.funds,
        ceiling=tender.ceiling,
        floor=tender.floor,
        settings=tender.method_settings,
        decision={"agency": code},
    )
    outcome = registry.select(case)
    moment = clock.now()
    tender.opened_at = tender.accepted_at = moment
    tender.record = {"case": case.to_json(), "outcome": outcome.to_json(), "eligibility": {code: found.to_json()}}
    tender.save(update_fields=["opened_at", "accepted_at", "record"])
    deadlines.cancel("tenders.acceptance", tender)
    log.make_public(
        "tender.direct_accepted", tender, by=by, data={"case": case.to_json(), "outcome": outcome.to_json()}
    )
    standstill.begin(tender, data, by=Actor.system())
    telling.tell_buyer(tender, "tenders.direct_accepted", agency=agency.organisation.name)
    return tender


@transaction.atomic
def decline_award(tender: Tender, reason: str, *, by: Actor) -> Tender:
    """The chosen agency does not want it, with its reason for the buyer; the buyer chooses again."""
    tender, agency = _asked(tender, by)
    if not reason.strip():
        raise ReasonMissing()
    deadlines.cancel("tenders.acceptance", tender)
    failing.fail(tender, DECLINED, by=by, words=reason.strip())
    telling.tell_buyer(tender, "tenders.direct_declined", agency=agency.organisation.name, reason=reason.strip())
    return tender


@transaction.atomic
def end_acceptance(pk: str) -> None:
    """The time to answer is over: it counts as declined. Harmless when the agency has answered."""
    tender = locks.exclusive(Tender, pk)
    waiting = tender.state == Tender.State.SELECTING and tender.accept_by is not None
    if not waiting or rules.in_time(clock.now(), tender.accept_by):
        return
    failing.fail(tender, NOT_ANSWERED, by=Actor.system())
    telling.tell_buyer(tender, "tenders.direct_not_answered")


def _asked(tender: Tender, by: Actor) -> tuple[Tender, Agency]:
    """The locked tender and its chosen agency, when the actor may answer for it and still in time."""
    tender = locks.exclusive(Tender, tender.pk)
    agency = tender.chosen_agency
    if agency is None:
        raise WrongState()
    by.require_member(agency.organisation_id, MemberRole.BID_AUTHOR)
    by.require_verified()
    if tender.accepted_at is not None:
        raise AlreadyDone()
    if tender.state != Tender.State.SELECTING:
        raise WrongState()
    if not rules.in_time(clock.now(), tender.accept_by):
        raise BidTooLate()
    return tender, agency
