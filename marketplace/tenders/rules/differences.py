"""What an amendment changes: field by field, and inside a long text what went out and what came in."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

MATERIAL = frozenset(
    {
        "content",
        "budget",
        "ceiling",
        "floor",
        "days",
        "payment_terms",
        "region",
        "local_only",
        "practitioners_needed",
        "requirements",
        "attachments",
    }
)
MINOR = frozenset({"contact_name", "contact_phone", "complaint_phone"})
LONG = 400  # characters in a passage, beyond which it is shown as a whole
SENTENCES = re.compile(r"[^。；！？\n]*[。；！？\n]?")


@dataclass(frozen=True)
class Piece:
    """A piece of a text: "same", "gone" or "new"."""

    kind: str
    text: str


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Field → [before, after] of those that differ."""
    return {name: [before[name], value] for name, value in after.items() if before[name] != value}


def is_material(changed: Mapping[str, Any]) -> bool:
    """Whether anything is changed on which an offer depends; who can be phoned is nothing of that kind."""
    return bool(MATERIAL & set(changed))


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """The new text with marks of what went out and what came in: by sentences, and within a sentence by characters.

    Joined, "same" and "new" give `after`, "same" and "gone" give `before`.
    """
    return tuple(_merged(_by_sentences(SENTENCES.findall(before), SENTENCES.findall(after))))


def _by_sentences(before: list[str], after: list[str]) -> Iterator[Piece]:
    for tag, a1, a2, b1, b2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, new = "".join(before[a1:a2]), "".join(after[b1:b2])
        if tag == "equal":
            yield Piece("same", gone)
        elif tag == "replace" and max(len(gone), len(new)) <= LONG:
            yield from _by_characters(gone, new)
        else:
            yield from (Piece("gone", gone), Piece("new", new))


def _by_characters(before: str, after: str) -> Iterator[Piece]:
    for tag, a1, a2, b1, b2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", before[a1:a2])
        else:
            yield from (Piece("gone", before[a1:a2]), Piece("new", after[b1:b2]))


def _merged(found: Iterator[Piece]) -> Iterator[Piece]:
    """Without empty pieces, and neighbours of one kind as one."""
    last: Piece | None = None
    for piece in found:
        if not piece.text:
            continue
        if last is not None and last.kind == piece.kind:
            last = Piece(last.kind, last.text + piece.text)
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last
