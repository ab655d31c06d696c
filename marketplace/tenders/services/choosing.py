"""The buyer compares the opened quotes of an invitation and picks one with a reason, or none with a reason.

Then the award follows at once: nothing of an invitation is made public, so nobody waits for objections.
"""

from dataclasses import replace
from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.agencies import queries as agencies
from marketplace.catalogue.rules import RuleData
from marketplace.core import calendar, clock, deadlines, locks
from marketplace.core.errors import AlreadyDone, DomainError, TooLate, WrongState
from marketplace.tenders import rules
from marketplace.tenders.eligibility import needs_of, report
from marketplace.tenders.models import Award, Bid, Tender
from marketplace.tenders.queries import rules_of
from marketplace.tenders.selection import registry, validity
from marketplace.tenders.selection.base import Case, Outcome
from marketplace.tenders.selection.casefile import read_case
from marketplace.tenders.services import disclosing, failing, judging, publicity, telling, wording
from marketplace.tenders.services.moves import move
from marketplace.tenders.services.permission import require_verified_buyer

NOT_CHOSEN, NONE_CHOSEN = "not_chosen", "none_chosen"
CHOOSABLE = (Bid.State.VALID, Bid.State.LOST)
REMIND = timedelta(days=1)  # before the time is over
MOST_REASON = 1000


class NotChoosable(DomainError):
    """A quote that can't be picked: invalid, given up, or of an agency that may no longer take part."""

    code = "not_choosable"
    status = 422
    field = "bid"
    message = _("这份报价不能选用，请另选一家。")


def not_yet(case: Case) -> Outcome:
    """What the opening says of the quotes before anybody is picked: only which are invalid, and why."""
    _valid, invalid = validity.judge(case)
    return Outcome(status="failed", invalid=invalid)


def begin(tender: Tender, data: RuleData) -> None:
    """Let the buyer choose among the quotes that were just opened; with no valid one it fails. Inside a transaction."""
    if not tender.bids.filter(state__in=CHOOSABLE).exists():
        failing.fail(tender, "no_valid_quote", by=Actor.system())
        return
    _wait(tender, data)
    until = telling.written(tender.choose_by)
    telling.tell_buyer(tender, "tenders.quotes_opened", url=_page(tender), until=until)
    keys = list(tender.bids.filter(opened__gt="").values_list("agency_id", flat=True))
    names = {"title": tender.title, "number": tender.number, "until": until}
    telling.tell_agencies(keys, "tenders.quote_compared", url=_page(tender), **names)


def choose_again(tender: Tender, data: RuleData) -> None:
    """Who was picked has given up: the buyer picks another, if there is one. Inside a transaction, locked."""
    if not tender.bids.filter(state__in=CHOOSABLE).exists():
        failing.fail(tender, "given_up", by=Actor.system())
        return
    _wait(tender, data)
    telling.tell_buyer(tender, "tenders.choose_again", url=_page(tender), until=telling.written(tender.choose_by))


@transaction.atomic
def choose(bid: Bid, reason: str, *, by: Actor) -> Tender:
    """Pick a quote: award, notice and contract draft follow by themselves; the others hear that they were not picked.

    AlreadyDone, TooLate, WrongState, NotChoosable, ReasonMissing, TooManyWords, NotAllowed, NotVerified.
    """
    year = clock.today().year
    locks.counter(f"{publicity.SERIES}-{year}")
    tender = _choosing(bid.tender, by)
    reason = wording.required(reason, MOST_REASON, field="reason")
    bid = tender.bids.select_related("agency__organisation").get(pk=bid.pk)
    if bid.state not in CHOOSABLE:
        raise NotChoosable()
    data = rules_of(tender)
    found = report(tender, needs_of(tender, data), agencies.facts(bid.agency), clock.today())
    if not found.is_eligible:
        failing_rules = "；".join(f"{check.label}（{check.value}）" for check in found.failing)
        values = {"agency": str(bid.agency), "failing": failing_rules}
        raise NotChoosable(_("%(agency)s 现在不符合条件：%(failing)s。请另选一家。") % values)
    bid.eligibility["noticed"] = found.to_json()
    bid.save(update_fields=["eligibility"])
    outcome = _decide(tender, bid.agency.credit_code, reason)
    told = {"agency": bid.agency.credit_code, "reason": reason}
    move(tender, "select", by=by, data=told, choice_reason=reason, choose_by=None)
    disclosing.act("tender.chosen", tender, by=by, data=told | {"outcome": outcome.to_json()})
    _stop_waiting(tender)
    bid.refresh_from_db()
    publicity.issue(tender, data, bid.agency, bid, locks.next_number(publicity.SERIES, year), clock.now())
    _tell_the_others(tender, bid)
    return tender


@transaction.atomic
def choose_none(tender: Tender, reason: str, *, by: Actor) -> Tender:
    """None of the quotes is taken, with a reason that all invited are told. Errors as `choose`."""
    tender = _choosing(tender, by)
    reason = wording.required(reason, MOST_REASON, field="reason")
    _end(tender, NONE_CHOSEN, by=by, words=reason)
    return tender


@transaction.atomic
def end_choice(pk: str) -> None:
    """The time to choose is over: the purchase has failed. Harmless before, and when somebody was picked."""
    tender = locks.exclusive(Tender, pk)
    if (
        tender.state != Tender.State.SELECTING
        or tender.choose_by is None
        or rules.in_time(clock.now(), tender.choose_by)
    ):
        return
    _end(tender, NOT_CHOSEN, by=Actor.system())


@transaction.atomic
def remind_to_choose(pk: str) -> None:
    """Remind the buyer that the time to choose runs out. Harmless when somebody was picked."""
    tender = Tender.objects.select_related("buyer").defer("record").get(pk=pk)
    if tender.state == Tender.State.SELECTING and rules.in_time(clock.now(), tender.choose_by):
        telling.tell_buyer(tender, "tenders.choose_soon", url=_page(tender), until=telling.written(tender.choose_by))


def _choosing(tender: Tender, by: Actor) -> Tender:
    """The locked tender, when its buyer may choose now."""
    tender = locks.exclusive(Tender, tender.pk)
    require_verified_buyer(tender, by)
    if Award.objects.filter(tender=tender, ended_at=None).exists() or tender.fail_reason in (NONE_CHOSEN, NOT_CHOSEN):
        raise AlreadyDone()
    if tender.state != Tender.State.SELECTING or tender.choose_by is None:
        raise WrongState()
    if not rules.in_time(clock.now(), tender.choose_by):
        raise TooLate()
    return tender


def _decide(tender: Tender, code: str, reason: str) -> Outcome:
    """Write the decision into the record, and what it makes of each quote."""
    bids = list(tender.bids.filter(state__in=CHOOSABLE).select_related("agency__organisation"))
    gone = tender.bids.filter(state=Bid.State.GIVEN_UP).values_list("agency__organisation__credit_code", flat=True)
    case = rules.judged(read_case(tender.record["case"]), ineligible=set(gone))
    case = replace(case, decision={"agency": code, "reason": reason})
    outcome = registry.select(case)
    for each in bids:
        rules.BID.move(each, "judge_again")
    judging.place(bids, outcome)
    Bid.objects.bulk_update(bids, judging.WRITTEN)
    tender.record = tender.record | {"case": case.to_json(), "outcome": outcome.to_json()}
    tender.save(update_fields=["record"])
    return outcome


def _end(tender: Tender, why: str, *, by: Actor, words: str = "") -> None:
    """Nobody was picked: every quote has lost, and everybody is told the reason."""
    left = list(tender.bids.filter(state=Bid.State.VALID))
    for each in left:
        rules.BID.move(each, "lose")
        each.save(update_fields=["state"])
    tender.choice_reason, tender.choose_by = words, None
    tender.save(update_fields=["choice_reason", "choose_by"])
    _stop_waiting(tender)
    failing.fail(tender, why, by=by, words=words, data={"words": words} if words else None)


def _wait(tender: Tender, data: RuleData) -> None:
    tender.choose_by = calendar.closes_at(clock.now(), data.invited_quotes.pick)
    tender.save(update_fields=["choose_by"])
    deadlines.put("tenders.choice", tender, tender.choose_by)
    deadlines.put("tenders.choice_reminder", tender, max(clock.now(), tender.choose_by - REMIND))


def _stop_waiting(tender: Tender) -> None:
    for kind in ("tenders.choice", "tenders.choice_reminder"):
        deadlines.cancel(kind, tender)


def _tell_the_others(tender: Tender, chosen: Bid) -> None:
    """Those who quoted and were not picked: that, and nothing of anybody else."""
    lost = tender.bids.filter(state__in=[Bid.State.LOST, Bid.State.INVALID]).exclude(pk=chosen.pk)
    names = {"title": tender.title, "number": tender.number}
    telling.tell_agencies(
        list(lost.values_list("agency_id", flat=True)), "tenders.not_chosen", url=_page(tender), **names
    )


def _page(tender: Tender) -> str:
    return reverse("tender_result", args=[tender.number])
