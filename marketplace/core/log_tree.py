"""The trees of the logs as they are stored: in the entries themselves, and how proofs read them.

The subtree (level, index) is complete when the leaf (index + 1) · 2**level is there, so that entry keeps its hash.
Appending writes nothing else, and any head or proof is one query of O(log size) rows.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from marketplace.core import log_proof, merkle
from marketplace.core.models import LogEntry, LogHead


class Damaged(LookupError):
    """A leaf or a subtree that must be stored is not there; `manage.py verify_log` tells which entry is broken."""


def reader(log: str) -> merkle.Read:
    """Reads nodes of one log's tree, many in one query. Damaged."""

    def read(nodes: Sequence[merkle.Node]) -> Mapping[merkle.Node, bytes]:
        ends = {(index + 1) << level for level, index in nodes}
        rows = LogEntry.objects.filter(log=log, number__in=ends).values_list("number", "hash", "subtrees")
        stored = {number or 0: bytes.fromhex(leaf) + bytes(subtrees) for number, leaf, subtrees in rows}
        return {node: _hash(stored, node) for node in nodes}

    return read


def edge(log: str) -> tuple[int, list[bytes]]:
    """How many entries the log has, and the hashes of the subtrees that make up its tree, left to right. Damaged."""
    numbers = LogEntry.objects.filter(log=log).exclude(number=None).order_by("-number").values_list("number", flat=True)
    size = numbers.first() or 0
    nodes = merkle.cover(0, size)
    hashes = reader(log)(nodes) if nodes else {}
    return size, [hashes[node] for node in nodes]


def published_head(head: LogHead) -> dict[str, Any]:
    """A head as it is published."""
    return {
        "version": log_proof.VERSION,
        "log": head.log,
        "size": head.number,
        "root": head.hash,
        "timestamp": log_proof.moment(head.at),
        "signature": head.signature,
    }


def _hash(stored: Mapping[int, bytes], node: merkle.Node) -> bytes:
    level, index = node
    number = (index + 1) << level
    begin = level * merkle.HASH_BYTES
    found = stored.get(number, b"")[begin : begin + merkle.HASH_BYTES]
    if len(found) != merkle.HASH_BYTES:
        raise Damaged(f"the subtree of level {level} that ends at entry {number} is not there")
    return found
