"""The embedded engine: our tables in the site's own database, so a change and its index commit together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from search import highlight
from search.analysis import clean
from search.backends.base import Hit, Results
from search.backends.embedded import statements
from search.backends.embedded.sql import Sql
from search.backends.embedded.text import text_index
from search.documents import VERSION, Document
from search.models import SearchDocument, SearchFacet
from search.query import Query, Sort, Words, last_page
from search.ranking import STORED
from search.texts import texts_of

BATCH = 500
_WRITTEN = ("title", "url", "summary", "data", "rating", "price", "days", "works", "published_at", "is_available")

_SIGNALS = tuple(f"{name}_signal" for name in STORED)


class EmbeddedEngine:
    """See `base.Engine`."""

    name = "embedded"

    def __init__(self) -> None:
        self.text = text_index()

    # --- reading ------------------------------------------------------------------------------------------------------
    def search(self, query: Query) -> Results:
        counted: dict[str, dict[str, int]] = {name: {} for name in ("kind", "total", *query.facets)}
        for what, value, number in _rows(statements.counts(query, self.text)):
            counted[what][value] = number
        total, kinds = counted.pop("total")[""], counted.pop("kind")
        if not query.page_size:
            return Results(total, (), counted, kinds)
        page = min(max(query.page, 1), last_page(total, query.page_size))
        found: list[Hit] = []
        if total:
            asked = statements.hits(query, self.text, offset=(page - 1) * query.page_size)
            found = [_hit(stored, query.words) for stored in SearchDocument.objects.raw(asked.text, asked.values)]
        return Results(total, tuple(found), counted, kinds, page, self._best(query, page, found))

    def _best(self, query: Query, page: int, found: Sequence[Hit]) -> float:
        """The score of the first hit of all."""
        if query.sort is not Sort.RELEVANCE or not found:
            return 0.0
        return found[0].score if page == 1 else float(_rows(statements.best(query, self.text))[0][0])

    def count(self, queries: Sequence[Query]) -> tuple[int, ...]:
        if not queries:
            return ()
        numbers = dict(_rows(statements.totals(queries, self.text)))
        return tuple(numbers[place] for place in range(len(queries)))

    def keys(self, kind: str) -> Iterator[tuple[str, str]]:
        present = SearchDocument.objects.filter(kind=kind).order_by("pk")
        last = 0
        while rows := list(present.filter(pk__gt=last).values_list("pk", "key", "digest")[:BATCH]):
            yield from ((key, digest) for _, key, digest in rows)
            last = rows[-1][0]

    def digests(self, kind: str, keys: Sequence[str]) -> Mapping[str, str]:
        return dict(SearchDocument.objects.filter(kind=kind, key__in=keys).values_list("key", "digest"))

    # --- writing ------------------------------------------------------------------------------------------------------
    def index(self, documents: Iterable[Document]) -> int:
        written, batch = 0, {}
        for document in documents:
            batch[document.kind, document.key] = document
            if len(batch) >= BATCH:
                written += self._write(list(batch.values()))
                batch.clear()
        return written + self._write(list(batch.values()))

    @transaction.atomic
    def _write(self, documents: Sequence[Document]) -> int:
        stored = SearchDocument.objects.filter(kind__in={d.kind for d in documents}, key__in=[d.key for d in documents])
        known = {
            (kind, key): (pk, digest) for pk, kind, key, digest in stored.values_list("pk", "kind", "key", "digest")
        }
        changed = [d for d in documents if known.get((d.kind, d.key), (0, ""))[1] != d.digest()]
        if not changed:
            return 0
        rows = [_row(document) for document in changed]
        fresh = [row for row in rows if (row.kind, row.key) not in known]
        old = [row for row in rows if (row.kind, row.key) in known]
        for row in old:
            row.pk = known[row.kind, row.key][0]
        SearchDocument.objects.bulk_create(fresh)
        SearchDocument.objects.bulk_update(
            old, [*_WRITTEN, *_SIGNALS, "body", "terms", "version", "digest"], batch_size=100
        )
        SearchFacet.objects.filter(document__in=[row.pk for row in old]).delete()
        SearchFacet.objects.bulk_create(
            SearchFacet(document=row, **vars(r))
            for row, document in zip(rows, changed, strict=True)
            for r in document.rows
        )
        self.text.write([(row.pk, texts_of(document)) for row, document in zip(rows, changed, strict=True)])
        return len(changed)

    @transaction.atomic
    def delete(self, kind: str, keys: Sequence[str]) -> int:
        ids = list(SearchDocument.objects.filter(kind=kind, key__in=keys).values_list("pk", flat=True))
        if ids:
            self.text.delete(ids)
            SearchFacet.objects.filter(document__in=ids).delete()
            SearchDocument.objects.filter(pk__in=ids).delete()
        return len(ids)

    def clear(self, kind: str = "") -> None:
        kinds = [kind] if kind else SearchDocument.objects.values_list("kind", flat=True).distinct()
        for each in list(kinds):
            while keys := list(SearchDocument.objects.filter(kind=each).values_list("key", flat=True)[:BATCH]):
                self.delete(each, keys)

    def take_turns(self, kind: str, keys: Sequence[str]) -> None:
        self.text.take_turns([f"{kind} {key}" for key in keys])


def _row(document: Document) -> SearchDocument:
    values: dict[str, Any] = {name: getattr(document, name) for name in _WRITTEN}
    values |= {"title": clean(document.title), "summary": clean(document.summary), "data": dict(document.data)}
    values |= {f"{name}_signal": document.signals.get(name, 0.0) for name in STORED}
    return SearchDocument(
        kind=document.kind,
        key=document.key,
        body=clean(document.body),
        terms=clean("\n".join((*document.names, *document.terms, *document.codes))),
        version=VERSION,
        digest=document.digest(),
        **values,
    )


def _rows(statement: Sql) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement.text, statement.values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _hit(stored: Any, words: Words) -> Hit:
    """The hit of a stored document, with what else `statements.hits` tells of it."""
    price, days, works, score = stored.offer_price, stored.offer_days, stored.fitting_works, stored.score
    more = (*stored.terms.split("\n"), stored.body)
    return Hit(
        stored.kind,
        stored.key,
        stored.title,
        stored.url,
        stored.summary,
        highlight.highlights(words, stored.title, stored.summary, more),
        stored.data,
        stored.rating,
        None if price is None else Decimal(str(price)),
        days,
        stored.published_at,
        stored.is_available,
        None if works is None else int(works),
        {name: getattr(stored, f"{name}_signal") for name in STORED},
        float(score),
        stored.offered,
    )
