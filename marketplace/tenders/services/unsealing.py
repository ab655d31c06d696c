"""The opening itself: the envelopes of a frozen list are unsealed, the method ranks them, and all is published."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from django.urls import reverse

from marketplace.accounts.actors import Actor
from marketplace.catalogue.rules import RuleData
from marketplace.core import bulk, clock, log
from marketplace.tenders import rules
from marketplace.tenders.beacons.base import Randomness
from marketplace.tenders.eligibility import Report
from marketplace.tenders.models import Bid, Tender
from marketplace.tenders.queries import rules_of
from marketplace.tenders.sealing import Envelope, Opener
from marketplace.tenders.selection import draw, registry
from marketplace.tenders.selection.base import Case, Outcome, Quote
from marketplace.tenders.services import (
    choosing,
    disclosing,
    explaining,
    failing,
    freezing,
    judging,
    offers,
    record,
    sheets,
    telling,
)
from marketplace.tenders.services.moves import move

WRITTEN = ["state", "price", "days", "note", "team", "opened", "invalid_reason", "rank", "eligibility", "ended_at"]


def frozen_list(tender: Tender) -> list[Bid]:
    """The live responses, by the credit code of their agencies."""
    bids = tender.bids.filter(state=Bid.State.SEALED).select_related("agency__organisation")
    return sorted(bids, key=lambda bid: _code(bid).encode())


def unseal(
    tender: Tender,
    bids: list[Bid],
    standings: Mapping[int, record.Standing],
    *,
    found: Randomness | None = None,
    salt: str = "",
) -> None:
    """Open, select and publish. Inside a transaction; the tender is closed, `eligibility["closed"]` stands on each bid.

    `found`: the randomness from outside, None where the shares give it; `salt`: of the frozen list's hash.
    """
    by, data = Actor.system(), rules_of(tender)
    move(tender, "open", by=by, opened_at=clock.now())
    log.record("tender.use_key", tender, by=by, data={"for": "opening"})
    opener = Opener(bytes(tender.wrapped_key or b""))
    envelopes = {bid.pk: _unseal(opener, tender, bid) for bid in bids}
    _judge_days(tender, bids, envelopes)
    case = _case(tender, data, bids, envelopes, standings, found)
    sheets.publish(tender)
    outcome = choosing.not_yet(case) if tender.is_invited else registry.select(case)
    _write(bids, envelopes, outcome, fixed_price=_fixed_price(tender))
    tender.record = {"case": case.to_json()} | ({} if tender.is_invited else {"outcome": outcome.to_json()})
    tender.save(update_fields=["record"])
    told = tender.record | {"responses": _told(bids, envelopes)} | ({"salt": salt} if salt else {})
    disclosing.act("tender.opened", tender, by=by, data=told)
    if tender.is_invited:
        choosing.begin(tender, data)
        return
    _conclude(tender, data, outcome, by)
    tell(tender, bids, outcome)


def _code(bid: Bid) -> str:
    return bid.agency.organisation.credit_code


def _unseal(opener: Opener, tender: Tender, bid: Bid) -> Envelope | None:
    """What is inside; None when it is unreadable, as it is with a price missing where one is asked, or given where it
    is fixed: whoever seals by hand must neither stop the selection nor win at a price of their own.
    """
    envelope = opener.open(bytes(bid.ciphertext), bid.commitment, tender=tender.number or "", agency=_code(bid))
    if envelope is None or (envelope.price is not None) != registry.get(tender.method).asks_price:
        return None
    return envelope


def _judge_days(tender: Tender, bids: list[Bid], envelopes: Mapping[UUID, Envelope | None]) -> None:
    """Add to a report that more days are offered than were announced, which the page refuses before sealing."""
    for bid in bids:
        envelope = envelopes[bid.pk]
        if envelope is not None and envelope.days > offers.most_days(tender):
            bid.eligibility["closed"] += Report((offers.days_rule(tender, envelope.days),)).to_json()


def _fixed_price(tender: Tender) -> Decimal | None:
    """The price of everybody who signs up, where the method fixes it."""
    price = tender.method_settings.get("price")
    return Decimal(str(price)) if price and not registry.get(tender.method).asks_price else None


def _case(
    tender: Tender,
    data: RuleData,
    bids: list[Bid],
    envelopes: Mapping[UUID, Envelope | None],
    standings: Mapping[int, record.Standing],
    found: Randomness | None,
) -> Case:
    """The published record of the tender: everything its selection depends on."""
    quotes, shares, scores = [], [], sheets.scores(tender)
    for bid in bids:
        envelope = envelopes[bid.pk]
        standing = standings[bid.agency_id]
        quotes.append(
            Quote(
                agency=_code(bid),
                price=envelope.amount if envelope else None,
                status=_status(envelope, bid),
                credit=standing.credit,
                level=standing.level,
                performance=standing.performance,
                team=standing.team,
                scores=scores.get(_code(bid), {}),
            )
        )
        shares.append((_code(bid), bytes.fromhex(envelope.share) if envelope else None))
    return Case(
        method=registry.recorded_as(tender.method),
        tender=tender.number or "",
        quotes=tuple(quotes),
        attempt=tender.attempt,
        funds=tender.funds,
        ceiling=tender.ceiling,
        floor=tender.floor,
        winners=data.selection.winners,
        substitutes=data.selection.substitutes,
        nonce=draw.nonce_of_shares(shares) if found is None else found.nonce,
        beacon=b"" if found is None else found.beacon,
        settings=record.case_settings_of(tender, data),
    )


def _told(bids: list[Bid], envelopes: Mapping[UUID, Envelope | None]) -> list[dict[str, object]]:
    """Whose commitment is whose, which could be read, and which rules its agency failed: for the public log."""
    return [
        {
            "agency": _code(bid),
            "commitment": bid.commitment,
            "status": _status(envelopes[bid.pk], bid),
            "failing": freezing.failing_of(bid),
        }
        for bid in bids
    ]


def _status(envelope: Envelope | None, bid: Bid) -> str:
    return "unreadable" if envelope is None else "ineligible" if freezing.failing_of(bid) else "ok"


def _write(
    bids: list[Bid], envelopes: Mapping[UUID, Envelope | None], outcome: Outcome, *, fixed_price: Decimal | None
) -> None:
    """Write onto each response what was inside and what became of it."""
    for bid in bids:
        envelope = envelopes[bid.pk]
        rules.BID.move(bid, "open")
        if envelope is not None:
            bid.price = fixed_price if envelope.amount is None else envelope.amount
            bid.days, bid.note = envelope.days, envelope.note
            bid.team = list(envelope.team)
            bid.opened = envelope.text().decode()
    judging.place(bids, outcome)
    bulk.write(bids, WRITTEN)


def _conclude(tender: Tender, data: RuleData, outcome: Outcome, by: Actor) -> None:
    """Failed; or on into publicity, or first to the explanation of a low price that would win."""
    if not outcome.is_selected:
        failing.fail(tender, outcome.reason or "", by=by)
        return
    explaining.go_on(tender, data, by=by)


def tell(tender: Tender, bids: list[Bid], outcome: Outcome | None) -> None:
    """The result for everybody who took part; after the opening it is public."""
    kind = _kind_of(tender, outcome)
    url = reverse("tender_opening", args=[tender.number])
    params = {"until": telling.written(tender.publicity_until)} if kind == "tenders.opened" else {}
    keys = [bid.agency_id for bid in bids]
    telling.tell_agencies(keys, kind, url=url, title=tender.title, number=tender.number, **params)
    if kind in ("tenders.opened", "tenders.opened_and_waits"):
        telling.tell_buyer(tender, kind, url=url, **params)


def _kind_of(tender: Tender, outcome: Outcome | None) -> str:
    """What is told of an opening: the buyer is asked to pick by a message of its own."""
    if outcome is None or not outcome.is_selected:
        return "tenders.came_to_nothing"
    if tender.pick_by is not None:
        return "tenders.shortlisted"
    return "tenders.opened_and_waits" if tender.publicity_until is None else "tenders.opened"
