"""Responding: seal an offer, replace it, take it back - until the close, by the clock read under the locks.

A response takes its tender's row FOR SHARE, so that a rush doesn't queue on it, and a lock of its own agency's, so that
two of its people can't make two responses. The opening takes the row FOR UPDATE and waits for both.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables

from marketplace.accounts import queries as accounts
from marketplace.accounts.actors import Actor
from marketplace.accounts.models import User
from marketplace.accounts.roles import MemberRole
from marketplace.agencies import queries as agencies
from marketplace.agencies.models import Agency
from marketplace.core import bulk, clock, files, inbox, log
from marketplace.core.errors import AlreadyDone, NotAllowed
from marketplace.core.prepared import Prepared
from marketplace.tenders import rules, sealing
from marketplace.tenders.documents import SealedDocuments
from marketplace.tenders.documents import seal as seal_documents
from marketplace.tenders.eligibility import Report, needs_of, report
from marketplace.tenders.errors import BidTooLate, NeedsRelease, NoBids, NotEligible, OfferChanged, OfferEnded
from marketplace.tenders.models import Bid, BidDocuments, HeldBid, Tender
from marketplace.tenders.queries import rules_of
from marketplace.tenders.selection import registry
from marketplace.tenders.services import announced, tracing
from marketplace.tenders.services.announced import Announced
from marketplace.tenders.services.offers import Offer, asks_price, check_offer, require_documents


class Hand(Protocol):
    """Who seals: gives the sealed bytes, and knows a form that was sent before."""

    @property
    def name(self) -> str: ...
    def seal(self, tender: Tender, agency: Agency) -> tuple[sealing.Sealed, SealedDocuments | None]: ...
    def sealed_this(self, earlier: Bid | HeldBid, tender: Tender, agency: Agency) -> bool: ...


@sensitive_variables("offer")
def place_bid(tender: Tender, agency: Agency, offer: Offer, *, idempotency_key: UUID, by: Actor) -> Bid:
    """Seal an offer here and store it with its signed receipt; an earlier one is replaced.

    The same form sent twice gives the same receipt, even after the close. BidTooLate, NoBids, NotEligible (with its
    report), OfferRefused (with its field), OfferChanged, NeedsRelease where the agency has decided under these locks
    that two people make a response, NotAllowed, NotVerified.
    """
    require_author(agency, by)
    return _place(tender, agency, by_server(offer, idempotency_key), idempotency_key, by)


def place_sealed(
    tender: Tender,
    agency: Agency,
    sealed: sealing.Sealed,
    *,
    idempotency_key: UUID,
    by: Actor,
    documents: SealedDocuments | None = None,
) -> Bid:
    """Store what the bidder's browser has sealed, as `place_bid` does.

    BadSeal, BadDocuments for what has not that shape. What is inside nobody sees before the opening: rubbish is taken,
    and is unreadable then with a public reason.
    """
    require_author(agency, by)
    return _place(tender, agency, by_browser(sealed, documents), idempotency_key, by)


def place_held(tender: Tender, agency: Agency, hand: Hand, key: UUID, *, author: User, by: Actor) -> Bid:
    """Store what its author has sealed and somebody else releases; who may, `releasing` has asked."""
    return _place(tender, agency, hand, key, by, author=author)


def by_server(offer: Offer, key: UUID) -> Hand:
    """The hand that seals what comes in the clear."""
    return _Server(offer, key)


def by_browser(sealed: sealing.Sealed, documents: SealedDocuments | None) -> Hand:
    """The hand that has sealed already. BadSeal, BadDocuments."""
    return _Browser(sealed.checked(), documents.checked() if documents else None)


@transaction.atomic
def _place(tender: Tender, agency: Agency, hand: Hand, key: UUID, by: Actor, *, author: User | None = None) -> Bid:
    said = announced.locked(tender, agency)
    moment = clock.now()
    with clock.at(moment):  # all that is written carries the moment that decided
        return _take(said, agency, hand, key, by, author, moment)


def _take(
    said: Announced, agency: Agency, hand: Hand, key: UUID, by: Actor, released: User | None, moment: datetime
) -> Bid:
    """`released`: the author of what `by` releases; None for an author's own act."""
    tender = said.tender
    earlier, live = _earlier(tender, agency, key)
    if earlier is not None:
        return _the_same(earlier, tender, agency, hand)
    must_be_open(tender, agency, moment)
    facts = announced.facts_of(said, agency)
    if facts.second_person and not released:
        raise NeedsRelease()
    found = announced.report_for(said, agency, facts, moment)
    if not found.is_eligible:
        raise NotEligible(found)
    sealed, enclosed = hand.seal(tender, agency)
    require_documents(tender, enclosed=enclosed is not None)
    if live is not None:
        _replace(live, moment)
    bid = Bid(
        tender=tender,
        agency=agency,
        amended=tender.amended,
        author=released or by.person,
        ciphertext=sealed.ciphertext,
        commitment=sealed.commitment,
        receipt=receipt_for("placed", tender, sealed, enclosed, hand, moment),
        sealed_by_server=hand.name == "server",
        submitted_at=moment,
        idempotency_key=key,
        eligibility={"placed": found.to_json()},
        origins=tracing.origins(None, "placed", by),
    )
    data = {"commitment": sealed.commitment, "replaces": str(live.pk) if live else None}
    _store("bid.place", bid, by, data)
    if enclosed is not None:
        kept, key_ = files.keep(enclosed.ciphertext), enclosed.sealed_key
        BidDocuments.objects.create(bid=bid, sealed_key=key_, sha256=kept, size=len(enclosed.ciphertext))
    return bid


def receipt_for(
    act: str,
    tender: Tender,
    sealed: sealing.Sealed,
    enclosed: SealedDocuments | None,
    hand: Hand,
    moment: datetime,
) -> dict[str, Any]:
    """The signed word that both envelopes of a response were had at this moment, as `sealing.receipt` describes it."""
    return sealing.receipt(
        act,
        tender=tender.number or "",
        sealed=sealed,
        at=moment,
        sealed_by=hand.name,
        documents=enclosed.sha256 if enclosed else None,
        amendment=tender.amended,
    )


@transaction.atomic
def withdraw_bid(bid: Bid, *, by: Actor) -> Bid:
    """Take a response back before the close, with a receipt of its own. AlreadyDone, BidTooLate, NoBids."""
    require_author(bid.agency, by)
    tender = announced.locked(bid.tender, bid.agency).tender
    moment = clock.now()
    bid = Bid.objects.select_related("agency__organisation").get(pk=bid.pk)
    if bid.state == Bid.State.WITHDRAWN:
        raise AlreadyDone()
    must_be_open(tender, bid.agency, moment)
    bid.tender = tender
    rules.BID.move(bid, "withdraw")
    bid.ended_at = moment
    sealed = sealing.Sealed(bytes(bid.ciphertext), bid.commitment)
    hand = str(bid.receipt.get("sealed_by", "server"))
    number = tender.number or ""
    enclosed = bid.receipt.get("documents_sha256")
    bid.withdrawal = sealing.receipt(
        "withdrawn",
        tender=number,
        sealed=sealed,
        at=moment,
        sealed_by=hand,
        documents=enclosed,
        amendment=tender.amended,
    )
    bid.origins = tracing.origins(bid, "withdrawn", by)
    bid.save(update_fields=["state", "ended_at", "withdrawal", "origins"])
    _store("bid.withdraw", bid, by, {"commitment": bid.commitment})
    return bid


def report_for(tender: Tender, agency: Agency) -> Report:
    """The agency's report for this tender today, by the rules of the tender's day."""
    data = rules_of(tender)
    return report(tender, needs_of(tender, data), agencies.facts(agency), clock.today())


def require_author(agency: Agency, by: Actor) -> None:
    """NotAllowed unless the actor writes bids for the agency; NotVerified before its authorisation was looked at."""
    by.require_member(agency.organisation_id, MemberRole.BID_AUTHOR)
    by.require_verified()


def must_be_open(tender: Tender, agency: Agency, moment: datetime) -> None:
    """Time decides: a tender whose close has passed takes nothing, whether or not anybody has opened it yet.

    A private purchase takes the responses of the invited only.
    """
    if not registry.get(tender.method).takes_bids or tender.started_at is None:
        raise NoBids()
    if not rules.in_time(moment, tender.closes_at):
        raise BidTooLate()
    if tender.state != Tender.State.PUBLISHED:
        raise NoBids()
    if tender.is_invited and not tender.invitations.filter(agency=agency).exists():
        raise NoBids()


@dataclass(frozen=True)
class _Server:
    """Seals what came in the clear, at once; keeps nothing by which it could be read again."""

    offer: Offer = field(repr=False)
    key: UUID
    name: str = "server"

    @sensitive_variables()
    def seal(self, tender: Tender, agency: Agency) -> tuple[sealing.Sealed, SealedDocuments | None]:
        """OfferRefused for figures that can't be; TooMuch."""
        check_offer(tender, self.offer)
        enclosed = self._documents(tender)
        return sealing.seal(tender.public_key, self._envelope(tender, agency, enclosed)), enclosed

    @sensitive_variables()
    def sealed_this(self, earlier: Bid | HeldBid, tender: Tender, agency: Agency) -> bool:
        """Whether the same figures were sealed: the secrets of a form come from its key."""
        text = self._envelope(tender, agency, self._documents(tender)).text()
        return sealing.commitment_of(text) == earlier.commitment

    def _documents(self, tender: Tender) -> SealedDocuments | None:
        found = self.offer.documents
        return seal_documents(tender.public_key, found, idempotency_key=self.key) if found else None

    @sensitive_variables()
    def _envelope(self, tender: Tender, agency: Agency, enclosed: SealedDocuments | None) -> sealing.Envelope:
        nonce, share = sealing.secrets_of(self.key)
        offer = self.offer
        return sealing.Envelope(
            tender=tender.number or "",
            agency=agency.organisation.credit_code,
            price=format((offer.price or Decimal(0)).quantize(Decimal("0.01")), "f") if asks_price(tender) else None,
            days=offer.days,
            note=offer.note.strip(),
            nonce=nonce,
            share=share,
            team=offer.team,
            documents=enclosed.sha256 if enclosed else None,
        )


@dataclass(frozen=True)
class _Browser:
    """Was sealed before it came."""

    sealed: sealing.Sealed
    documents: SealedDocuments | None
    name: str = "browser"

    def seal(self, tender: Tender, agency: Agency) -> tuple[sealing.Sealed, SealedDocuments | None]:
        """What came."""
        return self.sealed, self.documents

    def sealed_this(self, earlier: Bid | HeldBid, tender: Tender, agency: Agency) -> bool:
        """Whether the same bytes came, with the same commitment."""
        enclosed = self.documents.sha256 if self.documents else None
        came = (self.sealed.sha256, self.sealed.commitment, enclosed)
        there = (earlier.receipt["ciphertext_sha256"], earlier.commitment, earlier.receipt.get("documents_sha256"))
        return came == there


def _the_same(earlier: Bid, tender: Tender, agency: Agency, hand: Hand) -> Bid:
    """The answer to a form that was sent before: what it got then, unless it has changed."""
    if (earlier.tender_id, earlier.agency_id) != (tender.pk, agency.pk):
        raise NotAllowed()
    if not hand.sealed_this(earlier, tender, agency):
        raise OfferChanged()
    if earlier.state in (Bid.State.WITHDRAWN, Bid.State.REPLACED):
        raise OfferEnded()
    return earlier


def _earlier(tender: Tender, agency: Agency, key: UUID) -> tuple[Bid | None, Bid | None]:
    """The response that this very form has made already, and the agency's that counts now."""
    key = UUID(str(key))  # some have it from a form, some as text
    keys = [pk for (pk,) in _before.rows(tender.pk, agency.pk, key)]
    found = list(Bid.objects.filter(pk__in=keys).defer("ciphertext", "opened", "eligibility")) if keys else []
    earlier = next((bid for bid in found if bid.idempotency_key == key), None)
    live = (bid for bid in found if (bid.tender_id, bid.agency_id, bid.state) == (tender.pk, agency.pk, "sealed"))
    return earlier, next(live, None)


def _before_rows(tender: int, agency: int, key: UUID) -> QuerySet[Any, Any]:
    mine = Q(tender=tender, agency=agency, state=Bid.State.SEALED)
    return Bid.objects.filter(mine | Q(idempotency_key=key)).values_list("pk")


_before = Prepared(_before_rows, int, int, UUID)


def _replace(live: Bid, moment: datetime) -> None:
    rules.BID.move(live, "replace")
    live.ended_at = moment
    live.save(update_fields=["state", "ended_at"])


def _store(action: str, bid: Bid, by: Actor, data: dict[str, Any]) -> None:
    """Write the act down, to be seen after the close only, and tell the author's own people, in the site only.

    A new response is stored with both, in one statement.
    """
    entry = log.entry(action, bid, by=by, data=data, visible_from=bid.tender.closes_at)
    people = accounts.people_of(bid.agency.organisation, MemberRole.BID_AUTHOR)
    kind = "tenders.bid_placed" if action == "bid.place" else "tenders.bid_withdrawn"
    url = reverse("receipt", args=[bid.pk])
    told = inbox.messages(people, kind, url=url, title=bid.tender.title, number=bid.tender.number or "")
    bulk.insert(*([bid] if bid._state.adding else []), entry, *told)
    inbox.post(told)
