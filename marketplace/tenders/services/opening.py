"""The close: the list is frozen and public before anything is unsealed; then the tender waits, or is opened at once.

It happens once, by the ticker or by whoever looks first: it takes the tender's row FOR UPDATE and so waits for every
response that was in time.
"""

from collections.abc import Mapping

from django.db import transaction

from marketplace.accounts.actors import Actor
from marketplace.agencies import queries as agencies
from marketplace.agencies.models import Agency
from marketplace.agencies.rules import Facts
from marketplace.catalogue.rules import RuleData
from marketplace.core import bulk, clock, locks
from marketplace.tenders import rules
from marketplace.tenders.eligibility import Report, needs_of, reports
from marketplace.tenders.models import Bid, Tender
from marketplace.tenders.queries import rules_of
from marketplace.tenders.selection import registry
from marketplace.tenders.services import (
    amendments,
    confirming,
    disclosing,
    failing,
    freezing,
    record,
    reviewing,
    seeding,
    sources,
    unsealing,
)
from marketplace.tenders.services.moves import move


@transaction.atomic
def open_bids(pk: str) -> None:
    """Close a tender whose time has come, open its responses, select and publish. Harmless before, and afterwards.

    Where fewer eligible agencies have responded than are needed, nothing is unsealed: prices of a purchase that is
    announced again at once would be known to everybody. Where the randomness comes from outside, nothing is unsealed
    before its value is known and public.
    """
    tender = locks.exclusive(Tender, pk)
    moment = clock.now()
    if tender.state != Tender.State.PUBLISHED or rules.in_time(moment, tender.closes_at):
        return
    by = Actor.system()
    move(tender, "close", by=by)
    amendments.lapse(tender)
    bids = unsealing.frozen_list(tender)
    commitments = sorted(bid.commitment for bid in bids)
    stored = sorted(bid.receipt["ciphertext_sha256"] for bid in bids)
    disclosing.act("tender.commitments", tender, by=by, data={"commitments": commitments, "ciphertexts": stored})
    data = rules_of(tender)
    facts = _facts(tender)
    reports = confirming.with_confirmation(tender, bids, _reports(tender, data, facts))
    for bid in bids:
        bid.eligibility["closed"] = reports[bid.agency_id].to_json()
    eligible = sum(found.is_eligible for found in reports.values())
    method = registry.recorded_as(tender.method)
    least = data.minimum(method, tender.funds, attempt=tender.attempt, item=tender.item.code)
    if eligible < least:
        _leave_sealed(tender, bids, eligible=eligible, least=least)
        return
    standings = record.standings(tender, data, facts, on=clock.local(moment).date())
    if reviewing.is_needed(tender):
        bulk.write(bids, ["eligibility"])
        reviewing.begin(tender, bids, standings)
        return
    if tender.draw_source == sources.BY_ITSELF:
        unsealing.unseal(tender, bids, standings)
        return
    bulk.write(bids, ["eligibility"])
    seeding.wait(tender, freezing.freeze(bids, standings))


def _facts(tender: Tender) -> dict[int, Facts]:
    """What is known of each responding agency at the close; a constant number of queries."""
    responding = Agency.objects.filter(bids__tender=tender, bids__state=Bid.State.SEALED).order_by().distinct()
    return agencies.facts_many(responding)


def _reports(tender: Tender, data: RuleData, facts: Mapping[int, Facts]) -> dict[int, Report]:
    """Each agency's report at the close."""
    return reports(tender, needs_of(tender, data), facts, clock.today())


def _leave_sealed(tender: Tender, bids: list[Bid], *, eligible: int, least: int) -> None:
    """Too few: the responses stay sealed for ever, and the purchase fails."""
    moment = clock.now()
    for bid in bids:
        rules.BID.move(bid, "void")
        bid.ended_at = moment
    bulk.write(bids, ["state", "eligibility", "ended_at"])
    reason = "too_few" if eligible else "no_valid_quote"
    numbers = {"responses": len(bids), "eligible": eligible, "minimum": least, "opened": False}
    tender.record = numbers
    tender.save(update_fields=["record"])
    failing.fail(tender, reason, by=Actor.system(), data=numbers)
    if not tender.is_invited:
        unsealing.tell(tender, bids, None)
