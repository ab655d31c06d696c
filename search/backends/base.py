"""What every search engine does. Pages, API and commands know this and nothing else of an engine."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from search.documents import Document
from search.query import Query


@dataclass(frozen=True)
class Hit:
    """A document found, with all that a list shows of it.

    `highlights`: by "title", "summary" and "snippet", text with the found words between MARK_START and MARK_END;
    "snippet" only where title and summary don't show every word. `price` and `days` are those of the cheapest,
    quickest offer that fulfils the conditions. `works`: verified works, of the chosen industries and items. `score`:
    see `ranking`, comparable within one search; 0 where an engine doesn't say. `offered`: how many agencies offer an
    item; None where an engine doesn't say so with its hits.
    """

    kind: str
    key: str
    title: str
    url: str
    summary: str
    highlights: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    rating: Decimal | None = None
    price: Decimal | None = None
    days: int | None = None
    published_at: datetime | None = None
    is_available: bool = True
    works: int | None = None
    signals: Mapping[str, float] = field(default_factory=dict)
    score: float = 0.0
    offered: int | None = None


MARK_START, MARK_END = "\ue000", "\ue001"  # of the private use area: no document keeps them


@dataclass(frozen=True)
class Results:
    """What a search found. `kinds`: hits of the words alone, by kind, whatever else is chosen.

    `facets`: by name, value → number of hits there would be with that value chosen; a choice within a facet does not
    change the counts of its siblings. A facet of numbers counts by its steps: at least, at most, or the range's lower
    end. `page` is the page that was given, after it was brought into what there is. `best`: the greatest score of all
    hits, 0 where they aren't ranked by it.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, Mapping[str, int]]
    kinds: Mapping[str, int]
    page: int = 1
    best: float = 0.0


class Engine(Protocol):
    """A search engine. Writing is idempotent; what is written is found at the latest after the transaction's commit."""

    name: str

    def search(self, query: Query) -> Results:
        """The hits of one page, and the counts of `query.facets`."""

    def count(self, queries: Sequence[Query]) -> tuple[int, ...]:
        """How many hits each query has, asked at once."""

    def index(self, documents: Iterable[Document]) -> int:
        """Write documents, replacing those of the same kind and key; returns how many had changed."""

    def delete(self, kind: str, keys: Sequence[str]) -> int:
        """Forget documents; returns how many there were."""

    def clear(self, kind: str = "") -> None:
        """Forget all documents, or all of a kind."""

    def keys(self, kind: str) -> Iterator[tuple[str, str]]:
        """Key and digest of every document of a kind, in no order, without holding them all in memory."""

    def digests(self, kind: str, keys: Sequence[str]) -> Mapping[str, str]:
        """The digests of those of the documents that the index has."""

    def take_turns(self, kind: str, keys: Sequence[str]) -> None:
        """Hold off everybody else who wants to write these documents, until the transaction ends.

        Taken before a document is built, so that the newest state is also the last one written.
        """
