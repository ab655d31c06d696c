"""The two logs: audit (every act, for supervisors) and public (what anybody may check).

Entries are written unnumbered in the act's transaction; `sequence()` numbers them in batches within seconds, makes each
a leaf of its log's Merkle tree and signs the new head, so no act waits for a tree. An entry with `visible_from` is
numbered only when that moment has come: before the close of a tender not even a gap in the numbers tells that
somebody responded.
"""

from collections.abc import Sequence
from typing import Any, Protocol

from django.db import connection, models, transaction
from django.db.models import Q
from django.utils.translation import override

from marketplace.core import clock, keys, locks, log_proof, log_tree, merkle
from marketplace.core.deadlines import subject_of
from marketplace.core.log_check import first_broken, is_signed
from marketplace.core.log_tree import published_head
from marketplace.core.models import LogEntry, LogHead

__all__ = [
    "Actor",
    "NotNumbered",
    "PublicActor",
    "first_broken",
    "history",
    "is_signed",
    "latest_head",
    "latest_public_head",
    "make_public",
    "proof_of",
    "record",
    "sequence",
    "visible",
]

MOST_AT_ONCE = 5000  # SQLite takes 32,766 values in one statement, an entry is four of them


class NotNumbered(LookupError):
    """The entry has no number yet, or a later one than the head."""


class Actor(Protocol):
    """Who acts: `marketplace.accounts.actors.Actor` is one."""

    @property
    def user(self) -> Any: ...
    @property
    def label(self) -> str: ...
    @property
    def organisation_code(self) -> str: ...


class PublicActor(Actor, Protocol):
    """Who acts in public: is named without naming a person."""

    @property
    def public_label(self) -> str: ...


def record(
    action: str, obj: models.Model, *, by: Actor, data: dict[str, Any] | None = None, visible_from: Any = None
) -> LogEntry:
    """Write an audit entry: who did what to which object; `data` holds JSON values (before, reasons, versions)."""
    found = entry(action, obj, by=by, data=data, visible_from=visible_from)
    found.save(force_insert=True)
    return found


def entry(
    action: str, obj: models.Model, *, by: Actor, data: dict[str, Any] | None = None, visible_from: Any = None
) -> LogEntry:
    """The audit entry that `record` would write, for an act that stores all its rows at once."""
    return _entry(LogEntry.Log.AUDIT, action, obj, by, by.label, data, visible_from)


def make_public(action: str, obj: models.Model, *, by: PublicActor, data: dict[str, Any] | None = None) -> LogEntry:
    """Write a public entry; it names the organisation, never the person. `data` must hold only what is public."""
    found = _entry(LogEntry.Log.PUBLIC, action, obj, by, by.public_label, data, None)
    found.save(force_insert=True)
    return found


def visible() -> "models.QuerySet[LogEntry]":
    """Entries whose time has come."""
    return LogEntry.objects.filter(Q(visible_from=None) | Q(visible_from__lte=clock.now()))


def history(obj: models.Model) -> "models.QuerySet[LogEntry]":
    """The visible audit entries of one object, oldest first."""
    return visible().filter(log=LogEntry.Log.AUDIT, subject=subject_of(obj)).order_by("at", "id")


def sequence(limit: int = 1000) -> int:
    """Number waiting entries of both logs and sign their heads; returns how many. One at a time: it takes a lock.

    At most `limit` of each log, and MOST_AT_ONCE.
    """
    return sum(_sequence(log, min(limit, MOST_AT_ONCE)) for log in LogEntry.Log.values)


def latest_head(log: str) -> LogHead | None:
    """The newest signed head of a log."""
    return LogHead.objects.filter(log=log).order_by("-number").first()


def latest_public_head() -> LogHead | None:
    """The newest signed head of the public log, for the foot of every page."""
    return latest_head(LogEntry.Log.PUBLIC)


def proof_of(entry: LogEntry, head: LogHead | None = None) -> dict[str, Any]:
    """That the entry stands in its log, as a selection record keeps it; `log_proof.problem` checks it.

    Under `head`, or the newest one. NotNumbered before the sequencer has seen the entry.
    """
    head = head or latest_head(entry.log)
    if head is None or entry.number is None or entry.number > head.number:
        raise NotNumbered(f"entry {entry.pk} is under no such head")
    path = merkle.inclusion_proof(entry.number - 1, head.number, log_tree.reader(entry.log))
    return {
        "version": log_proof.VERSION,
        "number": entry.number,
        "entry": log_proof.content(entry),
        "leaf_hash": entry.hash,
        "path": [each.hex() for each in path],
        "head": published_head(head),
    }


def _entry(
    log: str, action: str, obj: models.Model, by: Actor, label: str, data: dict[str, Any] | None, visible_from: Any
) -> LogEntry:
    log_proof.refuse_unhashable(data or {})  # refused here, before it would stop the whole log
    return LogEntry(
        log=log,
        actor=by.user,
        actor_label=label[:120],
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
        entries = list(waiting[:limit])
        if not entries:
            return 0
        size, edge = log_tree.edge(log)
        for size, entry in enumerate(entries, start=size + 1):  # noqa: B020  (it goes on from where the log ends)
            entry.number = size
            leaf = log_proof.leaf_hash(log_proof.content(entry))
            entry.hash, entry.subtrees = leaf.hex(), b"".join(merkle.grow(edge, size - 1, leaf))
        _write_leaves(entries)
        root, at = merkle.fold(edge).hex(), clock.now()
        signature = keys.sign(log_proof.statement(log, size, root, log_proof.moment(at)))
        LogHead.objects.create(log=log, number=size, hash=root, at=at, signature=signature)
    return len(entries)


def _write_leaves(entries: Sequence[LogEntry]) -> None:
    """One statement for the whole batch, on both databases: bulk_update takes fifty times as long."""
    table = connection.ops.quote_name(LogEntry._meta.db_table)
    rows = ", ".join(["(%s, %s, %s, %s)"] * len(entries))
    field = LogEntry._meta.pk

    def key(entry: LogEntry) -> Any:
        return field.get_db_prep_value(entry.pk, connection)

    values: list[Any] = [value for entry in entries for value in (key(entry), entry.number, entry.hash, entry.subtrees)]
    with connection.cursor() as cursor:
        cursor.execute(  # key(): SQLite keeps a UUID as its digits
            f"UPDATE {table} SET number = leaf.column2, hash = leaf.column3, subtrees = leaf.column4"
            f" FROM (VALUES {rows}) AS leaf WHERE {table}.id = leaf.column1",
            values,
        )
