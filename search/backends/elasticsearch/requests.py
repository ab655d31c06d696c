"""A search as one request: the hits of a page, the total, and every count.

The words stand in the query, so that kinds count for the words alone; kind and choices stand in `post_filter` for the
hits and in each facet's own filter for its counts: a facet is counted under the others' choices, never under its own.
"""

from datetime import timedelta
from typing import Any

from elasticsearch.dsl import Search, aggs, function
from elasticsearch.dsl import query as q

from search.backends.elasticsearch import conditions, words
from search.facets import FACETS, Facet, Shape, together
from search.query import Query, Sort
from search.ranking import FRESH_DAYS, STORED, UNAVAILABLE, day, weights

MOST_VALUES = 10_000
_NEEDED = ["kind", "key", "shown", "days", "works", "published_at", "is_available", "signals"]
_LAST = {"missing": "_last"}
DAY = timedelta(days=1)


def request(query: Query, *, page: int) -> Search:
    """The request for one page, counted from 1."""
    found: Search = Search().query(_asked(query)).extra(track_total_hits=True)
    if needed := [*conditions.of_document(query), *conditions.of_groups(query)]:
        found = found.post_filter(q.Bool(filter=needed))
    found.aggs.bucket("kind", aggs.Terms(field="kind", size=100))
    for name in query.facets:
        found.aggs.bucket(name, _counted(FACETS[name], query))
    if not query.page_size:
        return found.extra(size=0)
    source: Any = [*_NEEDED, "rows"] if conditions.of_offer(query) or conditions.of_works(query) else _NEEDED
    start = (page - 1) * query.page_size
    return found.source(source).sort(*_order(query))[start : start + query.page_size]


def totals(query: Query) -> Search:
    """The request for the number of hits alone."""
    needed = [*conditions.of_document(query), *conditions.of_groups(query)]
    needed += [words.matching(query.words)] if query.words else []
    return Search().query(q.Bool(filter=needed)).extra(size=0, track_total_hits=True)


def best(query: Query) -> Search:
    """The request for the first hit of all, to know its score."""
    found: Search = Search().query(_asked(query)).extra(track_total_hits=False)
    if needed := [*conditions.of_document(query), *conditions.of_groups(query)]:
        found = found.post_filter(q.Bool(filter=needed))
    return found.source(False).sort("_score")[0:1]


def _asked(query: Query) -> q.Query:
    text: q.Query = words.matching(query.words) if query.words else q.MatchAll()
    if query.sort is not Sort.RELEVANCE or not query.page_size:
        return q.Bool(filter=[text])  # nobody asks how well it fits
    ranked = q.FunctionScore(query=text, functions=_factor(), score_mode="sum", boost_mode="multiply")
    behind = function.BoostFactor(filter=q.Term(is_available=False), weight=UNAVAILABLE)
    return q.FunctionScore(query=ranked, functions=[behind], boost_mode="multiply")


def _factor() -> list[function.ScoreFunction]:
    """`ranking` in the server's words: 1 + the sum of weight x signal."""
    given = weights()
    found: list[function.ScoreFunction] = [function.BoostFactor(filter=q.MatchAll(), weight=1.0)]
    for name in STORED:
        if given[name]:
            value: dict[str, Any] = {"field": f"signals.{name}", "missing": 0}
            found.append(function.FieldValueFactor(**value, weight=given[name]))
    if given["freshness"]:  # within a day of the origin it is 1, so what is published later today isn't old
        age = {"origin": (day() + DAY).isoformat(), "offset": "1d", "scale": f"{FRESH_DAYS * 12}h", "decay": 0.5}
        dated = q.Exists(field="published_at")  # the server gives 1 to what has no date
        found.append(function.Linear(filter=dated, published_at=age, weight=given["freshness"]))
    return found


def _counted(facet: Facet, query: Query) -> aggs.Agg:
    """Counts of a facet under everything chosen elsewhere."""
    elsewhere = q.Bool(filter=[*conditions.of_document(query), *conditions.of_groups(query, without=facet)])
    counts: aggs.Agg = (
        aggs.Terms(field=conditions.column(facet), size=MOST_VALUES)
        if facet.shape is Shape.ONE_OF
        else aggs.Filters(filters=conditions.steps(facet))
    )
    counted = aggs.Filter(elsewhere)
    if not facet.row:
        counted.bucket("counts", counts)
        return counted
    same_row = [q.Term(**{"rows.name": facet.row}), *conditions.of_row(together(facet), query, without=facet)]
    rows = counted.bucket("rows", aggs.Nested(path="rows"))
    fitting = rows.bucket("fitting", aggs.Filter(q.Bool(filter=same_row)))
    fitting.bucket("counts", counts).bucket("documents", aggs.ReverseNested())
    return counted


def _order(query: Query) -> list[Any]:
    rating: dict[str, Any] = {"rating": {"order": "desc", **_LAST}}
    newest: dict[str, Any] = {"published_at": {"order": "desc", **_LAST}}
    available: dict[str, Any] = {"is_available": {"order": "desc"}}
    first: dict[Sort, list[Any]] = {
        Sort.RELEVANCE: ["_score", rating],
        Sort.RATING: [available, rating],
        Sort.PRICE: [available, _lowest("price", query), rating],
        Sort.DAYS: [available, _lowest("days", query), rating],
        Sort.EXPERIENCE: [available, _works(query), rating],
        Sort.NEWEST: [newest],
    }
    return [*first[query.sort], {"kind": {"order": "asc"}}, {"key": {"order": "asc"}}]


def _lowest(column: str, query: Query) -> dict[str, Any]:
    """By the lowest number of the offers that fulfil the conditions."""
    asked = conditions.of_offer(query)
    if not asked:
        return {column: {"order": "asc", **_LAST}}
    fitting = q.Bool(filter=[q.Term(**{"rows.name": FACETS["item"].row}), *asked])
    nested = {"path": "rows", "filter": fitting.to_dict()}
    return {f"rows.{column}": {"order": "asc", "mode": "min", "nested": nested, **_LAST}}


def _works(query: Query) -> dict[str, Any]:
    """By the number of verified works, of the chosen industries and items if there are any."""
    asked = conditions.of_works(query)
    if not asked:
        return {"works": {"order": "desc", **_LAST}}
    fitting = q.Bool(filter=[q.Term(**{"rows.name": FACETS["industry"].row}), *asked])
    nested = {"path": "rows", "filter": fitting.to_dict()}
    return {"rows.number": {"order": "desc", "mode": "sum", "nested": nested, **_LAST}}
