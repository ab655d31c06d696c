"""Responding: seal an offer, replace it, take it back - until the close, by the clock read under the locks.

A response takes its tender's row FOR SHARE, so that a rush doesn't queue on it, and a lock of its own agency's, so that
two of its people can't make two responses. The opening takes the row FOR UPDATE and waits for both.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from marketplace.accounts import queries as accounts
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole
from marketplace.agencies import queries as agencies
from marketplace.agencies.models import Agency
from marketplace.catalogue import queries as catalogue
from marketplace.core import clock, inbox, locks, log
from marketplace.core.display import money
from marketplace.core.errors import AlreadyDone, NotAllowed
from marketplace.tenders import rules, sealing
from marketplace.tenders.eligibility import Report, needs_of, report
from marketplace.tenders.errors import BidTooLate, NoBids, NotEligible, OfferChanged, OfferRefused
from marketplace.tenders.models import Bid, Tender
from marketplace.tenders.selection import registry


@dataclass(frozen=True)
class Offer:
    """What an agency offers: CNY with at most two decimals, working days, a note that becomes public at the opening."""

    price: Decimal = field(repr=False)
    days: int
    note: str = field(default="", repr=False)


@sensitive_variables("offer", "envelope")
@transaction.atomic
def place_bid(tender: Tender, agency: Agency, offer: Offer, *, idempotency_key: UUID, by: Actor) -> Bid:
    """Seal an offer and store it with its signed receipt; an earlier one is replaced.

    The same form sent twice gives the same receipt, even after the close. BidTooLate, NoBids, NotEligible (with its
    report), OfferRefused (with its field), OfferChanged, NotAllowed, NotVerified.
    """
    require_author(agency, by)
    tender = _locked(tender, agency)
    moment = clock.now()
    earlier = Bid.objects.filter(idempotency_key=idempotency_key).first()
    if earlier is not None:
        return _the_same(earlier, tender, agency, offer, idempotency_key)
    _must_be_open(tender, moment)
    check_offer(tender, offer)
    found = report_for(tender, agency)
    if not found.is_eligible:
        raise NotEligible(found)
    sealed = sealing.seal(tender.public_key, _envelope(tender, agency, offer, idempotency_key))
    replaced = _end_live_bid(tender, agency, moment)
    bid = Bid.objects.create(
        tender=tender,
        agency=agency,
        author=by.person,
        ciphertext=sealed.ciphertext,
        commitment=sealed.commitment,
        receipt=sealing.receipt("placed", tender=tender.number or "", sealed=sealed, at=moment),
        submitted_at=moment,
        idempotency_key=idempotency_key,
        eligibility={"placed": found.to_json()},
    )
    data = {"commitment": sealed.commitment, "replaces": str(replaced.pk) if replaced else None}
    _trace("bid.place", bid, by, data)
    return bid


@transaction.atomic
def withdraw_bid(bid: Bid, *, by: Actor) -> Bid:
    """Take a response back before the close, with a receipt of its own. AlreadyDone, BidTooLate, NoBids."""
    require_author(bid.agency, by)
    tender = _locked(bid.tender, bid.agency)
    moment = clock.now()
    bid = Bid.objects.select_related("agency__organisation").get(pk=bid.pk)
    if bid.state == Bid.State.WITHDRAWN:
        raise AlreadyDone()
    _must_be_open(tender, moment)
    bid.tender = tender
    rules.BID.move(bid, "withdraw")
    bid.ended_at = moment
    sealed = sealing.Sealed(bytes(bid.ciphertext), bid.commitment)
    bid.withdrawal = sealing.receipt("withdrawn", tender=tender.number or "", sealed=sealed, at=moment)
    bid.save(update_fields=["state", "ended_at", "withdrawal"])
    _trace("bid.withdraw", bid, by, {"commitment": bid.commitment})
    return bid


def report_for(tender: Tender, agency: Agency) -> Report:
    """The agency's report for this tender today, by the rules of the tender's day."""
    data = catalogue.rule_data(tender.ruleset) if tender.ruleset else catalogue.current_rules()
    return report(tender, needs_of(tender, data), agencies.facts(agency), clock.today())


def require_author(agency: Agency, by: Actor) -> None:
    """NotAllowed unless the actor writes bids for the agency; NotVerified before its authorisation was looked at."""
    by.require_member(agency.organisation_id, MemberRole.BID_AUTHOR)
    by.require_verified()


def check_offer(tender: Tender, offer: Offer) -> None:
    """OfferRefused for figures that can't be; after sealing nobody could tell before the opening."""
    if offer.price <= 0:
        raise OfferRefused(_("报价须大于 0 元。"), field="price")
    if tender.ceiling is not None and offer.price > tender.ceiling:
        sentence = _("报价高于最高限价 %(ceiling)s，开标时会被判为无效。请调低后再提交。")
        raise OfferRefused(sentence % {"ceiling": money(tender.ceiling)}, field="price")
    if tender.floor is not None and offer.price < tender.floor:
        sentence = _("报价低于最低限价 %(floor)s，开标时会被判为无效。请调高后再提交。")
        raise OfferRefused(sentence % {"floor": money(tender.floor)}, field="price")
    if offer.days < 1 or (tender.days and offer.days > tender.days):
        sentence = _("承诺工作日须在 1 至 %(days)d 之间，不能超过公告的服务期限。")
        raise OfferRefused(sentence % {"days": tender.days or rules.MOST_SERVICE_DAYS}, field="days")


def _locked(tender: Tender, agency: Agency) -> Tender:
    """The tender as it is now, shared with other agencies' responses but not with this agency's."""
    locks.shared(Tender, tender.pk)
    if connection.vendor == "postgresql":
        name = hashlib.sha256(f"bid\0{tender.pk}\0{agency.pk}".encode()).digest()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(name[:8], "big", signed=True)])
    return Tender.objects.select_related("buyer", "item", "region", "ruleset").defer("record").get(pk=tender.pk)


def _must_be_open(tender: Tender, moment: datetime) -> None:
    """Time decides: a tender whose close has passed takes nothing, whether or not anybody has opened it yet."""
    if not registry.get(tender.method).takes_bids or not tender.is_public:
        raise NoBids()
    if not rules.in_time(moment, tender.closes_at):
        raise BidTooLate()
    if tender.state != Tender.State.PUBLISHED:
        raise NoBids()


@sensitive_variables()
def _envelope(tender: Tender, agency: Agency, offer: Offer, key: UUID) -> sealing.Envelope:
    nonce, share = sealing.secrets_of(key)
    price = format(offer.price.quantize(Decimal("0.01")), "f")
    code = agency.organisation.credit_code
    return sealing.Envelope(tender.number or "", code, price, offer.days, offer.note.strip(), nonce, share)


@sensitive_variables("offer")
def _the_same(earlier: Bid, tender: Tender, agency: Agency, offer: Offer, key: UUID) -> Bid:
    """The answer to a form that was sent before: what it got then, unless its figures have changed."""
    if (earlier.tender_id, earlier.agency_id) != (tender.pk, agency.pk):
        raise NotAllowed()
    text = _envelope(tender, agency, offer, key).text()
    if sealing.commitment_of(text) != earlier.commitment:
        raise OfferChanged()
    return earlier


def _end_live_bid(tender: Tender, agency: Agency, moment: datetime) -> Bid | None:
    live = Bid.objects.filter(tender=tender, agency=agency, state=Bid.State.SEALED).first()
    if live is not None:
        rules.BID.move(live, "replace")
        live.ended_at = moment
        live.save(update_fields=["state", "ended_at"])
    return live


def _trace(action: str, bid: Bid, by: Actor, data: dict[str, Any]) -> None:
    """Write the act down, to be seen after the close only, and tell the author's own people, in the site only."""
    log.record(action, bid, by=by, data=data, visible_from=bid.tender.closes_at)
    people = accounts.people_of(bid.agency.organisation, MemberRole.BID_AUTHOR)
    kind = "tenders.bid_placed" if action == "bid.place" else "tenders.bid_withdrawn"
    url = reverse("receipt", args=[bid.pk])
    inbox.tell(people, kind, url=url, title=bid.tender.title, number=bid.tender.number or "")
