"""The record of a tender as it is published: the entries of the public log with their proofs, and what was opened."""

from typing import Any

import rfc8785

from marketplace.core import keys, log
from marketplace.core.deadlines import subject_of
from marketplace.core.errors import DomainError
from marketplace.core.models import LogEntry
from marketplace.tenders.models import Tender
from marketplace.tenders.record_file import VERSION

S = Tender.State
NOT_YET = (S.DRAFT, S.CHECKING, S.SCHEDULED, S.PUBLISHED)
OPENED = "tender.opened"
COMMITMENTS = "tender.commitments"


class NoRecord(DomainError):
    """The tender has no record yet: it isn't over, or its entries are not numbered."""

    code = "no_record"
    status = 404


def has_record(tender: Tender) -> bool:
    """Whether a record may be shown: announced, and neither open for responses nor waiting for who was chosen."""
    waits = tender.state == S.SELECTING and tender.opened_at is None
    return tender.is_public and tender.state not in NOT_YET and not waits


def record_of(tender: Tender) -> dict[str, Any]:
    """The record, of what stands in the public log already. NoRecord.

    It is built from the entries, so that it never says more or less than they do; the database adds the plain texts.
    """
    head = log.latest_public_head()
    entries = _entries(tender)
    if not has_record(tender) or head is None or not entries:
        raise NoRecord()
    by_action = {entry.action: entry.data for entry in entries}
    announced = entries[0].data
    return {
        "version": VERSION,
        "ocid": announced["ocid"],
        "tender": announced["number"],
        "chain": announced["chain"],
        "attempt": announced["attempt"],
        "key": bytes(keys.verify_key()).hex(),
        "entries": [log.proof_of(entry, head) for entry in entries],
        "responses": _responses(tender, by_action),
    }


def text_of(tender: Tender) -> bytes:
    """The record as it is served and written: canonical JSON. NoRecord."""
    return rfc8785.dumps(record_of(tender))


def number_waiting(tender: Tender) -> None:
    """Have the sequencer number what the tender's record still waits for."""
    public = LogEntry.objects.filter(log=LogEntry.Log.PUBLIC, subject=subject_of(tender))
    while public.filter(number=None).exists() and log.sequence():
        pass


def _entries(tender: Tender) -> list[LogEntry]:
    numbered = LogEntry.objects.filter(log=LogEntry.Log.PUBLIC, subject=subject_of(tender), number__isnull=False)
    return list(numbered.order_by("number"))


def _responses(tender: Tender, by_action: dict[str, Any]) -> list[dict[str, Any]]:
    """Each response of the frozen list; where nothing was opened, its commitment alone."""
    if OPENED in by_action:
        texts = dict(tender.bids.exclude(opened="").values_list("agency__organisation__credit_code", "opened"))
        return [told | {"text": texts.get(told["agency"])} for told in by_action[OPENED]["responses"]]
    frozen = by_action.get(COMMITMENTS, {"commitments": []})["commitments"]
    sealed: dict[str, Any] = {"agency": None, "status": "sealed", "failing": [], "text": None}
    return [sealed | {"commitment": commitment} for commitment in frozen]
