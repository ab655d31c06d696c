"""The conditions of a query, generic over the table of facets."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from elasticsearch.dsl import query as q

from search.facets import FACETS, Facet, Shape, groups, together
from search.query import Query


def of_document(query: Query) -> list[q.Query]:
    """What is asked of the document itself: kind, and whether it is one of those that are allowed."""
    found: list[q.Query] = [q.Terms(kind=list(query.kinds))] if query.kinds else []
    return found if query.keys is None else [*found, q.Terms(key=list(query.keys))]


def of_groups(query: Query, without: Facet | None = None) -> list[q.Query]:
    """What the groups of facets ask, but the one with this facet in it."""
    asked = (group for group in groups() if without not in group)
    return [condition for group in asked if (condition := fulfilled(group, query)) is not None]


def fulfilled(group: Sequence[Facet], query: Query) -> q.Query | None:
    """The condition that a document fulfils a group's choices; None where nothing is chosen."""
    conditions = of_row(group, query)
    if not conditions:
        return None
    row = group[0].row
    if not row:
        return q.Bool(filter=conditions)
    return q.Nested(path="rows", query=q.Bool(filter=[q.Term(**{"rows.name": row}), *conditions]))


def of_row(group: Sequence[Facet], query: Query, without: Facet | None = None) -> list[q.Query]:
    """What the group's facets, but one, ask of a row, or of the document where the facet has no row."""
    conditions: list[q.Query] = []
    for facet in group:
        if facet is without or not facet.is_chosen(query):
            continue
        if facet.shape is Shape.ONE_OF:
            chosen: dict[str, Any] = {column(facet): list(query.chosen(facet.name))}
            conditions.append(q.Terms(**chosen))
        else:
            conditions.append(_between(column(facet), *facet.bounds(query)))
    return conditions


def of_offer(query: Query) -> list[q.Query]:
    """What is asked of an offer; the lowest price and the fewest days are those of the offers that fulfil it."""
    return of_row(together(FACETS["item"]), query)


def of_works(query: Query) -> list[q.Query]:
    """What is asked of the verified works that are counted: the chosen industries and items."""
    chosen: dict[str, tuple[str, ...]] = {"rows.value": query.chosen("industry"), "rows.detail": query.chosen("item")}
    found: Iterable[dict[str, Any]] = ({field: list(values)} for field, values in chosen.items() if values)
    return [q.Terms(**asked) for asked in found]


def column(facet: Facet) -> str:
    """The field that a facet is about."""
    return f"rows.{facet.column}" if facet.row else facet.column


def steps(facet: Facet) -> dict[str, q.Query]:
    """The steps in which a number facet counts, by the names that they have in the results."""
    field = column(facet)
    if facet.shape is Shape.AT_LEAST:
        return {str(step): _between(field, step, None) for step in facet.steps}
    if facet.shape is Shape.AT_MOST:
        return {str(step): _between(field, None, step) for step in facet.steps}
    ends = pairwise((None, *facet.steps, None))
    return {str(low or 0): _between(field, low, high) for low, high in ends}


def _between(field: str, low: Any, high: Any) -> q.Query:
    """Both ends belong to it; a document without the number, or the day in ISO form, doesn't."""
    given = {name: value for name, value in (("gte", low), ("lte", high)) if value is not None}
    ends = {name: value if isinstance(value, str) else float(value) for name, value in given.items()}
    return q.Range(**{field: ends}) if ends else q.Exists(field=field)
