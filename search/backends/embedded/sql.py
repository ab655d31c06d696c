"""Pieces of SQL that carry their parameters along, so that they can be put together in any order."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Sql:
    """A piece of a statement. Its text holds names from this package's tables only; every value is a parameter."""

    text: str
    values: tuple[Any, ...] = ()

    def __add__(self, other: "Sql | str") -> "Sql":
        more = other if isinstance(other, Sql) else Sql(other)
        return Sql(self.text + more.text, self.values + more.values)

    def __radd__(self, other: str) -> "Sql":
        return Sql(other) + self


def join(separator: str, pieces: Iterable[Sql]) -> Sql:
    """The pieces one after the other."""
    kept = tuple(pieces)
    return Sql(separator.join(piece.text for piece in kept), tuple(value for piece in kept for value in piece.values))


def one_of(column: str, values: Iterable[Any]) -> Sql:
    """`column IN (…)`."""
    kept = tuple(values)
    return Sql(f"{column} IN ({', '.join(['%s'] * len(kept))})", kept)
