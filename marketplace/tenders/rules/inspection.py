"""What several agencies of one tender have in common that independent ones seldom have. Signs, not proofs."""

from collections.abc import Iterable
from dataclasses import dataclass

ADDRESS, SESSION, BROWSER, PERSON = "address", "session", "browser", "person"
AUTHOR, EDITOR, FILE = "author", "editor", "file"
KINDS = (SESSION, PERSON, FILE, ADDRESS, AUTHOR, EDITOR, BROWSER)  # the strongest first


@dataclass(frozen=True)
class Sign:
    """Something that was seen with a holder: an agency, or the buyer with its own files."""

    kind: str
    value: str
    holder: str


@dataclass(frozen=True)
class Hit:
    """A value that was seen with more than one holder; they stand in their order."""

    kind: str
    value: str
    holders: tuple[str, ...]


def hits(signs: Iterable[Sign]) -> tuple[Hit, ...]:
    """The values that more than one holder shares; the strongest kind first, in it the most holders first.

    A holder that was seen twice with a value shares it with nobody.
    """
    found: dict[tuple[str, str], dict[str, None]] = {}
    for sign in signs:
        if sign.value:
            found.setdefault((sign.kind, sign.value), {})[sign.holder] = None
    shared = [Hit(kind, value, tuple(holders)) for (kind, value), holders in found.items() if len(holders) > 1]
    return tuple(sorted(shared, key=lambda hit: (KINDS.index(hit.kind), -len(hit.holders), hit.value)))
