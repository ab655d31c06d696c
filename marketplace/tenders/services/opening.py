"""The opening: the list is frozen and public before anything is unsealed; then the method ranks the record.

It happens once, by the ticker or by whoever looks first: it takes the tender's row FOR UPDATE and so waits for every
response that was in time.
"""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from marketplace.accounts.actors import Actor
from marketplace.agencies import queries as agencies
from marketplace.agencies.models import Agency
from marketplace.agencies.rules import Facts
from marketplace.catalogue.rules import RuleData
from marketplace.core import bulk, clock, locks, log
from marketplace.tenders import rules
from marketplace.tenders.eligibility import Report, needs_of, report
from marketplace.tenders.models import Bid, Tender
from marketplace.tenders.queries import rules_of
from marketplace.tenders.sealing import Envelope, Opener
from marketplace.tenders.selection import draw, registry
from marketplace.tenders.selection.base import Case, Outcome, Quote
from marketplace.tenders.services import (
    amendments,
    choosing,
    confirming,
    disclosing,
    explaining,
    failing,
    judging,
    record,
    telling,
)
from marketplace.tenders.services.moves import move

WRITTEN = ["state", "price", "days", "note", "team", "opened", "invalid_reason", "rank", "eligibility", "ended_at"]


@transaction.atomic
def open_bids(pk: str) -> None:
    """Close a tender whose time has come, open its responses, select and publish. Harmless before, and afterwards.

    Where fewer eligible agencies have responded than are needed, nothing is unsealed: prices of a purchase that is
    announced again at once would be known to everybody.
    """
    tender = locks.exclusive(Tender, pk)
    moment = clock.now()
    if tender.state != Tender.State.PUBLISHED or rules.in_time(moment, tender.closes_at):
        return
    by = Actor.system()
    move(tender, "close", by=by)
    amendments.lapse(tender)
    bids = _frozen(tender)
    commitments = sorted(bid.commitment for bid in bids)
    stored = sorted(bid.receipt["ciphertext_sha256"] for bid in bids)
    disclosing.act("tender.commitments", tender, by=by, data={"commitments": commitments, "ciphertexts": stored})
    data = rules_of(tender)
    facts = _facts(tender)
    reports = confirming.with_confirmation(tender, bids, _reports(tender, data, facts))
    eligible = sum(found.is_eligible for found in reports.values())
    least = data.minimum(
        registry.recorded_as(tender.method), tender.funds, attempt=tender.attempt, item=tender.item.code
    )
    if eligible < least:
        _leave_sealed(tender, bids, reports, eligible=eligible, least=least)
        return
    move(tender, "open", by=by, opened_at=moment)
    log.record("tender.use_key", tender, by=by, data={"for": "opening"})
    opener = Opener(bytes(tender.wrapped_key or b""))
    envelopes = {bid.pk: _unseal(opener, tender, bid) for bid in bids}
    standings = record.standings(tender, data, facts, on=clock.local(moment).date())
    case = _case(tender, data, bids, reports, envelopes, standings)
    outcome = choosing.not_yet(case) if tender.is_invited else registry.select(case)
    _write(bids, reports, envelopes, outcome, fixed_price=_fixed_price(tender))
    tender.record = {"case": case.to_json()} | ({} if tender.is_invited else {"outcome": outcome.to_json()})
    tender.save(update_fields=["record"])
    disclosing.act("tender.opened", tender, by=by, data=tender.record | {"responses": _told(bids, reports, envelopes)})
    if tender.is_invited:
        choosing.begin(tender, data)
        return
    _conclude(tender, data, outcome, by)
    _tell(tender, bids, outcome)


def _frozen(tender: Tender) -> list[Bid]:
    """The live responses, by the credit code of their agencies."""
    bids = tender.bids.filter(state=Bid.State.SEALED).select_related("agency__organisation")
    return sorted(bids, key=lambda bid: _code(bid).encode())


def _code(bid: Bid) -> str:
    return bid.agency.organisation.credit_code


def _facts(tender: Tender) -> dict[int, Facts]:
    """What is known of each responding agency at the close; a constant number of queries."""
    responding = Agency.objects.filter(bids__tender=tender, bids__state=Bid.State.SEALED).order_by().distinct()
    return agencies.facts_many(responding)


def _reports(tender: Tender, data: RuleData, facts: Mapping[int, Facts]) -> dict[int, Report]:
    """Each agency's report at the close."""
    needs, today = needs_of(tender, data), clock.today()
    return {pk: report(tender, needs, each, today) for pk, each in facts.items()}


def _unseal(opener: Opener, tender: Tender, bid: Bid) -> Envelope | None:
    """What is inside; None when it is unreadable, as it is with a price missing where one is asked, or given where it
    is fixed: whoever seals by hand must neither stop the selection nor win at a price of their own.
    """
    envelope = opener.open(bytes(bid.ciphertext), bid.commitment, tender=tender.number or "", agency=_code(bid))
    if envelope is None or (envelope.price is not None) != registry.get(tender.method).asks_price:
        return None
    return envelope


def _fixed_price(tender: Tender) -> Decimal | None:
    """The price of everybody who signs up, where the method fixes it."""
    price = tender.method_settings.get("price")
    return Decimal(str(price)) if price and not registry.get(tender.method).asks_price else None


def _case(
    tender: Tender,
    data: RuleData,
    bids: list[Bid],
    reports: dict[int, Report],
    envelopes: Mapping[UUID, Envelope | None],
    standings: Mapping[int, record.Standing],
) -> Case:
    """The published record of the tender: everything its selection depends on."""
    quotes, shares = [], []
    for bid in bids:
        envelope = envelopes[bid.pk]
        standing = standings[bid.agency_id]
        quotes.append(
            Quote(
                agency=_code(bid),
                price=envelope.amount if envelope else None,
                status=_status(envelope, reports[bid.agency_id]),
                credit=standing.credit,
                level=standing.level,
                performance=standing.performance,
                team=standing.team,
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
        nonce=draw.nonce_of_shares(shares),
        settings=record.case_settings_of(tender, data),
    )


def _told(
    bids: list[Bid], reports: dict[int, Report], envelopes: Mapping[UUID, Envelope | None]
) -> list[dict[str, object]]:
    """Whose commitment is whose, which could be read, and which rules its agency failed: for the public log."""
    return [
        {
            "agency": _code(bid),
            "commitment": bid.commitment,
            "status": _status(envelopes[bid.pk], reports[bid.agency_id]),
            "failing": [check.key for check in reports[bid.agency_id].failing],
        }
        for bid in bids
    ]


def _status(envelope: Envelope | None, found: Report) -> str:
    return "unreadable" if envelope is None else "ok" if found.is_eligible else "ineligible"


def _write(
    bids: list[Bid],
    reports: dict[int, Report],
    envelopes: Mapping[UUID, Envelope | None],
    outcome: Outcome,
    *,
    fixed_price: Decimal | None,
) -> None:
    """Write onto each response what was inside and what became of it."""
    for bid in bids:
        envelope = envelopes[bid.pk]
        rules.BID.move(bid, "open")
        bid.eligibility["closed"] = reports[bid.agency_id].to_json()
        if envelope is not None:
            bid.price = fixed_price if envelope.amount is None else envelope.amount
            bid.days, bid.note = envelope.days, envelope.note
            bid.team = list(envelope.team)
            bid.opened = envelope.text().decode()
    judging.place(bids, outcome)
    bulk.write(bids, WRITTEN)


def _leave_sealed(tender: Tender, bids: list[Bid], reports: dict[int, Report], *, eligible: int, least: int) -> None:
    """Too few: the responses stay sealed for ever, and the purchase fails."""
    moment = clock.now()
    for bid in bids:
        bid.eligibility["closed"] = reports[bid.agency_id].to_json()
        rules.BID.move(bid, "void")
        bid.ended_at = moment
    bulk.write(bids, ["state", "eligibility", "ended_at"])
    reason = "too_few" if eligible else "no_valid_quote"
    numbers = {"responses": len(bids), "eligible": eligible, "minimum": least, "opened": False}
    tender.record = numbers
    tender.save(update_fields=["record"])
    failing.fail(tender, reason, by=Actor.system(), data=numbers)
    if not tender.is_invited:
        _tell(tender, bids, None)


def _conclude(tender: Tender, data: RuleData, outcome: Outcome, by: Actor) -> None:
    """Failed; or on into publicity, or first to the explanation of a low price that would win."""
    if not outcome.is_selected:
        failing.fail(tender, outcome.reason or "", by=by)
        return
    explaining.go_on(tender, data, by=by)


def _tell(tender: Tender, bids: list[Bid], outcome: Outcome | None) -> None:
    """The result for everybody who took part; after the opening it is public."""
    selected = outcome is not None and outcome.is_selected
    waits = selected and tender.publicity_until is None
    url = reverse("tender_opening", args=[tender.number])
    kind = "tenders.opened_and_waits" if waits else "tenders.opened" if selected else "tenders.came_to_nothing"
    params = {"until": telling.written(tender.publicity_until)} if selected and not waits else {}
    keys = [bid.agency_id for bid in bids]
    telling.tell_agencies(keys, kind, url=url, title=tender.title, number=tender.number, **params)
    if selected:
        telling.tell_buyer(tender, kind, url=url, **params)
