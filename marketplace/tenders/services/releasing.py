"""Two people for a response: its author seals it, another one of the agency releases it (`Agency.second_person`).

Until its release it is no response: it stands in no list, and the close makes it void. The releaser sees what is inside
by the author's own copy, which the page opens in the browser and checks against the commitment; the site can't read it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from marketplace.accounts import queries as accounts
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole
from marketplace.agencies.models import Agency
from marketplace.core import clock, files, inbox, locks, log
from marketplace.core.errors import AlreadyDone, DomainError, NotAllowed, WrongState
from marketplace.tenders import sealing
from marketplace.tenders.documents import SealedDocuments
from marketplace.tenders.errors import NotEligible, OfferChanged, OfferEnded
from marketplace.tenders.held import HeldBid
from marketplace.tenders.models import Bid, Tender
from marketplace.tenders.services import announced, bidding, wording
from marketplace.tenders.services.offers import Offer, require_documents


class OwnBid(DomainError):
    """Somebody would release what they have sealed themselves."""

    code = "own_bid"
    status = 403
    message = _("报价须由另一人放行，不能放行自己封存的报价。")


class AmendedSince(WrongState):
    """The tender was amended after its author had sealed it: whoever releases it can't confirm for the author."""

    code = "amended_since"
    message = _("封存以后公告有实质性变更，不能放行。请退回封存人，看过变更后重新封存。")


def was_amended_since(held: HeldBid) -> bool:
    """Whether its tender had a material amendment that its author can't have known when sealing it."""
    return int(held.receipt.get("amendment", 0)) < held.tender.amended


def must_be_released(agency: Agency) -> bool:
    """Whether the agency's responses wait for a second person."""
    return agency.second_person


@sensitive_variables("offer")
def hold_bid(tender: Tender, agency: Agency, offer: Offer, *, idempotency_key: UUID, by: Actor) -> HeldBid:
    """Seal an offer here and keep it for its release, with a signed receipt. Errors as of `place_bid`."""
    return _hold(tender, agency, bidding.by_server(offer, idempotency_key), idempotency_key, by)


def hold_sealed(
    tender: Tender,
    agency: Agency,
    sealed: sealing.Sealed,
    *,
    idempotency_key: UUID,
    by: Actor,
    documents: SealedDocuments | None = None,
) -> HeldBid:
    """Keep what the author's browser has sealed for its release. Errors as of `place_sealed`."""
    return _hold(tender, agency, bidding.by_browser(sealed, documents), idempotency_key, by)


@transaction.atomic
def release_bid(held: HeldBid, *, by: Actor) -> Bid:
    """Let the response count from now on, with its receipt.

    OwnBid, AlreadyDone, AmendedSince, WrongState, and as `place_bid`.
    """
    held = _of_agency(held, by, MemberRole.RELEASER)
    if held.author_id == by.person.pk:
        raise OwnBid()
    if held.state == HeldBid.State.RELEASED:
        raise AlreadyDone()
    _must_wait(held)
    if was_amended_since(held):
        raise AmendedSince()
    bid = bidding.place_held(held.tender, held.agency, _Kept(held), held.idempotency_key, author=held.author, by=by)
    _end(held, HeldBid.State.RELEASED, bid.submitted_at, by, bid=bid)
    return bid


@transaction.atomic
def return_held(held: HeldBid, reason: str, *, by: Actor) -> HeldBid:
    """The second person gives it back to its author, with a reason. ReasonMissing, TooManyWords, WrongState."""
    held = _of_agency(held, by, MemberRole.RELEASER)
    _must_wait(held)
    reason = wording.required(reason, 1000, field="reason")
    _end(held, HeldBid.State.RETURNED, clock.now(), by, reason=reason)
    words = {"title": held.tender.title, "number": held.tender.number or "", "reason": reason}
    inbox.tell([held.author], "tenders.bid_returned", url=reverse("held_bid", args=[held.pk]), **words)
    return held


@transaction.atomic
def take_back_held(held: HeldBid, *, by: Actor) -> HeldBid:
    """Its author's side takes it away before its release. WrongState."""
    held = _of_agency(held, by, MemberRole.BID_AUTHOR)
    _must_wait(held)
    _end(held, HeldBid.State.TAKEN_BACK, clock.now(), by)
    return held


@transaction.atomic
def _hold(tender: Tender, agency: Agency, hand: bidding.Hand, key: UUID, by: Actor) -> HeldBid:
    bidding.require_author(agency, by)
    tender = announced.locked(tender, agency).tender
    moment = clock.now()
    earlier = HeldBid.objects.filter(idempotency_key=key).first()
    if earlier is not None:
        return _the_same(earlier, tender, agency, hand)
    bidding.must_be_open(tender, agency, moment)
    found = bidding.report_for(tender, agency)
    if not found.is_eligible:
        raise NotEligible(found)
    sealed, enclosed = hand.seal(tender, agency)
    require_documents(tender, enclosed=enclosed is not None)
    for before in HeldBid.objects.filter(tender=tender, agency=agency, state=HeldBid.State.WAITING):
        _end(before, HeldBid.State.REPLACED, moment, by)
    held = HeldBid.objects.create(
        tender=tender,
        agency=agency,
        author=by.person,
        ciphertext=sealed.ciphertext,
        commitment=sealed.commitment,
        documents_key=enclosed.sealed_key if enclosed else None,
        documents_sha256=files.keep(enclosed.ciphertext) if enclosed else "",
        receipt=bidding.receipt_for("held", tender, sealed, enclosed, hand, moment),
        sealed_by_server=hand.name == "server",
        idempotency_key=key,
        held_at=moment,
    )
    _trace("bid.hold", held, by)
    people = [one for one in accounts.people_of(agency.organisation, MemberRole.RELEASER) if one.pk != by.person.pk]
    words = {"title": tender.title, "number": tender.number or "", "person": str(by.person)}
    inbox.tell(people, "tenders.bid_to_release", url=reverse("held_bid", args=[held.pk]), **words)
    return held


@dataclass(frozen=True)
class _Kept:
    """Sealed earlier, and kept here: a hand that gives what it has."""

    held: HeldBid

    @property
    def name(self) -> str:
        """Who had sealed it."""
        return "server" if self.held.sealed_by_server else "browser"

    def seal(self, tender: Tender, agency: Agency) -> tuple[sealing.Sealed, SealedDocuments | None]:
        """What is kept."""
        return _sealed(self.held), _documents(self.held)

    def sealed_this(self, earlier: Bid | HeldBid, tender: Tender, agency: Agency) -> bool:
        """Whether the response is of these bytes."""
        return bool(earlier.commitment == self.held.commitment)


def _sealed(held: HeldBid) -> sealing.Sealed:
    return sealing.Sealed(bytes(held.ciphertext), held.commitment)


def _documents(held: HeldBid) -> SealedDocuments | None:
    if not held.documents_sha256:
        return None
    return SealedDocuments(files.kept(held.documents_sha256), bytes(held.documents_key or b""))


def _the_same(earlier: HeldBid, tender: Tender, agency: Agency, hand: bidding.Hand) -> HeldBid:
    """The answer to a form that was sent before, as `place_bid` gives it."""
    if (earlier.tender_id, earlier.agency_id) != (tender.pk, agency.pk):
        raise NotAllowed()
    if not hand.sealed_this(earlier, tender, agency):
        raise OfferChanged()
    if earlier.state not in (HeldBid.State.WAITING, HeldBid.State.RELEASED):
        raise OfferEnded()
    return earlier


def _of_agency(held: HeldBid, by: Actor, role: MemberRole) -> HeldBid:
    """The row under the locks of a response, then its own. NotAllowed for who hasn't the role in its agency."""
    tender = announced.locked(held.tender, held.agency).tender
    held = locks.exclusive(HeldBid, held.pk)
    by.require_member(held.agency.organisation_id, role)
    by.require_verified()
    held.tender = tender
    return held


def _must_wait(held: HeldBid) -> None:
    if held.state != HeldBid.State.WAITING:
        raise WrongState()


def _end(held: HeldBid, state: HeldBid.State, moment: datetime, by: Actor, **fields: Any) -> None:
    for name, value in {"state": state, "ended_at": moment, "ended_by": by.person, **fields}.items():
        setattr(held, name, value)
    held.save(update_fields=["state", "ended_at", "ended_by", *fields])
    acts = {"released": "bid.release", "returned": "bid.return", "taken_back": "bid.take_back"}
    if state in acts:
        _trace(acts[state], held, by)


def _trace(action: str, held: HeldBid, by: Actor) -> None:
    """Write the act down, to be seen after the close only."""
    log.record(action, held, by=by, data={"commitment": held.commitment}, visible_from=held.tender.closes_at)
