"""The buyer picks one of a shortlist, with a published reason and within the RuleSet's time.

Nothing is gained by waiting: when the time is over the first of the shortlist's order is the candidate. A pick whose
agency gives up, or may no longer take part, is followed by another among those that are left.
"""

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.catalogue.rules import RuleData
from marketplace.core import calendar, clock, deadlines, locks, log
from marketplace.core.errors import AlreadyDone, TooLate, WrongState
from marketplace.tenders import rules
from marketplace.tenders.models import Bid, Tender
from marketplace.tenders.queries import rules_of
from marketplace.tenders.services import standstill, telling, wording
from marketplace.tenders.services.permission import require_verified_buyer

KIND = "tenders.pick"
PICKED = ("credit_shortlist",)  # methods whose outcome is a shortlist


def is_needed(tender: Tender) -> bool:
    """Whether the buyer has to pick: the method gives a shortlist, and nobody of it stands as the winner."""
    return tender.method in PICKED and not tender.bids.filter(state=Bid.State.WINNER).exists()


def shortlist(tender: Tender) -> list[Bid]:
    """Who may be picked, in the order of the shortlist."""
    found = tender.bids.filter(state=Bid.State.SHORTLISTED).select_related("agency__organisation")
    return list(found.defer("ciphertext", "opened").order_by("rank", "pk"))


def ask(tender: Tender, data: RuleData, *, by: Actor) -> bool:
    """Ask the buyer to pick; False when nobody is left. Inside a transaction; the tender is selecting."""
    left = shortlist(tender)
    if not left:
        return False
    until = calendar.closes_at(clock.now(), data.periods.owner_pick)
    tender.pick_by, tender.explain_by, tender.substitute_by = until, None, None
    tender.save(update_fields=["pick_by", "explain_by", "substitute_by"])
    deadlines.put(KIND, tender, until)
    told = {"among": [bid.agency.credit_code for bid in left], "until": until.isoformat()}
    log.make_public("tender.pick_asked", tender, by=by, data=told)
    url = reverse("tender_pick", args=[tender.number])
    telling.tell_buyer(tender, "tenders.pick_asked", url=url, until=telling.written(until))
    return True


@transaction.atomic
def pick(tender: Tender, agency: int, reason: str, *, by: Actor) -> Tender:
    """The buyer picks an agency (its key). AlreadyDone, TooLate, WrongState, NotAllowed, NotVerified, ReasonMissing."""
    tender = locks.exclusive(Tender, tender.pk)
    require_verified_buyer(tender, by)
    if tender.pick_by is None:
        raise AlreadyDone() if tender.state == Tender.State.PUBLICITY else WrongState()
    if not rules.in_time(clock.now(), tender.pick_by):
        raise TooLate()
    chosen = next((bid for bid in shortlist(tender) if bid.agency_id == agency), None)
    if chosen is None:
        raise WrongState()
    _take(tender, chosen, wording.required(reason, 1000, field="reason"), by_rule=False, by=by)
    return tender


@transaction.atomic
def end_pick(pk: str) -> None:
    """The time to pick is over: the first of the shortlist it is. Harmless before, and when it was picked."""
    tender = locks.exclusive(Tender, pk)
    if tender.state != Tender.State.SELECTING or tender.pick_by is None or rules.in_time(clock.now(), tender.pick_by):
        return
    first = shortlist(tender)[0]
    reason = _("采购人在规定时间内没有择定，按入围次序由第一名作为候选机构。")
    _take(tender, first, reason, by_rule=True, by=Actor.system())


def _take(tender: Tender, bid: Bid, reason: str, *, by_rule: bool, by: Actor) -> None:
    rules.BID.move(bid, "win")
    bid.save(update_fields=["state"])
    told: dict[str, Any] = {"agency": bid.agency.credit_code, "reason": reason, "by_rule": by_rule}
    tender.record["picks"] = [*tender.record.get("picks", []), told | {"at": clock.now().isoformat()}]
    tender.pick_by = None
    tender.save(update_fields=["record", "pick_by"])
    deadlines.cancel(KIND, tender)
    log.record("tender.picked", tender, by=by, data=told)
    log.make_public("tender.picked", tender, by=by, data=told)
    standstill.begin(tender, rules_of(tender), by=Actor.system())
    url = reverse("tender_result", args=[tender.number])
    names = {"title": tender.title, "number": tender.number, "agency": str(bid.agency), "reason": reason}
    keys = tender.bids.filter(rank__isnull=False).values_list("agency_id", flat=True)
    telling.tell_agencies(keys, "tenders.picked", url=url, **names)
