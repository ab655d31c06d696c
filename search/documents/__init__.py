"""Documents: what the index holds, and who makes them. The domain doesn't know them; each kind has one source."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet

from marketplace.core import clock

VERSION = 3  # of the analysis and of this shape: raise it when either changes, then search_rebuild


@dataclass(frozen=True)
class Row:
    """Something a document is narrowed by; `price` in yuan and `days` in working days belong to an offer.

    `number`: of how many it stands for, where hits are sorted by that (verified works of an industry and an item).
    """

    name: str
    value: str
    detail: str = ""
    price: Decimal | None = None
    days: int | None = None
    number: int | None = None


@dataclass(frozen=True)
class Document:
    """Something that can be found.

    `url` is the Chinese page's path. `names` count as much as the title, `terms` less, `body` least; `codes` are found
    by their last four or more characters too. `data` holds JSON values for the list, `rating` is 1 to 5, `price` in
    yuan and `days` in working days are the lowest offered; `works` counts verified past work. `signals`: those of
    `ranking.STORED`, 0 to 1. `is_part`: its title is another document's (an offer's is its item's), which is meant
    first: it counts as a term.
    """

    kind: str
    key: str
    title: str
    url: str
    summary: str = ""
    names: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    body: str = ""
    rows: tuple[Row, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    rating: Decimal | None = None
    price: Decimal | None = None
    days: int | None = None
    works: int | None = None
    signals: Mapping[str, float] = field(default_factory=dict)
    published_at: datetime | None = None
    is_available: bool = True
    is_part: bool = False

    def digest(self) -> str:
        """SHA-256 of the content in hexadecimal: two documents with the same one need not be written again."""
        return self._digest

    @cached_property
    def _digest(self) -> str:
        values = {**vars(self), "rows": [list(vars(row).values()) for row in self.rows]}
        content = json.dumps(values, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(f"{VERSION}\n{content}".encode("utf-8", "surrogatepass")).hexdigest()


def day_row(name: str, at: datetime | None) -> tuple[Row, ...]:
    """The day of a time as a row, in ISO form: texts that stand in the order of time."""
    return () if at is None else (Row(name, clock.local(at).date().isoformat()),)


Build = Callable[[str], Document | None]
BuildMany = Callable[[Sequence[str]], Mapping[str, Document]]
Keys = Callable[[], Iterable[str]]
Present = Callable[[Sequence[str]], Iterable[str]]


@dataclass(frozen=True)
class Source:
    """Where documents of a kind come from. A key that builds to nothing is not, or no longer, public."""

    kind: str
    build_many: BuildMany
    all_keys: Keys
    present: Present


_sources: dict[str, Source] = {}


def register_source(
    kind: str, build: Build, keys: Keys, *, build_many: BuildMany | None = None, present: Present | None = None
) -> None:
    """Let a kind be found: `build(key)` makes its document or None, `keys()` names all that exist, best as an iterator.

    For kinds with thousands of documents: `build_many(keys)` makes hundreds in a constant number of queries, and
    `present(keys)` says which of the keys still have a document, without making it.
    """

    def one_by_one(wanted: Sequence[str]) -> Mapping[str, Document]:
        return {key: document for key in wanted if (document := build(key)) is not None}

    many = build_many or one_by_one
    _sources[kind] = Source(kind, many, keys, present or many)


def walk(queryset: QuerySet[Any], name: str, size: int = 1000) -> Iterator[str]:
    """One field of all rows, page after page by primary key: constant memory, and writing meanwhile is no harm."""
    rows = queryset.order_by("pk").values_list("pk", name)
    last: Any = None
    while page := list((rows if last is None else rows.filter(pk__gt=last))[:size]):
        yield from (value for _, value in page)
        last = page[-1][0]


def source(kind: str) -> Source:
    """The kind's source. LookupError for a kind that nobody registered."""
    try:
        return _sources[kind]
    except KeyError:
        raise LookupError(f"no source is registered for documents of kind {kind!r}") from None


def sources() -> tuple[Source, ...]:
    """All sources, in the order of their registration."""
    return tuple(_sources.values())
