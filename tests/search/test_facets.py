"""Facets count as one expects: what would I get if I chose this?"""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.backends.base import Engine
from search.documents import Document, Row
from search.facets import CHOICES, FACETS, Facet, Shape
from search.query import Query, Sort, parse

Put = Callable[..., Document]
ALL = tuple(FACETS)


@pytest.fixture
def market(put: Put) -> None:
    put(
        "甲公司",
        offers={"ZJ-005": (48000, 25), "ZJ-009": (20000, 10)},
        rows=[Row("qualification", "cehui", "甲级"), Row("region", "430000"), Row("region", "430500")],
        rating=Decimal("4.9"),
    )
    put(
        "乙公司",
        offers={"ZJ-005": (39800, 30)},
        rows=[Row("qualification", "cehui", "乙级"), Row("qualification", "jianli", "甲级"), Row("region", "430000")],
        rating=Decimal("4.2"),
    )
    put("丙公司", offers={"ZJ-032": (90000, 15, "施工许可"), "ZJ-005": (None, 60)}, rating=Decimal("3.1"))
    put("丁公司", rows=[Row("region", "440000")])


def titles(engine: Engine, **query: Any) -> list[str]:
    return sorted(hit.title for hit in engine.search(Query(**query)).hits)


@pytest.mark.usefixtures("market")
def test_a_choice_within_a_facet_leaves_its_siblings_counts(embedded: Engine) -> None:
    before = embedded.search(Query(facets=("item", "region")))
    after = embedded.search(Query(choices={"item": ("ZJ-032",)}, facets=("item", "region")))
    assert before.facets["item"] == after.facets["item"] == {"ZJ-005": 3, "ZJ-009": 1, "ZJ-032": 1}
    assert before.facets["region"] == {"430000": 2, "430500": 1, "440000": 1}
    assert after.facets["region"] == {}
    assert after.total == 1


@pytest.mark.usefixtures("market")
def test_two_values_of_a_facet_are_alternatives_and_two_facets_are_both_needed(embedded: Engine) -> None:
    assert titles(embedded, choices={"item": ("ZJ-009", "ZJ-032")}) == ["丙公司", "甲公司"]
    assert titles(embedded, choices={"item": ("ZJ-005",), "region": ("430000",)}) == ["乙公司", "甲公司"]


@pytest.mark.usefixtures("market")
def test_price_days_and_item_are_about_the_same_offer(embedded: Engine) -> None:
    """甲 offers ZJ-009 for 20,000 and ZJ-005 for 48,000: not ZJ-005 for 30,000."""
    assert titles(embedded, price_to=Decimal(30000)) == ["甲公司"]
    assert titles(embedded, price_to=Decimal(30000), choices={"item": ("ZJ-005",)}) == []
    assert titles(embedded, days_to=10, price_from=Decimal(40000)) == []
    assert titles(embedded, days_to=30, choices={"item": ("ZJ-005",)}) == ["乙公司", "甲公司"]


@pytest.mark.usefixtures("market")
def test_the_price_shown_and_sorted_by_is_that_of_the_chosen_item(embedded: Engine) -> None:
    hits = embedded.search(Query(choices={"item": ("ZJ-005",)}, sort=Sort.PRICE)).hits
    assert [(hit.title, hit.price) for hit in hits] == [
        ("乙公司", Decimal(39800)),
        ("甲公司", Decimal(48000)),
        ("丙公司", None),
    ]
    assert embedded.search(Query(sort=Sort.PRICE)).hits[0].price == Decimal(20000)


@pytest.mark.usefixtures("market")
def test_type_and_grade_are_about_the_same_certificate(embedded: Engine) -> None:
    assert titles(embedded, choices={"qualification": ("cehui",), "grade": ("甲级",)}) == ["甲公司"]
    results = embedded.search(Query(choices={"grade": ("甲级",)}, facets=("qualification", "grade")))
    assert results.facets == {"qualification": {"cehui": 1, "jianli": 1}, "grade": {"甲级": 2, "乙级": 1}}


@pytest.mark.usefixtures("market")
def test_numbers_count_by_their_steps(embedded: Engine) -> None:
    facets = embedded.search(Query(facets=("rating", "price", "days"))).facets
    assert facets["rating"] == {"4.5": 1, "4": 2, "3": 3}
    some = {"10000": 1, "20000": 1, "30000": 2, "80000": 1}
    assert facets["price"] == {low: some.get(low, 0) for low in ("0", *map(str, FACETS["price"].steps))}
    assert facets["days"] == {"10": 1, "20": 2, "30": 3, "60": 3}


@pytest.mark.usefixtures("market")
@pytest.mark.parametrize(
    ("sort", "first"),
    [(Sort.RATING, "甲公司"), (Sort.PRICE, "甲公司"), (Sort.DAYS, "甲公司"), (Sort.RELEVANCE, "甲公司")],
)
def test_hits_stand_in_the_chosen_order(embedded: Engine, sort: Sort, first: str) -> None:
    hits = embedded.search(Query(sort=sort)).hits
    assert hits[0].title == first
    assert hits[-1].title == "丁公司"  # no rating, no price, no days


# --- against counting by hand -----------------------------------------------------------------------------------------
DAYS = ["2019-12-31", "2025-01-01", "2025-06-30", "2026-03-01"]
ROWS = st.lists(
    st.one_of(
        st.builds(
            Row,
            st.just("item"),
            st.sampled_from(["A", "B", "C"]),
            st.sampled_from(["x", "y"]),
            st.sampled_from([None, Decimal(0), Decimal(10000), Decimal(25000), Decimal(30000), Decimal(200000)]),
            st.sampled_from([None, 5, 10, 30, 90]),
        ),
        st.builds(Row, st.just("qualification"), st.sampled_from(["p", "q"]), st.sampled_from(["", "甲级", "乙级"])),
        st.builds(
            Row,
            st.sampled_from(["region", "state", "method", "funds", "requirement", "credit"]),
            st.sampled_from("123"),
        ),
        st.builds(
            Row, st.just("work"), st.sampled_from(["", *"123"]), st.sampled_from("ABC"), number=st.integers(1, 3)
        ),
        st.builds(Row, st.sampled_from(["admitted", "published"]), st.sampled_from(DAYS)),
    ),
    max_size=7,
)
DOCUMENTS = st.lists(
    st.tuples(
        st.sampled_from(["agency", "tender"]),
        st.sampled_from(["环评", "造价", "环境"]),
        ROWS,
        st.sampled_from([None, Decimal("2.9"), Decimal(3), Decimal("4.499"), Decimal("4.5"), Decimal(5)]),
    ),
    max_size=7,
)
VALUES = {
    "category": "xy", "item": "ABC", "qualification": "pq", "grade": ["甲级", "乙级"], "requirement": "123",
    "state": "123", "method": "123", "funds": "123", "region": "123", "credit": "123", "industry": "123",
}  # fmt: skip
QUERIES = st.builds(
    Query,
    words=st.sampled_from(["", "环", "环评", "无此词"]).map(parse),
    kinds=st.sampled_from([(), ("agency",), ("agency", "tender")]),
    choices=st.fixed_dictionaries(
        {},
        optional={
            name: st.lists(st.sampled_from(list(VALUES[name])), min_size=1, max_size=2).map(tuple) for name in CHOICES
        },
    ).filter(lambda choices: len(choices) <= 3),
    price_from=st.sampled_from([None, Decimal(10000), Decimal(26000)]),
    price_to=st.sampled_from([None, Decimal(30000)]),
    days_to=st.sampled_from([None, 10, 40]),
    rating_from=st.sampled_from([None, Decimal(3), Decimal("4.5")]),
    admitted_from=st.sampled_from([None, "2025-01-01", "2025-07-01"]),
    published_from=st.sampled_from([None, None, "2026-01-01"]),
    keys=st.sampled_from([None, None, (), ("K0", "K2", "K9")]),
    sort=st.sampled_from(Sort),
    page_size=st.just(50),
    facets=st.just(ALL),
)


def fits_row(row: Row, group: list[Facet], query: Query) -> bool:
    for facet in group:
        if not facet.is_chosen(query):
            continue
        value = getattr(row, facet.column)
        if facet.shape is Shape.ONE_OF:
            if value not in query.chosen(facet.name):
                return False
        else:
            low, high = facet.bounds(query)
            if value is None or (low is not None and value < low) or (high is not None and value > high):
                return False
    return True


def fits(document: Document, query: Query) -> bool:
    """The rules of facets in plain Python."""
    if not all(term.text in document.title for term in query.words.terms):
        return False
    if query.kinds and document.kind not in query.kinds:
        return False
    if query.keys is not None and document.key not in query.keys:
        return False
    if query.rating_from is not None and (document.rating is None or document.rating < query.rating_from):
        return False
    for name in {facet.row for facet in FACETS.values() if facet.row}:
        group = [facet for facet in FACETS.values() if facet.row == name]
        chosen = any(facet.is_chosen(query) for facet in group)
        if chosen and not any(row.name == name and fits_row(row, group, query) for row in document.rows):
            return False
    return True


def with_value(query: Query, facet: Facet, value: str) -> Query:
    """The query with just this value of the facet chosen."""
    if facet.shape is Shape.ONE_OF:
        return replace(query, choices={**query.choices, facet.name: (value,)})
    if facet.name == "rating":
        return replace(query, rating_from=Decimal(value))
    if facet.name == "days":
        return replace(query, days_to=int(value))
    if facet.is_day:
        return replace(query, **{f"{facet.name}_from": value})
    ends = dict(zip(("0", *map(str, facet.steps)), (*facet.steps, None), strict=True))
    return replace(query, price_from=Decimal(value) if value != "0" else None, price_to=ends[value])


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(made=DOCUMENTS, query=QUERIES)
def test_totals_and_counts_are_those_of_counting_by_hand(embedded: Engine, made: list[Any], query: Query) -> None:
    embedded.clear()
    documents = [
        Document(kind, f"K{n}", title, "/", rows=tuple(rows), rating=rating)
        for n, (kind, title, rows, rating) in enumerate(made)
    ]
    embedded.index(documents)
    results = embedded.search(query)
    expected = {document.key for document in documents if fits(document, query)}
    assert results.total == len(expected)
    assert {hit.key for hit in results.hits} == expected
    assert embedded.count([query]) == (len(expected),)
    for facet in FACETS.values():
        for value in VALUES.get(facet.name) or results.facets[facet.name]:
            wanted = sum(fits(document, with_value(query, facet, value)) for document in documents)
            assert results.facets[facet.name].get(value, 0) == wanted, (facet.name, value)
