"""What stands behind the 可验证 door of a tender: log entries with proofs, seed, draw; from the record."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import OuterRef, Subquery
from django.urls import reverse

from marketplace.core import log_words
from marketplace.core.deadlines import subject_of
from marketplace.core.models import LogEntry, LogHead
from marketplace.tenders import notices, staging
from marketplace.tenders.models import Drawing, Tender
from marketplace.tenders.selection import draw, steps
from marketplace.tenders.selection.casefile import CaseError, read_case

PUBLIC = LogEntry.Log.PUBLIC


@dataclass(frozen=True)
class Line:
    """An entry of the public log, and under which signed head it came into the tree; addresses "" before that."""

    entry: LogEntry
    name: str
    size: int | None
    root: str
    entry_url: str
    inclusion_url: str
    head_url: str


@dataclass(frozen=True)
class Drawn:
    """The draw of a tender in which it decided something."""

    codes: tuple[str, ...]
    list_hash: str
    nonce: str
    seed: str
    steps: list[dict[str, Any]]
    order: tuple[str, ...]
    beacon: str = ""
    value: dict[str, Any] = field(default_factory=dict)  # what proves the beacon


def lines(tender: Tender) -> list[Line]:
    """The tender's public entries, the oldest first, each with the first head that covers it; one query."""
    heads = LogHead.objects.filter(log=PUBLIC, number__gte=OuterRef("number")).order_by("number")
    entries = LogEntry.objects.filter(log=PUBLIC, subject=subject_of(tender)).defer("data")
    found = entries.annotate(size=Subquery(heads.values("number")[:1]), root=Subquery(heads.values("hash")[:1]))
    return [_line(entry) for entry in found.order_by("at", "id")]


def of(tender: Tender) -> dict[str, str]:
    """The hashes of a result, and the parts of its seed."""
    case = tender.record.get("case")
    if not case:
        return {"record": notices.record_hash(tender.record)}
    read = read_case(case)
    return {
        "record": notices.record_hash(tender.record),
        "version": draw.VERSION,
        "number": read.tender,
        "list": draw.list_hash(read.codes).hex(),
        "nonce": read.nonce.hex(),
        "beacon": read.beacon.hex(),
        "seed": draw.seed(read).hex(),
    }


def drawn(tender: Tender) -> Drawn | None:
    """The draw step by step, when it decided something and is short enough to be looked at."""
    outcome = tender.record.get("outcome") or {}
    try:
        case = read_case(tender.record["case"])
        found = steps.of(case, outcome.get("explanation", []))
    except (CaseError, KeyError):
        return None
    if found is None or not found.swaps:
        return None
    waited = Drawing.objects.filter(tender=tender).first() if case.beacon else None
    return Drawn(
        codes=found.codes,
        list_hash=found.list_hash,
        nonce=found.nonce,
        seed=found.seed,
        steps=staging.swaps_of(found),
        order=found.order,
        beacon=case.beacon.hex(),
        value=waited.value if waited else {},
    )


def _line(entry: Any) -> Line:
    name = log_words.name(entry.action)
    if entry.number is None or entry.size is None:
        return Line(entry, name, None, "", "", "", "")
    at = f"?{urlencode({'size': entry.size})}"
    inclusion = f"{reverse('log_inclusion')}?{urlencode({'leaf': entry.hash, 'size': entry.size})}"
    here, head = reverse("log_entry", args=[entry.number]) + at, reverse("log_head_at", args=[entry.size])
    return Line(entry, name, entry.size, entry.root, here, inclusion, head)
