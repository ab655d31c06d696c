"""The two logs: audit (every act, for supervisors) and public (what anybody may check).

Entries are written unchained in the act's transaction; `sequence()` numbers, hashes and signs them in batches within
seconds, so no act waits for a chain. An entry with `visible_from` is numbered only when that moment has come: before
the close of a tender not even a gap in the numbers tells that somebody responded.
"""

import hashlib
from datetime import UTC
from typing import Any, Protocol

import rfc8785
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import override
from nacl.exceptions import BadSignatureError

from marketplace.core import clock, keys, locks
from marketplace.core.deadlines import subject_of
from marketplace.core.models import LogEntry, LogHead

GENESIS = "0" * 64


class Actor(Protocol):
    """Who acts: `marketplace.accounts.actors.Actor` is one."""

    @property
    def user(self) -> Any: ...
    @property
    def label(self) -> str: ...
    @property
    def organisation_code(self) -> str: ...


def record(
    action: str, obj: models.Model, *, by: Actor, data: dict[str, Any] | None = None, visible_from: Any = None
) -> LogEntry:
    """Write an audit entry: who did what to which object; `data` holds JSON values (before, reasons, versions)."""
    return _write(LogEntry.Log.AUDIT, action, obj, by, data, visible_from)


def make_public(action: str, obj: models.Model, *, by: Actor, data: dict[str, Any] | None = None) -> LogEntry:
    """Write a public entry; `data` must hold nothing that is not public."""
    return _write(LogEntry.Log.PUBLIC, action, obj, by, data, None)


def visible() -> "models.QuerySet[LogEntry]":
    """Entries whose time has come."""
    return LogEntry.objects.filter(Q(visible_from=None) | Q(visible_from__lte=clock.now()))


def history(obj: models.Model) -> "models.QuerySet[LogEntry]":
    """The visible audit entries of one object, oldest first."""
    return visible().filter(log=LogEntry.Log.AUDIT, subject=subject_of(obj)).order_by("at", "id")


def sequence(limit: int = 500) -> int:
    """Number, chain and sign waiting entries of both logs; returns how many. One at a time: it takes a lock."""
    return sum(_sequence(log, limit) for log in LogEntry.Log.values)


def latest_public_head() -> LogHead | None:
    """The newest signed head of the public log, for the foot of every page."""
    return LogHead.objects.filter(log=LogEntry.Log.PUBLIC).order_by("-number").first()


def first_broken(log: str) -> int | None:
    """Recompute the whole chain; the number of the first entry that does not fit, or None.

    An entry fits when it is there, follows the one before, and stands as it was signed: who rewrites the whole chain,
    or cuts off its end, is betrayed by the signed heads.
    """
    heads = {head.number: head for head in LogHead.objects.filter(log=log)}
    previous, expected = GENESIS, 1
    for entry in LogEntry.objects.filter(log=log).exclude(number=None).order_by("number").iterator(chunk_size=2000):
        if entry.number != expected or entry.previous_hash != previous or entry.hash != entry_hash(entry, previous):
            return expected
        head = heads.pop(expected, None)
        if head is not None and (head.hash != entry.hash or not is_signed(head)):
            return expected
        previous, expected = entry.hash, expected + 1
    return expected if heads else None


def is_signed(head: LogHead) -> bool:
    """Whether the head carries the site's signature."""
    try:
        keys.verify_key().verify(statement(head.log, head.number, head.hash), bytes.fromhex(head.signature))
    except (BadSignatureError, ValueError):
        return False
    return True


def statement(log: str, number: int, head_hash: str) -> bytes:
    """What a head's signature stands under: version, log, number and hash, one a line."""
    return f"zjcs-log/v1\n{log}\n{number}\n{head_hash}".encode()


def entry_hash(entry: LogEntry, previous: str) -> str:
    """SHA-256 over the previous hash and the entry's canonical JSON (RFC 8785), in hexadecimal."""
    content = {
        "log": entry.log,
        "number": entry.number,
        "at": entry.at.astimezone(UTC).isoformat(),
        "actor": entry.actor_label,
        "organisation": entry.organisation_code,
        "action": entry.action,
        "subject": entry.subject,
        "label": entry.subject_label,
        "data": entry.data,
    }
    return hashlib.sha256(bytes.fromhex(previous) + rfc8785.dumps(content)).hexdigest()


def _write(
    log: str, action: str, obj: models.Model, by: Actor, data: dict[str, Any] | None, visible_from: Any
) -> LogEntry:
    rfc8785.dumps(data or {})  # what can't be hashed is refused here, before it would stop the whole chain
    return LogEntry.objects.create(
        log=log,
        actor=by.user,
        actor_label=by.label[:120],
        organisation_code=by.organisation_code,
        action=action,
        subject=subject_of(obj),
        subject_label=_label(obj)[:200],
        data=data or {},
        visible_from=visible_from,
    )


def _label(obj: models.Model) -> str:
    """The object's name, in Chinese in whatever language the actor reads: the log is one, and it is Chinese."""
    with override("zh-hans"):
        return str(obj)


def _sequence(log: str, limit: int) -> int:
    waiting = visible().filter(log=log, number=None).order_by("id")
    if not waiting.exists():  # look before taking a lock
        return 0
    with transaction.atomic():
        locks.counter(f"log.{log}")
        last = LogEntry.objects.filter(log=log).exclude(number=None).order_by("-number").first()
        number, previous = (last.number or 0, last.hash) if last else (0, GENESIS)
        entries = list(waiting[:limit])
        for entry in entries:
            number += 1
            entry.number, entry.previous_hash = number, previous
            previous = entry.hash = entry_hash(entry, previous)
        LogEntry.objects.bulk_update(entries, ["number", "previous_hash", "hash"])
        if entries:
            signature = keys.sign(statement(log, number, previous))
            LogHead.objects.create(log=log, number=number, hash=previous, signature=signature)
    return len(entries)
