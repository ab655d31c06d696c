"""Recomputing a whole log: every entry, every stored subtree, every signed head.

Memory stays flat however long the log is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from marketplace.core import keys, log_proof, log_tree, merkle
from marketplace.core.models import LogEntry, LogHead

CHUNK = 2000


@dataclass(frozen=True)
class Broken:
    """The first place where a log is not what was signed: the entries `number` to `until`, and what is wrong there."""

    number: int
    until: int
    what: str

    def __str__(self) -> str:
        where = str(self.number) if self.until == self.number else f"{self.number}-{self.until}"
        return f"{where}: {self.what}"


def first_broken(log: str) -> Broken | None:
    """Recompute a log from its entries; None when all is as it was signed.

    An entry fits when it is there and stands as it was hashed; who rewrites history with all its hashes, or cuts off
    the end, is betrayed by the signed heads, each of which must fit too. What is newer than every head is unsigned.
    """
    heads = LogHead.objects.filter(log=log).order_by("number").iterator(chunk_size=CHUNK)
    head = next(heads, None)
    edge: list[bytes] = []
    size = signed = 0
    for size, entry in enumerate(_entries(log), start=1):
        if what := _wrong_with(entry, size, edge):
            return Broken(size, size, what)
        if head is not None and head.number == size:
            if what := _wrong_with_head(head, merkle.fold(edge).hex()):
                return Broken(signed + 1, size, what)
            signed, head = size, next(heads, None)
        elif head is not None and head.number < size:
            return Broken(size, size, f"a head is signed for {head.number} entries out of turn")
    if head is not None:
        return Broken(size + 1, head.number, "the end is cut off: a head was signed with these entries")
    return Broken(signed + 1, size, "these entries are under no signed head") if signed < size else None


def contradiction(head: Any) -> str:
    """Why a log does not go on from a head that a witness kept (as /log/head.json gave it); "" when it does."""
    if found := log_proof.head_problem(head, bytes(keys.verify_key())):
        return f"not a head of this site ({found.value})"
    seen = head["size"]
    try:
        size, _edge = log_tree.edge(head["log"])
        root = merkle.root_at(seen, log_tree.reader(head["log"])).hex() if seen <= size else ""
    except log_tree.Damaged as error:
        return str(error)
    if seen > size:
        return f"the log has {size} entries, the witness saw {seen}"
    return "" if root == head["root"] else f"the first {seen} entries are not those that the witness saw"


def is_signed(head: LogHead) -> bool:
    """Whether the head carries the site's signature."""
    return log_proof.head_problem(log_tree.published_head(head), bytes(keys.verify_key())) is None


def _entries(log: str) -> Iterator[LogEntry]:
    numbered = LogEntry.objects.filter(log=log).exclude(number=None)
    return numbered.order_by("number").iterator(chunk_size=CHUNK)


def _wrong_with(entry: LogEntry, number: int, edge: list[bytes]) -> str:
    if entry.number != number:
        return "the entry is not there"
    try:
        leaf = log_proof.leaf_hash(log_proof.content(entry))
    except ValueError:
        return "the entry can't be hashed"
    if entry.hash != leaf.hex():
        return "the entry was changed"
    if bytes(entry.subtrees) != b"".join(merkle.grow(edge, number - 1, leaf)):
        return "the stored subtrees were changed"
    return ""


def _wrong_with_head(head: LogHead, root: str) -> str:
    if not is_signed(head):
        return "the head is not signed by this site's key"
    return "" if head.hash == root else "history was rewritten: the signed head does not fit these entries"
