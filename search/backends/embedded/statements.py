"""The statements of a search: one for the hits of a page, one for the total and every count.

The counts come from one pass over the documents that hold the words. Each document is asked once whether it fails the
conditions of each group of facets; one that fails two groups counts nowhere, one that fails a single group counts for
that group's own facets only. So a choice doesn't change the counts of its siblings.
"""

from collections.abc import Sequence
from itertools import pairwise

from search.backends.embedded.sql import Sql, join, one_of
from search.backends.embedded.text import TextIndex, source_of
from search.facets import FACETS, Facet, Shape, groups, together
from search.kinds import AGENCY, ITEM
from search.query import Query, Sort
from search.ranking import FRESH_DAYS, UNAVAILABLE, day, weights

ROWS = "search_searchfacet f"
OFFERED = (
    f"(CASE WHEN d.kind = '{ITEM}' THEN (SELECT COUNT(DISTINCT f.document_id) FROM {ROWS}"
    " JOIN search_searchdocument a ON a.id = f.document_id"
    f" WHERE f.name = 'item' AND f.value = d.key AND a.kind = '{AGENCY}') END)"
)  # how many agencies offer an item that was found
JOINED = f"base b CROSS JOIN {ROWS}"  # which for SQLite means: go through the few documents and look up their rows


def hits(query: Query, text: TextIndex, *, offset: int) -> Sql:
    """One page of hits, in their order: the documents with price and days of the offer that fits, works, and score."""
    source, conditions = _all(query, text)
    price, days = _offer("price", query), _offer("days", query)
    statement = "SELECT d.id, " + price + " AS offer_price, " + days + " AS offer_days, "
    statement += _works(query) + " AS fitting_works, " + _score(query, text) + f" AS score FROM {source}"
    statement += _where(conditions) + f" ORDER BY {_order(query)}"
    page = statement + Sql(" LIMIT %s OFFSET %s", (query.page_size, offset))
    found = f"SELECT d.*, offer_price, offer_days, fitting_works, score, {OFFERED} AS offered FROM (" + page
    return found + f") found JOIN search_searchdocument d ON d.id = found.id ORDER BY {_order(query)}"


def best(query: Query, text: TextIndex) -> Sql:
    """One row with the greatest score of all hits."""
    source, conditions = _all(query, text)
    scored = "SELECT " + _score(query, text) + f" AS score FROM {source}" + _where(conditions)
    return "WITH scored AS MATERIALIZED (" + scored + ") SELECT MAX(score) FROM scored"


def _all(query: Query, text: TextIndex) -> tuple[str, list[Sql]]:
    """What to select from, and all conditions of the query."""
    source, conditions = source_of(query.words, text)
    conditions += _within(query, text)
    conditions += [condition for group in groups() if (condition := _fulfilled(group, query))]
    return source, conditions


def _within(query: Query, text: TextIndex) -> list[Sql]:
    """The conditions that no facet stands for: they narrow every count."""
    conditions = [one_of("d.kind", query.kinds)] if query.kinds else []
    return conditions + ([text.among("d.key", query.keys)] if query.keys is not None else [])


def _score(query: Query, text: TextIndex) -> Sql:
    """`ranking` in SQL."""
    fit = text.score(query.words) if query.words else Sql("1.0")
    factor = Sql("1.0")
    for name, weight in weights().items():
        if weight:
            signal = _freshness(text) if name == "freshness" else Sql(f"d.{name}_signal")
            factor += Sql(" + %s * ", (weight,)) + signal
    return fit + f" * (CASE WHEN d.is_available THEN 1.0 ELSE {UNAVAILABLE} END) * (" + factor + ")"


def _freshness(text: TextIndex) -> Sql:
    age = text.age("d.published_at", day())
    left = "1.0 - (" + age + f") / {FRESH_DAYS}.0"
    cases = "(CASE WHEN d.published_at IS NULL OR (" + age + f") >= {FRESH_DAYS} THEN 0.0 WHEN (" + age
    return cases + ") <= 0 THEN 1.0 ELSE " + left + " END)"


def counts(query: Query, text: TextIndex) -> Sql:
    """Rows (what, value, number): the total, the kinds of the words alone, and every facet asked for."""
    source, conditions = source_of(query.words, text)
    failing = [(group, condition) for group in groups() if (condition := _fulfilled(group, query))]
    flags = ["CASE WHEN " + condition + f" THEN 0 ELSE 1 END AS m{i}" for i, (_, condition) in enumerate(failing)]
    marks = [f"m{i}" for i in range(len(failing))]
    base = (
        join(", ", [Sql("SELECT d.id, d.rating"), *flags])
        + " FROM matched JOIN search_searchdocument d ON d.id = matched.id"
    )
    base += _where(_within(query, text))
    if len(marks) > 1:
        base = "SELECT * FROM (" + base + f") flagged WHERE {' + '.join(marks)} <= 1"
    parts = [
        Sql("SELECT 'kind' AS what, kind AS value, COUNT(*) AS number FROM matched GROUP BY kind"),
        "SELECT 'total', '', COUNT(*) FROM base b" + _where(_others(marks)),
    ]
    tables = [f"matched AS MATERIALIZED (SELECT d.id, d.kind FROM {source}" + _where(conditions) + ")"]
    tables.append("base AS MATERIALIZED (" + base + ")")
    for name in query.facets:
        facet = FACETS[name]
        own = next((i for i, (group, _) in enumerate(failing) if facet in group), None)
        others = [mark for i, mark in enumerate(marks) if i != own]
        if facet.shape is Shape.ONE_OF:
            parts.append(_values(facet, query, others))
        else:
            tables.append(f"{name}_steps AS (" + _steps(facet, query, others) + ")")
            parts += [Sql(f"SELECT '{name}', '{low}', s{i} FROM {name}_steps") for i, low in enumerate(labels(facet))]
    return "WITH " + join(", ", tables) + " " + join(" UNION ALL ", parts)


def totals(queries: Sequence[Query], text: TextIndex) -> Sql:
    """Rows (place of the query, number of its hits)."""
    parts = []
    for place, query in enumerate(queries):
        source, conditions = _all(query, text)
        parts.append(Sql(f"SELECT {place} AS place, COUNT(*) AS number FROM {source}") + _where(conditions))
    return join(" UNION ALL ", parts)


def labels(facet: Facet) -> tuple[str, ...]:
    """The names of a number facet's steps in `Results.facets`: the step, or the lower end of the range."""
    return tuple(str(low) for low in (("0", *facet.steps) if facet.shape is Shape.BETWEEN else facet.steps))


def _values(facet: Facet, query: Query, others: Sequence[str]) -> Sql:
    """Counts of a facet's values."""
    conditions = [
        *_joined(facet, others),
        Sql(f"f.{facet.column} <> ''"),
        *_of_row(together(facet), query, without=facet),
    ]
    statement = Sql(f"SELECT '{facet.name}', f.{facet.column}, COUNT(DISTINCT f.document_id) FROM {JOINED}")
    return statement + _where(conditions) + f" GROUP BY f.{facet.column}"


def _steps(facet: Facet, query: Query, others: Sequence[str]) -> Sql:
    """One row with the count of each step of a number facet, as s0, s1 …"""
    column = f"{'f' if facet.row else 'b'}.{facet.column}"
    cases = []
    for i, condition in enumerate(_step_conditions(facet, column)):
        cases.append("COUNT(DISTINCT CASE WHEN " + condition + f" THEN b.id END) AS s{i}")
    statement = "SELECT " + join(", ", cases)
    if not facet.row:
        return statement + " FROM base b" + _where(_others(others))
    conditions = [
        *_joined(facet, others),
        Sql(f"{column} IS NOT NULL"),
        *_of_row(together(facet), query, without=facet),
    ]
    return statement + f" FROM {JOINED}" + _where(conditions)


def _joined(facet: Facet, others: Sequence[str]) -> list[Sql]:
    """The rows `f` of the facet that belong to the documents `b` which fulfil the other groups' conditions."""
    return [*_others(others), Sql(f"f.document_id = b.id AND f.name = '{facet.row}'")]


def _step_conditions(facet: Facet, column: str) -> list[Sql]:
    if facet.shape is Shape.AT_LEAST:
        return [Sql(f"{column} >= %s", (step,)) for step in facet.steps]
    if facet.shape is Shape.AT_MOST:
        return [Sql(f"{column} <= %s", (int(step),)) for step in facet.steps]
    ends = (None, *facet.steps, None)
    return [_between(column, low, high) for low, high in pairwise(ends)]


def _between(column: str, low: object, high: object) -> Sql:
    parts = [] if low is None else [Sql(f"{column} >= %s", (low,))]
    return join(" AND ", [*parts, *([] if high is None else [Sql(f"{column} <= %s", (high,))])])


def _fulfilled(group: Sequence[Facet], query: Query) -> Sql | None:
    """The condition that a document fulfils a group's choices; None where nothing is chosen."""
    conditions = _of_row(group, query)
    if not conditions:
        return None
    row = group[0].row
    if not row:
        return join(" AND ", conditions)
    found = f"EXISTS (SELECT 1 FROM {ROWS} WHERE f.document_id = d.id AND f.name = '{row}' AND "
    return found + join(" AND ", conditions) + ")"


def _of_row(group: Sequence[Facet], query: Query, without: Facet | None = None) -> list[Sql]:
    """What the group's facets, but one, ask of a row `f` (of the document `d` where the facet has no row)."""
    conditions = []
    for facet in group:
        if facet is without or not facet.is_chosen(query):
            continue
        column = f"{'f' if facet.row else 'd'}.{facet.column}"
        if facet.shape is Shape.ONE_OF:
            conditions.append(one_of(column, query.chosen(facet.name)))
        else:
            conditions.append(_between(column, *facet.bounds(query)))
    return conditions


def _offer(column: str, query: Query) -> Sql:
    """The lowest price, or number of days, of the offers that fulfil the conditions."""
    conditions = _of_row(together(FACETS["item"]), query)
    if not conditions:
        return Sql(f"d.{column}")
    lowest = f"(SELECT MIN(f.{column}) FROM {ROWS} WHERE f.document_id = d.id AND f.name = 'item' AND "
    return lowest + join(" AND ", conditions) + ")"


def _works(query: Query) -> Sql:
    """The verified works: of the chosen industries and items if there are any."""
    chosen = {"value": query.chosen("industry"), "detail": query.chosen("item")}
    conditions = [one_of(f"f.{column}", values) for column, values in chosen.items() if values]
    if not conditions:
        return Sql("d.works")
    count = f"(SELECT SUM(f.number) FROM {ROWS} WHERE f.document_id = d.id AND f.name = 'work' AND "
    return count + join(" AND ", conditions) + ")"


def _order(query: Query) -> str:
    rating, newest = "d.rating DESC NULLS LAST", "d.published_at DESC NULLS LAST"
    first = {
        Sort.RELEVANCE: f"score DESC, {rating}",
        Sort.RATING: f"d.is_available DESC, {rating}",
        Sort.PRICE: f"d.is_available DESC, offer_price ASC NULLS LAST, {rating}",
        Sort.DAYS: f"d.is_available DESC, offer_days ASC NULLS LAST, {rating}",
        Sort.EXPERIENCE: f"d.is_available DESC, fitting_works DESC NULLS LAST, {rating}",
        Sort.NEWEST: newest,
    }
    return f"{first[query.sort]}, d.kind, d.key"


def _where(conditions: Sequence[Sql]) -> Sql:
    return " WHERE " + join(" AND ", conditions) if conditions else Sql("")


def _others(marks: Sequence[str]) -> list[Sql]:
    return [Sql(f"{' + '.join(f'b.{mark}' for mark in marks)} = 0")] if marks else []
