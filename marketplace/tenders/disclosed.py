"""What each side of an invitation can prove: the whole acts whose hashes stand in the public log."""

from typing import Any

from marketplace.core.deadlines import subject_of
from marketplace.core.models import LogEntry
from marketplace.tenders.models import Tender
from marketplace.tenders.services import disclosing

FORMAT = "zjcs-private-record/v1"
TO_ALL_INVITED = frozenset(
    {"tender.invited", "tender.answered", "tender.commitments", "tender.failed", "tender.cancelled"}
)
TO_THE_WINNER = TO_ALL_INVITED | {"tender.award", "tender.contracted", "tender.in_service", "tender.accepted"}


def record_of(tender: Tender, *, everything: bool, won: bool) -> dict[str, Any]:
    """The acts that this reader may see, each with its hash; the case and its outcome for the buyer and the house."""
    seen = None if everything else TO_THE_WINNER if won else TO_ALL_INVITED
    found = LogEntry.objects.filter(
        log=LogEntry.Log.AUDIT, action=disclosing.PRIVATE_ACT, subject=subject_of(tender)
    ).order_by("at", "id")
    acts = [entry.data for entry in found if seen is None or entry.data["act"] in seen]
    value: dict[str, Any] = {
        "format": FORMAT,
        "number": tender.number,
        "acts": [act | {"sha256": disclosing.digest(act)} for act in acts],
    }
    if everything and tender.record.get("outcome"):
        value |= {"case": tender.record["case"], "outcome": tender.record["outcome"]}
    return value
