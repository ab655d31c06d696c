"""Renewed confirmation: after a material amendment the author of a sealed response says that it still stands.

It is a signed receipt of its own, which names the amendment; who would rather change the offer replaces it. A response
that comes after an amendment knows it (`Bid.save`) and needs no confirmation.
"""

import hashlib
from datetime import UTC, datetime
from typing import Any

import rfc8785
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.accounts import queries as accounts
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole
from marketplace.agencies.rules import Check
from marketplace.core import clock, inbox, keys, locks, log
from marketplace.core.errors import AlreadyDone, WrongState
from marketplace.tenders import rules, sealing
from marketplace.tenders.eligibility import Report
from marketplace.tenders.errors import BidTooLate, NotEligible
from marketplace.tenders.models import Bid, Tender
from marketplace.tenders.services import bidding, tracing

NOT_CONFIRMED = "confirmed"  # the key of the rule in the report


class AmendedAgain(WrongState):
    """The tender was amended again since the page was shown."""

    code = "amended_again"
    message = gettext_lazy("公告又有新的变更，请先看过最新的变更再确认。")


@transaction.atomic
def confirm_bid(bid: Bid, *, amended: int, by: Actor) -> Bid:
    """Confirm a sealed response for the amendment that was read. AlreadyDone, AmendedAgain, BidTooLate, NotEligible."""
    bidding.require_author(bid.agency, by)
    tender = locks.exclusive(Tender, bid.tender_id)
    moment = clock.now()
    bid = Bid.objects.select_related("agency__organisation").get(pk=bid.pk)
    bid.tender = tender
    if not rules.in_time(moment, tender.closes_at):
        raise BidTooLate()
    if bid.state != Bid.State.SEALED or tender.state != Tender.State.PUBLISHED:
        raise WrongState()
    if amended != tender.amended:
        raise AmendedAgain()
    if bid.amended >= tender.amended:
        raise AlreadyDone()
    found = bidding.report_for(tender, bid.agency)
    if not found.is_eligible:
        raise NotEligible(found)
    bid.amended, bid.confirmation = tender.amended, _receipt(bid, tender, moment)
    bid.eligibility["confirmed"] = found.to_json()
    bid.origins = tracing.origins(bid, "confirmed", by)
    bid.save(update_fields=["amended", "confirmation", "eligibility", "origins"])
    data = {"commitment": bid.commitment, "amendment": tender.amended}
    log.record("bid.confirm", bid, by=by, data=data, visible_from=tender.closes_at)
    people = accounts.people_of(bid.agency.organisation, MemberRole.BID_AUTHOR)
    url = reverse("receipt", args=[bid.pk])
    inbox.tell(people, "tenders.bid_confirmed", url=url, title=tender.title, number=tender.number or "")
    return bid


def with_confirmation(tender: Tender, bids: list[Bid], reports: dict[int, Report]) -> dict[int, Report]:
    """The reports at the close, with the rule that the response knows the last material amendment.

    Which responses don't is public from then on, by their commitments: they are in the frozen list already.
    """
    if not tender.amended:
        return reports
    unconfirmed = sorted(bid.commitment for bid in bids if bid.amended < tender.amended)
    if unconfirmed:
        told = {"amendment": tender.amended, "commitments": unconfirmed}
        log.make_public("tender.unconfirmed", tender, by=Actor.system(), data=told)
    return reports | {bid.agency_id: Report((*reports[bid.agency_id].checks, _check(tender, bid))) for bid in bids}


def _check(tender: Tender, bid: Bid) -> Check:
    knows = bid.amended >= tender.amended
    mine = _("已在变更后确认或重新报价") if knows else _("变更后没有确认，也没有重新报价")
    return Check(NOT_CONFIRMED, _("变更后的确认"), knows, mine, _("第 %(n)d 次变更") % {"n": tender.amended})


def _receipt(bid: Bid, tender: Tender, moment: datetime) -> dict[str, Any]:
    """The site's signed word, as `sealing.receipt`, that the response was confirmed for this amendment."""
    statement: dict[str, Any] = {
        "version": sealing.RECEIPT_VERSION,
        "act": "confirmed",
        "tender": tender.number or "",
        "amendment": tender.amended,
        "commitment": bid.commitment,
        "ciphertext_sha256": hashlib.sha256(bytes(bid.ciphertext)).hexdigest(),
        "at": moment.astimezone(UTC).isoformat(timespec="microseconds"),
    }
    signature = keys.sign(rfc8785.dumps(statement))
    return statement | {"key": bytes(keys.verify_key()).hex(), "signature": signature}
