"""How an entry, a signed head and a proof of the logs are written, and how a proof is checked: `zjcs-log/v2`.

Pure: no database, no clock, no settings. `docs/selection-record.md` tells the same to whoever writes a verifier.
"""

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Protocol

import rfc8785
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from marketplace.core import merkle

VERSION = "zjcs-log/v2"
GREATEST = 2**53 - 1  # RFC 8785 writes whole numbers beyond it differently from one program to the next
_HASH = re.compile(r"[0-9a-f]{64}")
_SIGNATURE = re.compile(r"[0-9a-f]{128}")
_PROOF_KEYS = {"version", "number", "entry", "leaf_hash", "path", "head"}
_HEAD_KEYS = {"version", "log", "size", "root", "timestamp", "signature"}


class Entry(Protocol):
    """What an entry consists of: `LogEntry` has it."""

    log: Any
    number: Any
    at: Any
    actor_label: Any
    organisation_code: Any
    action: Any
    subject: Any
    subject_label: Any
    data: Any


class Problem(StrEnum):
    """What is wrong with a proof; the first that applies."""

    MALFORMED = "malformed"  # a value is missing, of another kind, or one too many
    LEAF_HASH = "leaf_hash"  # the entry is not the one that was hashed
    NUMBER = "number"  # the entry says another number, or another log
    NOT_INCLUDED = "not_included"  # the path does not lead to the head's root
    SIGNATURE = "signature"  # the head is not signed with this key


def content(entry: Entry) -> dict[str, Any]:
    """The entry as it is published and hashed."""
    return {
        "version": VERSION,
        "log": str(entry.log),
        "number": entry.number,
        "at": moment(entry.at),
        "actor": entry.actor_label,
        "organisation": entry.organisation_code,
        "action": entry.action,
        "subject": entry.subject,
        "label": entry.subject_label,
        "data": entry.data,
    }


def leaf_hash(published: Any) -> bytes:
    """The leaf hash of a published entry: over its canonical JSON (RFC 8785). CanonicalizationError, UnicodeError."""
    return merkle.leaf_hash(rfc8785.dumps(published))


def refuse_unhashable(data: Any) -> None:
    """ValueError for what could not be hashed again when it comes back from a database.

    Besides what RFC 8785 refuses, numbers with a fraction beyond 2**53: PostgreSQL returns them as whole numbers.
    """
    rfc8785.dumps(data)
    for value in _values(data):
        if isinstance(value, float) and abs(value) > GREATEST:
            raise ValueError(f"{value} is out of the range of numbers that a log can hold")


def moment(at: datetime) -> str:
    """A time as the log writes it: UTC with six digits of a second, `2026-03-18T04:00:00.000000Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def statement(log: str, size: int, root: str, timestamp: str) -> bytes:
    """What a head's signature stands under: version, log, number of entries, root in hexadecimal, time; one a line."""
    return f"{VERSION}\n{log}\n{size}\n{root}\n{timestamp}\n".encode()


def head_problem(head: Any, key: bytes) -> Problem | None:
    """What is wrong with a published head, whose site has this public key (32 bytes); None when it is right."""
    if not _is_head(head):
        return Problem.MALFORMED
    signed = statement(head["log"], head["size"], head["root"], head["timestamp"])
    try:
        VerifyKey(key).verify(signed, bytes.fromhex(head["signature"]))
    except (BadSignatureError, ValueError):
        return Problem.SIGNATURE
    return None


def problem(proof: Any, key: bytes) -> Problem | None:
    """What is wrong with what `log.proof_of` gave, for the site with this public key (32 bytes); None when it is right.

    Then the entry stood at its number, unchanged, when the head was signed.
    """
    if not _is_proof(proof):
        return Problem.MALFORMED
    entry, head, number = proof["entry"], proof["head"], proof["number"]
    try:
        leaf = leaf_hash(entry)
    except (ValueError, RecursionError):  # rfc8785's errors and UnicodeError are among the first
        return Problem.MALFORMED
    if leaf.hex() != proof["leaf_hash"]:
        return Problem.LEAF_HASH
    if type(entry.get("number")) is not int or entry["number"] != number or entry.get("log") != head["log"]:
        return Problem.NUMBER
    path = [bytes.fromhex(text) for text in proof["path"]]
    if not merkle.verify_inclusion(leaf, number - 1, head["size"], path, bytes.fromhex(head["root"])):
        return Problem.NOT_INCLUDED
    return head_problem(head, key)


def _is_proof(proof: Any) -> bool:
    return (
        isinstance(proof, dict)
        and proof.keys() == _PROOF_KEYS
        and proof["version"] == VERSION
        and isinstance(proof["entry"], dict)
        and proof["entry"].get("version") == VERSION
        and type(proof["number"]) is int
        and _matches(_HASH, proof["leaf_hash"])
        and isinstance(proof["path"], list)
        and all(_matches(_HASH, each) for each in proof["path"])
        and _is_head(proof["head"])
    )


def _is_head(head: Any) -> bool:
    return (
        isinstance(head, dict)
        and head.keys() == _HEAD_KEYS
        and head["version"] == VERSION
        and type(head["size"]) is int
        and isinstance(head["log"], str)
        and isinstance(head["timestamp"], str)
        and _matches(_HASH, head["root"])
        and _matches(_SIGNATURE, head["signature"])
    )


def _matches(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _values(data: Any) -> Any:
    """Every plain value in nested lists and dictionaries."""
    if isinstance(data, dict):
        for value in data.values():
            yield from _values(value)
    elif isinstance(data, (list, tuple)):
        for value in data:
            yield from _values(value)
    else:
        yield data
