"""Keeping what only inspectors may see, in the transaction of the act; and erasing what is personal in time.

A response costs no row of its own: where it comes from stands in the response's row (`Bid.origins`).
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.db import models

from marketplace.accounts.actors import Actor
from marketplace.core import clock, file_facts, files
from marketplace.core.models import StoredFile
from marketplace.tenders.documents import Document
from marketplace.tenders.eligibility import Report
from marketplace.tenders.models import Bid, Tender, Trace
from marketplace.tenders.selection.base import text_of

AT_ONCE = 1000  # rows that one night's round erases of each kind
PERSONAL = ("files",)  # keys of `data` that tell of people
PERSONAL_FIELDS = ("contact_name", "contact_phone")  # of a draft, in `changes`
K = Trace.Kind


def origins(bid: Bid | None, act: str, by: Actor) -> dict[str, Any]:
    """`Bid.origins` with where this act comes from; nothing is added for an act that came by no request."""
    known: dict[str, Any] = dict(bid.origins) if bid is not None else {}
    if by.origin is None:
        return known
    came = by.origin.to_json() | {"at": clock.now().isoformat(), "person": by.person.pk}
    return known | {act: came}


def keep(tender: Tender, kind: str, data: dict[str, Any], *, by: Actor, bid: Bid | None = None) -> Trace:
    """Write a trace. Inside the transaction of the act."""
    origin = by.origin.to_json() if by.origin else {}
    return Trace.objects.create(tender=tender, kind=kind, person=by.user, bid=bid, data=data, origin=origin)


def eligible(tender: Tender, version: int, market: int, reports: Mapping[int, Report]) -> None:
    """How many may respond to this version of the announcement (0, or the amendment's number), and what cut how many.

    `cut`: rule → how many agencies it fails; `alone`: those that fail by nothing else.
    """
    failing = [[check.key for check in found.failing] for found in reports.values()]
    data = {
        "version": version,
        "market": market,
        "looked_at": len(reports),
        "eligible": sum(not keys for keys in failing),
        "cut": dict(sorted(Counter(key for keys in failing for key in keys).items())),
        "alone": dict(sorted(Counter(keys[0] for keys in failing if len(keys) == 1).items())),
        "rules": {check.key: str(check.label) for found in reports.values() for check in found.failing},
    }
    keep(tender, K.ELIGIBLE, data, by=Actor.system())


def edited(tender: Tender, before: Mapping[str, Any], after: Mapping[str, Any], *, by: Actor) -> None:
    """An edit of a draft: field → [before, after], of what did change. An autosave that changed nothing leaves none."""
    changes = {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}
    if changes:
        keep(tender, K.EDIT, {"changes": changes}, by=by)


def overridden(tender: Tender, finding: str, reason: str, *, by: Actor) -> None:
    """A warning of the checks that somebody went past: what it said, and why they did."""
    keep(tender, K.OVERRIDE, {"finding": finding, "reason": reason}, by=by)


def attachments(tender: Tender, *, by: Actor) -> None:
    """What the announcement's attachments say of their making; those that were not looked into before."""
    stored = list(tender.attachments.order_by("pk"))
    known = {file["sha256"] for trace in tender.traces.filter(kind=K.FILES, bid=None) for file in trace.data["files"]}
    new = [_of_stored(each) for each in stored if each.sha256 not in known]
    if new:
        keep(tender, K.FILES, {"files": new}, by=by)


def documents(bid: Bid, found: Sequence[Document], *, by: Actor) -> None:
    """What a response's documents say of their making, when they are opened for the buyer the first time."""
    if not Trace.objects.filter(kind=K.FILES, bid=bid).exists():
        keep(bid.tender, K.FILES, {"files": [_of_document(each) for each in found]}, by=by, bid=bid)


def plain(value: Any) -> Any:
    """A field's value as it is kept: models by their words, decimals and dates by their text."""
    if isinstance(value, models.Model):
        return str(value)
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, Decimal):
        return text_of(value.quantize(Decimal("0.01")))
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)


def erase_old() -> int:
    """Erase what is personal in traces older than INSPECTION_DAYS; counts, hashes and the acts themselves stay."""
    moment = clock.now()
    before = moment - timedelta(days=settings.INSPECTION_DAYS)
    old = list(Trace.objects.filter(at__lt=before, erased_at=None)[:AT_ONCE])
    for trace in old:
        trace.data = {key: _impersonal(value) if key in PERSONAL else value for key, value in trace.data.items()}
        if changes := trace.data.get("changes"):
            trace.data["changes"] = changes | {name: [None, None] for name in PERSONAL_FIELDS if name in changes}
        trace.origin, trace.person, trace.erased_at = {}, None, moment
    Trace.objects.bulk_update(old, ["data", "origin", "person", "erased_at"])
    bids = Bid.objects.filter(submitted_at__lt=before).exclude(origins={}).order_by("pk")
    keys = list(bids.values_list("pk", flat=True)[:AT_ONCE])
    Bid.objects.filter(pk__in=keys).update(origins={})
    return len(old) + len(keys)


def _impersonal(found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: each[key] for key in ("sha256", "size", "type") if key in each} for each in found]


def _of_stored(stored: StoredFile) -> dict[str, Any]:
    try:
        with files.open_bytes(stored) as opened:
            said = file_facts.made_by(opened)
    except OSError:  # its bytes are not there; its hash still tells whose it is
        said = {}
    told = {"name": stored.name, "size": stored.size, "type": stored.content_type, "sha256": stored.sha256}
    return told | {"said": said}


def _of_document(found: Document) -> dict[str, Any]:
    """Of a sealed document the name stays a hash: its words may be the firm's own."""
    return {
        "name_sha256": hashlib.sha256(found.name.encode()).hexdigest(),
        "size": len(found.content),
        "type": PurePosixPath(found.name).suffix.lower()[:10],
        "sha256": hashlib.sha256(found.content).hexdigest(),
        "said": file_facts.made_by(BytesIO(found.content)),
    }
