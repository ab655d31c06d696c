"""A winner who gives up between the result and the contract, and the substitutes who are asked in their order.

The award ends in public, with its reason; who gave up without being excused gets the RuleSet's entry in its credit
record. Then each substitute of the outcome (the same draw, never a new one by hand) is asked in turn and has the
RuleSet's time, a working day, to answer; who accepts comes into publicity like any other candidate. With none left the
purchase fails, and its chain goes on. Source: supermarket §2.5, §3.3; selection-rules, *Periods*.
"""

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole
from marketplace.agencies import queries as agencies
from marketplace.agencies import services as register
from marketplace.agencies.models import Agency
from marketplace.catalogue.rules import RuleData
from marketplace.core import calendar, clock, deadlines, events, locks, log
from marketplace.core.errors import AlreadyDone, TooLate, WrongState
from marketplace.tenders import rules
from marketplace.tenders.eligibility import needs_of, report
from marketplace.tenders.errors import NotEligible
from marketplace.tenders.events import AwardEnded
from marketplace.tenders.models import Award, Bid, SubstituteOffer, Tender
from marketplace.tenders.queries import rules_of
from marketplace.tenders.services import choosing, disclosing, explaining, failing, picking, telling, wording
from marketplace.tenders.services.moves import move

GIVEN_UP = "given_up"
CREDIT_RULE = "give_up"
S = SubstituteOffer.State


@transaction.atomic
def give_up(tender: Tender, reason: str, *, by: Actor) -> Tender:
    """The winner gives up before the contract, with a reason that is published.

    AlreadyDone, WrongState, NotAllowed, NotVerified, ReasonMissing, TooManyWords.
    """
    agency = _winner(tender)
    if agency is None:
        raise WrongState()
    by.require_member(agency.organisation_id, MemberRole.BID_AUTHOR)
    by.require_verified()
    return _end(tender, agency, wording.required(reason, 1000, field="reason"), by)


@transaction.atomic
def lapse_award(tender: Tender, reason: str, *, by: Actor) -> Tender:
    """The winner hasn't signed in time, or has ended the contract before it was signed: it counts as given up.

    For `contracts`, which knows of it. WrongState, AlreadyDone.
    """
    agency = _winner(tender)
    if agency is None:
        raise WrongState()
    return _end(tender, agency, wording.required(reason, 1000, field="reason"), by)


@transaction.atomic
def accept_substitution(offer: SubstituteOffer, *, by: Actor) -> SubstituteOffer:
    """A substitute takes it: its result is public now. AlreadyDone, TooLate, WrongState, NotEligible, NotAllowed."""
    tender, offer = _asked(offer, by)
    data = rules_of(tender)
    agency = offer.bid.agency
    found = report(tender, needs_of(tender, data), agencies.facts(agency), clock.today())
    if not found.is_eligible:
        raise NotEligible(found)
    _close(tender, offer, "accept", by)
    rules.BID.move(offer.bid, "win")
    offer.bid.save(update_fields=["state"])
    tender.record["successions"] = [
        *tender.record.get("successions", []),
        {"reason": GIVEN_UP, "next": agency.credit_code, "at": clock.now().isoformat()},
    ]
    tender.save(update_fields=["record"])
    explaining.go_on(tender, data, by=Actor.system())
    telling.tell_buyer(tender, "tenders.substitute_accepted", agency=str(agency))
    return offer


@transaction.atomic
def decline_substitution(offer: SubstituteOffer, reason: str, *, by: Actor) -> SubstituteOffer:
    """A substitute doesn't want it, which costs no credit; the next one is asked. AlreadyDone, TooLate, NotAllowed."""
    tender, offer = _asked(offer, by)
    offer.reason = wording.required(reason, 1000, field="reason")
    _pass_on(tender, offer, "decline", by)
    return offer


@transaction.atomic
def end_offer(pk: str) -> None:
    """A substitute's time to answer is over: the next one is asked. Harmless when it has answered."""
    tender, offer = _locked(int(pk))
    if offer.state != S.ASKED or rules.in_time(clock.now(), offer.answer_by):
        return
    _pass_on(tender, offer, "miss", Actor.system())


def _end(tender: Tender, agency: Agency, reason: str, by: Actor) -> Tender:
    """End the award, write it down everywhere, and ask the first substitute."""
    locks.exclusive(Agency, agency.pk)
    tender = locks.exclusive(Tender, tender.pk)
    current = _winner(tender)
    if current is None or current.pk != agency.pk:
        raise AlreadyDone()
    data, moment = rules_of(tender), clock.now()
    bid = tender.bids.filter(state=Bid.State.WINNER, agency=agency).first()
    if bid is not None:
        rules.BID.move(bid, "give_up")
        bid.ended_at = moment
        bid.save(update_fields=["state", "ended_at"])
    award = Award.objects.filter(tender=tender, ended_at=None).first()
    if award is not None:
        award.ended_at, award.end_reason = moment, reason
        award.save(update_fields=["ended_at", "end_reason"])
        events.publish(AwardEnded(award.pk))
    told: dict[str, Any] = {"agency": agency.credit_code, "reason": reason, "at": moment.isoformat()}
    disclosing.act("tender.given_up", tender, by=by, data=told | {"notice": award.notice_number if award else None})
    deadlines.cancel("tenders.publicity_over", tender)
    tender.record["given_up"] = [*tender.record.get("given_up", []), told]
    move(tender, "reselect", by=by, data=told, publicity_until=None, record=tender.record)
    _deduct(agency, data, _("邀请比价被选定后放弃") if tender.is_invited else reason)
    telling.tell_buyer(tender, "tenders.given_up", agency=str(agency), reason=reason)
    if tender.is_invited:
        choosing.choose_again(tender, data)
    else:
        _ask_next(tender, data)
    return tender


def _deduct(agency: Agency, data: RuleData, reason: str) -> None:
    """The entry in the credit record, by the points of the tender's RuleSet; none where it has no such rule."""
    rule = next((each for each in data.credit.deductions if each.key == CREDIT_RULE), None)
    if rule is not None and rule.points:
        register.add_credit(agency, -rule.points, rule.label, reason, by=Actor.system())


def _ask_next(tender: Tender, data: RuleData) -> None:
    """Ask the best substitute that may still take part; with none left, let it fail."""
    needs, by = needs_of(tender, data), Actor.system()
    if picking.is_needed(tender) and picking.ask(tender, data, by=by):
        return
    waiting = tender.bids.filter(state=Bid.State.SUBSTITUTE).select_related("agency__organisation").order_by("rank")
    passed: list[str] = []
    for bid in waiting:
        if report(tender, needs, agencies.facts(bid.agency), clock.today()).is_eligible:
            _ask(tender, bid, data, passed)
            return
        passed.append(bid.agency.organisation.credit_code)
        rules.BID.move(bid, "void")
        bid.invalid_reason, bid.ended_at = "ineligible", clock.now()
        bid.save(update_fields=["state", "invalid_reason", "ended_at"])
    tender.substitute_by = None
    tender.save(update_fields=["substitute_by"])
    failing.fail(tender, GIVEN_UP, by=by, data={"passed_over": passed, "next": None})


def _ask(tender: Tender, bid: Bid, data: RuleData, passed: list[str]) -> None:
    moment = clock.now()
    answer_by = calendar.closes_at(moment, data.periods.substitute)
    offer = SubstituteOffer.objects.create(tender=tender, bid=bid, asked_at=moment, answer_by=answer_by)
    deadlines.put("tenders.substitute", offer, answer_by)
    tender.substitute_by, tender.explain_by = answer_by, None
    tender.save(update_fields=["substitute_by", "explain_by"])
    told = {"agency": bid.agency.credit_code, "answer_by": answer_by.isoformat(), "passed_over": passed}
    log.record("tender.substitute_asked", tender, by=Actor.system(), data=told)
    log.make_public("tender.substitute_asked", tender, by=Actor.system(), data=told)
    names = {"title": tender.title, "number": tender.number, "until": telling.written(answer_by)}
    url = reverse("tender_substitute", args=[tender.number])
    telling.tell_agencies([bid.agency_id], "tenders.substitute_asked", url=url, **names)


def _pass_on(tender: Tender, offer: SubstituteOffer, act: str, by: Actor) -> None:
    _close(tender, offer, act, by)
    rules.BID.move(offer.bid, "give_up")
    offer.bid.ended_at = clock.now()
    offer.bid.save(update_fields=["state", "ended_at"])
    _ask_next(tender, rules_of(tender))


def _close(tender: Tender, offer: SubstituteOffer, act: str, by: Actor) -> None:
    rules.SUBSTITUTE.move(offer, act)
    offer.answered_at, offer.answered_by = clock.now(), by.user
    offer.save()
    deadlines.cancel("tenders.substitute", offer)
    told = {"agency": offer.bid.agency.credit_code, "answer": offer.state}
    log.record("tender.substitute_answered", tender, by=by, data=told | {"reason": offer.reason})
    log.make_public("tender.substitute_answered", tender, by=by, data=told)


def _asked(offer: SubstituteOffer, by: Actor) -> tuple[Tender, SubstituteOffer]:
    tender, offer = _locked(offer.pk)
    by.require_member(offer.bid.agency.organisation_id, MemberRole.BID_AUTHOR)
    by.require_verified()
    if offer.state in (S.ACCEPTED, S.DECLINED):
        raise AlreadyDone()
    if offer.state == S.MISSED or not rules.in_time(clock.now(), offer.answer_by):
        raise TooLate(_("答复期限已于 %(until)s 届满。") % {"until": telling.written(offer.answer_by)})
    return tender, offer


def _locked(pk: int) -> tuple[Tender, SubstituteOffer]:
    key = SubstituteOffer.objects.values_list("tender_id", flat=True).get(pk=pk)
    tender = locks.exclusive(Tender, key)
    offer = SubstituteOffer.objects.select_related("bid__agency__organisation").get(pk=pk)
    offer.tender = tender
    return tender, offer


def _winner(tender: Tender) -> Agency | None:
    """Who has won and has no contract in force yet."""
    state = Tender.objects.values_list("state", flat=True).get(pk=tender.pk)
    if state not in (Tender.State.PUBLICITY, Tender.State.NOTIFIED):
        return None
    award = Award.objects.filter(tender=tender, ended_at=None).select_related("agency__organisation").first()
    if award is not None:
        return award.agency
    bid = tender.bids.filter(state=Bid.State.WINNER).select_related("agency__organisation").order_by("rank").first()
    return bid.agency if bid is not None else tender.chosen_agency
