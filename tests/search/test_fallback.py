"""A page always answers in time: from Elasticsearch if it can, else from the embedded engine, and it says which."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from marketplace.core import clock
from search import services
from search.backends import engine
from search.backends.elasticsearch import building
from search.backends.elasticsearch.breaker import Breaker, State, breaker
from search.backends.elasticsearch.engine import ElasticsearchEngine
from search.backends.elasticsearch.following import writer
from search.query import Query, parse
from tests.search import market
from tests.search.proxy import Proxy, proxy

HEADER = "X-Search-Engine"
FALLBACK = "embedded; fallback"
pytestmark = [pytest.mark.django_db, pytest.mark.elasticsearch]


@pytest.fixture
def between(elasticsearch: ElasticsearchEngine, settings: LazySettings) -> Iterator[Proxy]:
    """A proxy between the site and the server, which both know one agency."""
    writer.reset()
    market.catalogue()
    market.agency("甲子环境公司", offers={"ZJ-005": (48000, 25)}, papers={"测绘资质": "甲级"})
    services.rebuild("agency")
    services.follow()
    with proxy(settings.ELASTICSEARCH_URL) as given:
        settings.ELASTICSEARCH_URL = given.url
        settings.ELASTICSEARCH_SECONDS = 3.0
        yield given


def page(client: Client) -> tuple[str, float]:
    """Who answered a search page, and after how many seconds; it must have found the agency."""
    begun = time.monotonic()
    response = client.get("/agencies/", {"q": "环境"})
    took = time.monotonic() - begun
    assert response.status_code == 200
    assert "甲子" in response.content.decode()
    return response.headers[HEADER], took


def search_part(client: Client) -> dict[str, Any]:
    part: dict[str, Any] = client.get("/healthz").json()["parts"]["search"]
    return part


def test_the_server_answers_page_and_api(client: Client, between: Proxy) -> None:
    page(client)
    assert page(client)[0] == "elasticsearch"
    assert client.get("/api/search/", {"q": "环境"}).headers[HEADER] == "elasticsearch"
    assert search_part(client) == {"ok": True, "essential": False, "detail": "elasticsearch"}


def test_a_slow_server_is_waited_for_no_longer_than_the_budget_and_then_left_alone(
    client: Client, between: Proxy, settings: LazySettings
) -> None:
    page(client)
    settings.ELASTICSEARCH_SECONDS = 0.4
    between.delay = 30
    between.seen.clear()
    answers = [page(client) for _ in range(5)]
    assert {who for who, _ in answers} == {FALLBACK}
    assert len(between.seen) <= 3
    assert breaker.state is State.OPEN
    part = search_part(client)
    assert not part["ok"]
    assert part["detail"].startswith("embedded answers; elasticsearch: ConnectionTimeout")


def test_a_busy_server_is_left_alone_and_asked_again_after_the_pause(client: Client, between: Proxy) -> None:
    between.status = 429
    assert [page(client)[0] for _ in range(4)] == [FALLBACK] * 4
    assert len(between.seen) == 3
    between.status = 0
    assert page(client)[0] == FALLBACK
    breaker._again_at = 0  # the pause is over
    assert page(client)[0] == "elasticsearch"
    assert breaker.state is State.CLOSED
    assert search_part(client)["ok"]


def test_a_server_that_breaks_off_is_answered_for(client: Client, between: Proxy) -> None:
    between.lose = lambda line: "_search" in line
    assert page(client)[0] == FALLBACK


def test_a_server_that_is_not_there(client: Client, between: Proxy, settings: LazySettings) -> None:
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:1"
    assert page(client)[0] == FALLBACK
    assert search_part(client)["detail"] == "embedded answers; elasticsearch: ConnectionError"


def test_an_index_that_somebody_deleted(client: Client, between: Proxy) -> None:
    building.remove_all()
    assert page(client)[0] == FALLBACK
    assert "search_rebuild" in search_part(client)["detail"]


def test_an_empty_list_asks_twice_within_one_budget(client: Client, between: Proxy) -> None:
    between.delay = 2
    response = client.get("/agencies/", {"q": "环境 没有这样的字"})
    assert response.status_code == 200
    assert response.headers[HEADER] == FALLBACK  # the second question didn't fit into the budget any more


def test_without_a_server_the_header_says_embedded(client: Client, db: None) -> None:
    assert client.get("/agencies/").headers[HEADER] == "embedded"
    assert HEADER not in client.get("/healthz").headers


def test_hits_need_no_sql(between: Proxy, django_assert_num_queries: Any) -> None:
    breaker.reset()
    with clock.at(clock.now()), django_assert_num_queries(0):  # in a transaction each look at the clock is a query
        results = engine().search(Query(words=parse("环境"), facets=("item", "price", "region")))
    assert results.hits[0].data["credit_grade"]


def test_the_breaker_opens_after_three_failures_in_a_row_and_lets_one_try() -> None:
    guard = Breaker(threshold=3, pause=0.05)
    for _ in range(2):
        guard.failed("x")
    guard.succeeded()
    for _ in range(3):
        assert guard.may_ask()
        guard.failed("x")
    assert not guard.may_ask()
    time.sleep(0.06)
    assert [guard.may_ask(), guard.may_ask()] == [True, False]
    guard.failed("x")
    assert not guard.may_ask()
    time.sleep(0.06)
    assert guard.may_ask()
    guard.succeeded()
    assert [guard.may_ask(), guard.may_ask()] == [True, True]
