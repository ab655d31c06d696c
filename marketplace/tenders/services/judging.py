"""A tender's outcome computed anew from its own record, after a judgement about some of its responses."""

from collections.abc import Collection
from typing import Any

from marketplace.accounts.actors import Actor
from marketplace.core import bulk, clock, log
from marketplace.tenders import rules
from marketplace.tenders.models import Bid, Tender
from marketplace.tenders.selection import registry
from marketplace.tenders.selection.base import Outcome
from marketplace.tenders.selection.casefile import read_case

WRITTEN = ["state", "invalid_reason", "rank", "ended_at"]
OUT = (Bid.State.VOID, Bid.State.GIVEN_UP)


def judge_again(
    tender: Tender, *, why: str, by: Actor, rejected: Collection[str] = (), ineligible: Collection[str] = ()
) -> Outcome:
    """Select anew from the record with these agencies' responses judged so, and write what becomes of each response.

    The new case and outcome stand in the record, the former outcome beside them; both are in the public log. `why`
    is "low_price" or "objection". Inside a transaction, with the tender locked; whoever calls moves the tender.
    """
    bids = list(tender.bids.exclude(state__in=_untouched()).select_related("agency__organisation"))
    gone = {_code(bid) for bid in bids if bid.state in OUT}
    before = tender.record["outcome"]
    case = rules.judged(read_case(tender.record["case"]), rejected=rejected, ineligible={*ineligible, *gone})
    outcome = registry.select(case)
    told: dict[str, Any] = {"why": why, "rejected": sorted(rejected), "ineligible": sorted(ineligible)}
    judgement = told | {"at": clock.now().isoformat(), "outcome_before": before}
    tender.record = tender.record | {
        "case": case.to_json(),
        "outcome": outcome.to_json(),
        "judgements": [*tender.record.get("judgements", []), judgement],
    }
    tender.save(update_fields=["record"])
    again = [bid for bid in bids if rules.BID.may(bid.state, "judge_again")]
    for bid in again:
        rules.BID.move(bid, "judge_again")
    place(again, outcome)
    bulk.write(again, WRITTEN)
    log.make_public("tender.judged_again", tender, by=by, data=told | {"case": case.to_json()} | _told(outcome))
    return outcome


def place(bids: Collection[Bid], outcome: Outcome) -> None:
    """Give each response its rank, its reason when invalid, and the state that the outcome has for it; unsaved."""
    ranks = {code: rank for rank, code in enumerate(outcome.ranking, start=1)}
    for bid in bids:
        code = _code(bid)
        bid.rank, bid.invalid_reason = ranks.get(code), outcome.invalid.get(code, "")
        rules.BID.move(bid, "find_invalid" if bid.invalid_reason else "find_valid")
        if code in outcome.winners:
            rules.BID.move(bid, "win")
        elif code in outcome.substitutes:
            rules.BID.move(bid, "stand_by")
        elif not outcome.winners and code in ranks:
            rules.BID.move(bid, "shortlist")  # the buyer picks one of the ranking
        elif not bid.invalid_reason and outcome.is_selected:
            rules.BID.move(bid, "lose")


def _untouched() -> tuple[str, ...]:
    return (Bid.State.DRAFT, Bid.State.SEALED, Bid.State.REPLACED, Bid.State.WITHDRAWN)


def _code(bid: Bid) -> str:
    return bid.agency.organisation.credit_code


def _told(outcome: Outcome) -> dict[str, Any]:
    return {"outcome": outcome.to_json()}
