"""Parameters: what can be meant is meant, the rest is left out and told."""

from decimal import Decimal

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.filters import SearchFilter
from search.labels import Labels
from search.query import LAST_PAGE, Query, Sort
from tests.search import market

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def catalogue() -> None:
    market.catalogue()


def read(text: str) -> tuple[Query, list[str]]:
    asked = SearchFilter(QueryDict(text), Labels())
    return asked.query(), asked.ignored


def test_all_parameters_are_read() -> None:
    query, ignored = read(
        "q=环评&kind=agency&item=ZJ-005&item=ZJ-009&price_min=1,000&price_max=¥80000.50&days=30"
        "&region=430500&rating=4.5&category=工程许可&grade=甲级&sort=price&page=3&match=any"
    )
    assert ignored == []
    assert query.words.text == "环评"
    assert query.words.any_of
    assert query.kinds == ("agency",)
    assert query.choices == {
        "item": ("ZJ-005", "ZJ-009"),
        "region": ("430500",),
        "category": ("工程许可",),
        "grade": ("甲级",),
    }
    assert (query.price_from, query.price_to) == (Decimal(1000), Decimal("80000.50"))
    assert (query.days_to, query.rating_from, query.sort, query.page) == (30, Decimal("4.5"), Sort.PRICE, 3)


@pytest.mark.parametrize(
    "text",
    [
        "item=XX-1", "item=%00", "region=999999", "region='; DROP TABLE x", "qualification=none", "grade=特级",
        "category=x", "state=draft", "method=magic", "funds=mine", "requirement=Z", "kind=user", "price_min=abc",
        "price_min=-5", "price_max=NaN", "price_max=Infinity", "price_max=1e999", "days=soon", "days=-1", "rating=9",
        "rating=NaN", "sort=best", "page=NaN", "page=x", "item=" + "x" * 5000,
    ],
)  # fmt: skip
def test_nonsense_is_ignored_and_told(text: str) -> None:
    query, ignored = read(text)
    assert len(ignored) == 1
    assert query == read("")[0]


@pytest.mark.parametrize(
    ("text", "page"), [("-3", 1), ("0", 0), ("1000000000", LAST_PAGE), ("9" * 5000, LAST_PAGE), ("７", 7)]
)
def test_any_page_number_is_taken(text: str, page: int) -> None:
    query, ignored = read(f"page={text}")
    assert query.page == page
    assert ignored == []


def test_a_price_range_the_wrong_way_round_is_turned_and_told() -> None:
    query, ignored = read("price_min=500&price_max=100")
    assert (query.price_from, query.price_to) == (Decimal(100), Decimal(500))
    assert ignored == ["最低价高于最高价，已对调。"]


def test_forty_values_at_once_are_taken() -> None:
    codes = [f"ZJ-{n:03d}" for n in range(1, 41)]
    query, ignored = read("&".join(f"item={code}" for code in codes))
    assert query.chosen("item") == tuple(codes)
    assert ignored == []


NAMES = [*SearchFilter.base_filters, "unknown"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pairs=st.lists(st.tuples(st.sampled_from(NAMES), st.text(max_size=40)), max_size=12))
def test_no_parameters_are_an_error(pairs: list[tuple[str, str]]) -> None:
    parameters = QueryDict(mutable=True)
    for name, value in pairs:
        parameters.appendlist(name, value)
    asked = SearchFilter(parameters, Labels())
    asked.query()
    assert all(isinstance(sentence, str) for sentence in asked.ignored)
