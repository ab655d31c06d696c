"""What Elasticsearch answered, as results: complete enough that the page asks the database nothing about hits."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from search import highlight
from search.backends.base import Hit, Results
from search.backends.elasticsearch import conditions
from search.facets import FACETS, Bound, Shape, together
from search.query import Query, Sort
from search.ranking import STORED


class Incomplete(Exception):
    """The server gave up on a part of the question."""


def results(answer: Mapping[str, Any], query: Query, page: int) -> Results:
    """The results in an answer. Raises Incomplete if the server ran out of time or lost a shard."""
    if answer["timed_out"] or answer["_shards"]["failed"]:
        raise Incomplete("the answer is not complete")
    counted = answer["aggregations"]
    return Results(
        total_of(answer),
        tuple(_hit(found, query) for found in answer["hits"]["hits"]),
        {name: _counts(name, counted[name]) for name in query.facets},
        {bucket["key"]: bucket["doc_count"] for bucket in counted["kind"]["buckets"]},
        page,
    )


def total_of(answer: Mapping[str, Any]) -> int:
    """How many hits there are."""
    total: int = answer["hits"]["total"]["value"]
    return total


def _counts(name: str, counted: Mapping[str, Any]) -> dict[str, int]:
    if not FACETS[name].row:
        return {label: bucket["doc_count"] for label, bucket in _buckets(name, counted["counts"])}
    rows = _buckets(name, counted["rows"]["fitting"]["counts"])
    return {label: bucket["documents"]["doc_count"] for label, bucket in rows}


def _buckets(name: str, counts: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    if FACETS[name].shape is Shape.ONE_OF:
        return [(str(bucket["key"]), bucket) for bucket in counts["buckets"]]
    return list(counts["buckets"].items())


def score_of(found: Mapping[str, Any], query: Query) -> float:
    """The score of a hit that stands in the order of relevance; 0 in other orders."""
    if query.sort is not Sort.RELEVANCE:
        return 0.0
    return float(found["sort"][0] if "sort" in found else found["_score"])  # in the order of the score alone


def _hit(found: Mapping[str, Any], query: Query) -> Hit:
    source = found["_source"]
    shown, rows = source["shown"], source.get("rows", ())
    price, days, works = _number(shown["price"]), source.get("days"), source.get("works")
    if conditions.of_offer(query):
        price, days = _offered(rows, query)
    if conditions.of_works(query):
        works = _worked(rows, query)
    more = (*shown["terms"].split("\n"), shown["body"])
    moment = source.get("published_at")
    return Hit(
        source["kind"],
        source["key"],
        shown["title"],
        shown["url"],
        shown["summary"],
        highlight.highlights(query.words, shown["title"], shown["summary"], more),
        shown["data"],
        _number(shown["rating"]),
        price,
        days,
        datetime.fromisoformat(moment) if moment else None,
        source["is_available"],
        works,
        {name: source.get("signals", {}).get(name, 0.0) for name in STORED},
        score_of(found, query),
    )


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _worked(rows: Sequence[Mapping[str, Any]], query: Query) -> int | None:
    """How many works there are of the chosen industries and items; None where there is none."""
    chosen = {"value": query.chosen("industry"), "detail": query.chosen("item")}
    works = [row for row in rows if row["name"] == FACETS["industry"].row]
    fitting = [row for row in works if all(row.get(name) in some for name, some in chosen.items() if some)]
    return sum(row.get("number", 0) for row in fitting) if fitting else None


def _offered(rows: Sequence[Mapping[str, Any]], query: Query) -> tuple[Decimal | None, int | None]:
    """Lowest price and fewest days of the offers that fulfil the conditions."""
    offers = [row for row in rows if _fits(row, query)]
    prices = [Decimal(str(row["price"])) for row in offers if "price" in row]
    return min(prices, default=None), min((row["days"] for row in offers if "days" in row), default=None)


def _fits(row: Mapping[str, Any], query: Query) -> bool:
    if row["name"] != FACETS["item"].row:
        return False
    for facet in together(FACETS["item"]):
        value = row.get(facet.column)
        if not facet.is_chosen(query):
            continue
        if facet.shape is Shape.ONE_OF:
            if value not in query.chosen(facet.name):
                return False
            continue
        if value is None or not _lies(Decimal(str(value)), *facet.bounds(query)):
            return False
    return True


def _lies(value: Decimal, low: Bound, high: Bound) -> bool:
    return (low is None or value >= Decimal(low)) and (high is None or value <= Decimal(high))
