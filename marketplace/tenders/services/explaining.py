"""A price that is suspiciously low and would win: its agency explains, the buyer accepts or rejects, both in the open.

Silence decides, too: without an explanation in time the price is rejected; an explanation on which the buyer decides
nothing in time is accepted. Source: selection-rules, *Periods* and *Methods* (`lowest_price`); supermarket §2.1.
"""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole
from marketplace.agencies.models import Agency
from marketplace.catalogue.rules import RuleData
from marketplace.core import calendar, clock, deadlines, locks, log
from marketplace.core.errors import AlreadyDone, TooLate, WrongState
from marketplace.core.models import StoredFile
from marketplace.tenders import rules
from marketplace.tenders.models import Bid, PriceExplanation, Tender
from marketplace.tenders.queries import rules_of
from marketplace.tenders.services import failing, judging, picking, standstill, telling, wording
from marketplace.tenders.services.permission import require_verified_buyer

S = PriceExplanation.State
OPEN = (S.ASKED, S.GIVEN)


def go_on(tender: Tender, data: RuleData, *, by: Actor) -> None:
    """From a selection into publicity; or first let the buyer pick, or a suspiciously low price be explained.

    Inside a transaction; the tender is selecting and its responses are written.
    """
    if picking.is_needed(tender):
        picking.ask(tender, data, by=by)
        return
    winners = list(tender.bids.filter(state=Bid.State.WINNER).select_related("agency__organisation"))
    known = {one.agency_id: one for one in tender.explanations.select_related("agency__organisation")}
    explained = [one.agency.credit_code for one in known.values() if one.state == S.ACCEPTED]
    alerts = (tender.record.get("outcome") or {}).get("alerts", {})
    needed = rules.to_explain([bid.agency.credit_code for bid in winners], alerts, explained)
    asked = [bid.agency for bid in winners if bid.agency.credit_code in needed]
    for one in known.values():
        if one.state in OPEN and one.agency not in asked:
            _close(one, "drop", by)
    for agency in asked:
        if agency.pk not in known:
            _ask(tender, agency, data, by=by)
    limits = [_limit(one) for one in tender.explanations.filter(state__in=OPEN)]
    if not limits:
        standstill.begin(tender, data, by=by)
        return
    tender.explain_by, tender.substitute_by = min(limits), None
    tender.save(update_fields=["explain_by", "substitute_by"])


@transaction.atomic
def explain(explanation: PriceExplanation, text: str, file: StoredFile | None, *, by: Actor) -> PriceExplanation:
    """The agency explains its price: the words become public, the file is for the buyer and supervisors.

    AlreadyDone, TooLate, WrongState, NotAllowed, NotVerified, ReasonMissing, TooManyWords.
    """
    by.require_member(explanation.agency.organisation_id, MemberRole.BID_AUTHOR)
    by.require_verified()
    tender, explanation = _locked(explanation.pk)
    moment = clock.now()
    if explanation.state == S.GIVEN:
        raise AlreadyDone()
    if explanation.state == S.MISSED or not rules.in_time(moment, explanation.due_at):
        raise TooLate(_late(explanation.due_at))
    rules.EXPLANATION.move(explanation, "explain")
    explanation.text, explanation.file = wording.required(text, 3000, field="text"), file
    explanation.given_at, explanation.given_by = moment, by.user
    data = rules_of(tender)
    explanation.decide_by = calendar.closes_at(moment, data.periods.owner_pick)
    explanation.save()
    deadlines.put("tenders.explanation", explanation, explanation.decide_by)
    _set_limit(tender)
    told = {"agency": explanation.agency.credit_code, "text": explanation.text}
    log.record("tender.price_explained", tender, by=by, data=told | {"file": file.sha256 if file else None})
    log.make_public("tender.price_explained", tender, by=by, data=told)
    until = telling.written(explanation.decide_by)
    telling.tell_buyer(
        tender, "tenders.price_explained", url=decision_url(explanation), agency=str(explanation.agency), until=until
    )
    return explanation


@transaction.atomic
def decide(explanation: PriceExplanation, *, accept: bool, reason: str, by: Actor) -> PriceExplanation:
    """The buyer accepts or rejects an explanation, with reasons that are published; the selection goes on by itself.

    AlreadyDone, WrongState, NotAllowed, NotVerified, ReasonMissing, TooManyWords.
    """
    tender, explanation = _locked(explanation.pk)
    require_verified_buyer(tender, by)
    if explanation.state in (S.ACCEPTED, S.REJECTED):
        raise AlreadyDone()
    if explanation.state != S.GIVEN or tender.state != Tender.State.SELECTING:
        raise WrongState()
    if not rules.in_time(clock.now(), explanation.decide_by):
        raise TooLate()
    _decide(tender, explanation, "accept" if accept else "reject", wording.required(reason, 1000, field="reason"), by)
    return explanation


@transaction.atomic
def end_explanation(pk: str) -> None:
    """The time to explain, or the buyer's to decide, is over. Harmless before, and when it was done."""
    tender, explanation = _locked(int(pk))
    if explanation.state not in OPEN or rules.in_time(clock.now(), _limit(explanation)):
        return
    if tender.state != Tender.State.SELECTING:
        return
    if explanation.state == S.ASKED:
        _decide(tender, explanation, "miss", _("在规定时间内没有说明。"), Actor.system())
    else:
        _decide(tender, explanation, "accept", _("采购人在规定时间内没有处理，视为接受。"), Actor.system())


def decision_url(explanation: PriceExplanation) -> str:
    """Where the buyer decides."""
    return reverse("explanation_decide", args=[explanation.tender.number, explanation.pk])


def _ask(tender: Tender, agency: Agency, data: RuleData, *, by: Actor) -> None:
    moment = clock.now()
    due_at = calendar.closes_at(moment, data.periods.low_price_explanation)
    explanation = PriceExplanation.objects.create(tender=tender, agency=agency, asked_at=moment, due_at=due_at)
    deadlines.put("tenders.explanation", explanation, due_at)
    told = {"agency": agency.credit_code, "due_at": due_at.isoformat()}
    log.record("tender.price_asked", tender, by=by, data=told)
    log.make_public("tender.price_asked", tender, by=by, data=told)
    until = telling.written(due_at)
    names = {"title": tender.title, "number": tender.number, "until": until}
    telling.tell_agencies(
        [agency.pk], "tenders.price_asked", url=reverse("tender_explain", args=[tender.number]), **names
    )
    telling.tell_buyer(tender, "tenders.price_alert", agency=str(agency), until=until)


def _decide(tender: Tender, explanation: PriceExplanation, act: str, reason: str, by: Actor) -> None:
    """Close an explanation; a rejected price makes the outcome be computed anew."""
    explanation.reason, explanation.decided_at, explanation.decided_by = reason, clock.now(), by.user
    _close(explanation, act, by)
    code = explanation.agency.credit_code
    told = {"agency": code, "result": explanation.state, "reason": reason}
    log.record("tender.price_decided", tender, by=by, data=told)
    log.make_public("tender.price_decided", tender, by=by, data=told)
    url = reverse("tender_result", args=[tender.number])
    names = {"title": tender.title, "number": tender.number, "reason": reason}
    kind = "tenders.price_accepted" if explanation.state == S.ACCEPTED else "tenders.price_rejected"
    telling.tell_agencies([explanation.agency_id], kind, url=url, **names)
    telling.tell_buyer(tender, "tenders.price_over", url=url, agency=str(explanation.agency), reason=reason)
    if explanation.state != S.ACCEPTED:
        outcome = judging.judge_again(tender, why="low_price", by=by, rejected=[code])
        if not outcome.is_selected:
            tender.explain_by = None
            tender.save(update_fields=["explain_by"])
            failing.fail(tender, outcome.reason or "", by=by)
            return
    go_on(tender, rules_of(tender), by=Actor.system())


def _close(explanation: PriceExplanation, act: str, by: Actor) -> None:
    rules.EXPLANATION.move(explanation, act)
    explanation.save(update_fields=["state", "reason", "decided_at", "decided_by"])
    deadlines.cancel("tenders.explanation", explanation)


def _locked(pk: int) -> tuple[Tender, PriceExplanation]:
    """The explanation with its tender, which is locked first."""
    key = PriceExplanation.objects.values_list("tender_id", flat=True).get(pk=pk)
    tender = locks.exclusive(Tender, key)
    explanation = PriceExplanation.objects.select_related("agency__organisation").get(pk=pk)
    explanation.tender = tender
    return tender, explanation


def _limit(explanation: PriceExplanation) -> datetime:
    if explanation.state == S.GIVEN and explanation.decide_by is not None:
        return explanation.decide_by
    return explanation.due_at


def _set_limit(tender: Tender) -> None:
    tender.explain_by = min(_limit(one) for one in tender.explanations.filter(state__in=OPEN))
    tender.save(update_fields=["explain_by"])


def _late(due_at: datetime) -> str:
    return _("说明期限已于 %(until)s 届满，系统以服务器时间为准。") % {"until": telling.written(due_at)}
