"""Both engines answer the same: the same set, the same counts, and the same order where figures decide it."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.core import clock
from search.backends.elasticsearch.engine import ElasticsearchEngine
from search.backends.embedded.engine import EmbeddedEngine
from search.documents import Document
from search.query import Query, Sort, parse
from tests.search.test_facets import DOCUMENTS, QUERIES

pytestmark = [pytest.mark.django_db, pytest.mark.elasticsearch]
TEXTS = st.sampled_from(
    [
        "",
        "环",
        "环评",
        "环境",
        "ZJ-005",
        "zj0",
        "2e5k",
        "环 zj",
        "无此词",
        "a",
        "AB",
        "环境影响评价报告",
        "０05",
        "cma Z",
    ]
)


# Far enough apart that no two sums meet within the few digits of a score.
SIGNALS: list[dict[str, float]] = [{}, {"rating": 0.3}, {"rating": 0.7, "experience": 0.375}]
AGES = [None, 0.0, 100, 400]  # days


def documents(made: list[Any], prices: list[Decimal | None]) -> list[Document]:
    texts = ["环境影响评价 ZJ-005", "CMA 认定 ab12", "造价", "91430500MA4L7X2E5K", "环评ZJ-0051"]
    found = []
    for number, (kind, title, rows, rating) in enumerate(made):
        price = prices[number % len(prices)]
        fields: dict[str, Any] = {"rating": rating, "price": price, "days": None if price is None else int(price) % 7}
        text = texts[number % len(texts)]
        fields |= {"works": (None, 0, 3)[number % 3], "signals": SIGNALS[number % len(SIGNALS)]}
        age = AGES[number % len(AGES)]
        fields["published_at"] = None if age is None else clock.now() - timedelta(days=age)
        found.append(
            Document(
                kind, f"K{number}", f"{title}{text}", "/", text, (text,), (), (text.split()[-1],), text, tuple(rows),
                {}, is_available=bool(number % 3), **fields,
            )
        )  # fmt: skip
    return found


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    made=DOCUMENTS,
    queries=st.lists(st.tuples(QUERIES, TEXTS, st.booleans()), min_size=1, max_size=6),
    prices=st.lists(st.sampled_from([None, Decimal(0), Decimal("99.99"), Decimal(30000)]), min_size=1, max_size=4),
)
def test_both_engines_find_count_and_order_the_same(
    elasticsearch: ElasticsearchEngine, made: list[Any], queries: list[Any], prices: list[Decimal | None]
) -> None:
    embedded = EmbeddedEngine()
    wanted = documents(made, prices)
    for engine in (embedded, elasticsearch):
        engine.clear()
        engine.index(wanted)
    asked = [replace(query, words=parse(text, any_of=any_of)) for query, text, any_of in queries]
    for query in asked:
        ours, theirs = embedded.search(query), elasticsearch.search(query)
        assert ours.total == theirs.total
        assert ours.kinds == theirs.kinds
        assert {name: {k: n for k, n in counts.items() if n} for name, counts in ours.facets.items()} == {
            name: {k: n for k, n in counts.items() if n} for name, counts in theirs.facets.items()
        }
        by_key = {hit.key: replace(hit, data={}, score=0) for hit in theirs.hits}
        assert {hit.key: replace(hit, data={}, score=0) for hit in ours.hits} == by_key
        if not query.words:
            assert {hit.key: hit.score for hit in theirs.hits} == pytest.approx(
                {hit.key: hit.score if query.sort is Sort.RELEVANCE else 0 for hit in ours.hits}, abs=1e-5
            )
        if query.sort is not Sort.RELEVANCE or not query.words:
            assert [hit.key for hit in ours.hits] == [hit.key for hit in theirs.hits]
    assert embedded.count(asked) == elasticsearch.count(asked)


def test_a_query_of_the_house_is_one_request_with_everything_the_page_needs(
    elasticsearch: ElasticsearchEngine,
) -> None:
    elasticsearch.index([Document("agency", "K", "甲公司", "/", data={"en": "A", "offers": [{"price": "1.50"}]})])
    (hit,) = elasticsearch.search(Query(words=parse("甲"))).hits
    assert hit.data == {"en": "A", "offers": [{"price": "1.50"}]}
