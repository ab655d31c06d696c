"""What is known of the responding agencies at the close, fixed before the randomness exists.

Where a tender waits for its source, whoever could still change a credit score or an admission afterwards could choose
between two outcomes. So it is written down at the close, its salted hash is public at once, and the opening goes by it.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import rfc8785
from nacl.utils import random

from marketplace.tenders.models import Bid
from marketplace.tenders.selection.base import Quote
from marketplace.tenders.selection.casefile import read_case
from marketplace.tenders.services.record import Standing

KNOWN = ("credit", "level", "performance", "team")


def freeze(bids: list[Bid], standings: Mapping[int, Standing]) -> dict[str, Any]:
    """`salt` and `agencies`: each with the rules that it fails and what the record says of it; by credit code.

    The reports of the close stand on the responses already.
    """
    return {"salt": random(32).hex(), "agencies": [_known(bid, standings[bid.agency_id]) for bid in bids]}


def hash_of(frozen: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON."""
    return hashlib.sha256(rfc8785.dumps(dict(frozen))).hexdigest()


def standings(bids: list[Bid], frozen: Mapping[str, Any]) -> dict[int, Standing]:
    """Read back by agency what `freeze` was given."""
    quotes = [{key: value for key, value in each.items() if key != "failing"} for each in frozen["agencies"]]
    case = read_case({"method": "frozen", "tender": "frozen", "quotes": quotes})
    known = {quote.agency: Standing(quote.credit, quote.level, quote.performance, quote.team) for quote in case.quotes}
    return {bid.agency_id: known[bid.agency.organisation.credit_code] for bid in bids}


def failing_of(bid: Bid) -> list[str]:
    """The keys of the rules that the agency failed at the close."""
    return [check["key"] for check in bid.eligibility.get("closed", []) if check["ok"] is False]


def _known(bid: Bid, standing: Standing) -> dict[str, Any]:
    quote = Quote(
        agency=bid.agency.organisation.credit_code,
        credit=standing.credit,
        level=standing.level,
        performance=standing.performance,
        team=standing.team,
    ).to_json()
    return {key: quote[key] for key in ("agency", *KNOWN) if key in quote} | {"failing": failing_of(bid)}
