"""Search while real Elasticsearch servers are killed: a lone one during a rebuild and in the swap, one of three nodes.

`kill -9` each time. What only a slow or refusing server does is tested in tests/search/test_fallback.py, by a proxy.
"""

import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.conf import LazySettings
from django.db import connection, transaction

from marketplace.agencies.events import AgencyChanged
from marketplace.agencies.models import Agency
from marketplace.core import events
from script._say import Failure
from script._services import running
from script._services.elasticsearch import Elasticsearch
from script._services.processes import Running
from search import services
from search.backends import engine
from search.backends.asked import Asked, asked
from search.backends.elasticsearch import building, mapping
from search.backends.elasticsearch.breaker import breaker
from search.backends.elasticsearch.client import client
from search.backends.elasticsearch.following import writer
from search.backends.elasticsearch.rebuilding import Unfinished
from search.query import Query, parse
from tests.conftest import missing
from tests.search import market
from tests.search.proxy import proxy

Drain = Callable[[], int]
pytestmark = [pytest.mark.services, pytest.mark.elasticsearch, pytest.mark.faults, pytest.mark.timeout(600)]


@contextmanager
def server(nodes: int) -> Iterator[Running]:
    """A server of our own to kill."""
    try:
        context = running("elasticsearch", ES_NODES=str(nodes), ES_HEAP="384m")
        started = context.__enter__()
    except Failure as failure:
        missing(str(failure))
    try:
        yield started
    finally:
        context.__exit__(None, None, None)


@pytest.fixture
def fresh(settings: LazySettings) -> Iterator[None]:
    settings.ELASTICSEARCH_INDEX = f"test-{secrets.token_hex(4)}"
    settings.ELASTICSEARCH_SECONDS = 5.0
    breaker.reset()
    writer.reset()
    yield
    breaker.reset()
    writer.reset()


def found(text: str) -> tuple[str, int]:
    """Who answered, and how many hits."""
    page = Asked()
    token = asked.set(page)
    try:
        total = engine().search(Query(words=parse(text), kinds=("agency",))).total
    finally:
        asked.reset(token)
    return page.answered_by, total


def change(made: Agency, name: str) -> None:
    made.organisation.name = name
    with transaction.atomic():
        made.organisation.save()
        events.publish(AgencyChanged(made.pk))


def until(fact: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.2)


@pytest.mark.django_db
def test_a_server_killed_during_a_rebuild_and_in_the_swap_leaves_the_old_index_and_the_work_done(
    settings: LazySettings, fresh: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    market.catalogue()
    for number in range(6):
        market.agency(f"甲公司{number}")
    services.rebuild()
    monkeypatch.setattr(services, "BATCH", 2)
    elasticsearch = Elasticsearch()
    with server(1) as started, proxy(started.variables["ELASTICSEARCH_URL"]) as between:
        settings.ELASTICSEARCH_URL = between.url
        assert services.rebuild_server() == 50
        old = building.behind(mapping.alias())

        def kill(line: str) -> None:
            if "_bulk" in line and sum("_bulk" in each for each in between.seen) == 5:
                elasticsearch.act(started, "kill-node", "1")

        between.seen.clear()
        between.before = kill
        with pytest.raises(Unfinished):
            services.rebuild_server(patience=0)
        assert found("甲公司") == ("embedded; fallback", 6)
        between.before = lambda line: None
        elasticsearch.act(started, "start")
        breaker.reset()
        until(lambda: found("甲公司") == ("elasticsearch", 6))
        assert building.behind(mapping.alias()) == old

        between.before = lambda line: elasticsearch.act(started, "kill-node", "1") if "_aliases" in line else None
        with pytest.raises(Unfinished):
            services.rebuild_server(patience=3)
        between.before = lambda line: None
        elasticsearch.act(started, "start")
        breaker.reset()
        until(lambda: found("甲公司") == ("elasticsearch", 6))
        assert building.behind(mapping.alias()) == old
        assert services.rebuild_server() == 0  # all was there, but the swap
        assert building.ours() == building.behind(mapping.alias()) != old
        assert found("甲公司") == ("elasticsearch", 6)
        assert not any(services.check())


@pytest.mark.django_db(transaction=True)
def test_searches_and_changes_go_on_when_one_of_three_nodes_is_killed_under_load(
    settings: LazySettings, fresh: None, drain: Drain
) -> None:
    market.catalogue()
    made = market.agency("甲公司")
    drain()
    services.rebuild()
    with server(3) as started:
        port = int(started.folder.rpartition("-")[2])
        settings.ELASTICSEARCH_URL = ",".join(f"http://127.0.0.1:{port + node}" for node in range(3))
        services.rebuild_server(processes=1)
        client().cluster.health(index=mapping.alias(), wait_for_status="green", timeout="60s")
        holder = next(
            shard["node"]
            for shard in client().cat.shards(index=mapping.alias(), format="json")
            if shard["prirep"] == "p"
        )
        who: Counter[str] = Counter()
        errors: list[BaseException] = []
        stop = threading.Event()

        def search() -> None:
            try:
                while not stop.is_set():
                    answered_by, total = found("公司")
                    who[answered_by] += 1
                    assert total == 1
            except BaseException as error:
                errors.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=search) for _ in range(3)]
        for thread in threads:
            thread.start()
        until(lambda: who["elasticsearch"] > 20)
        Elasticsearch().act(started, "kill-node", holder.removeprefix("node"))  # the one that all writing goes through
        before = who["elasticsearch"]
        until(lambda: who["elasticsearch"] > before + 20)
        for number in range(3):
            change(made, f"乙公司{number}")
            drain()
            until(lambda: services.follow() == 1)
        stop.set()
        for thread in threads:
            thread.join()
        assert errors == []
        breaker.reset()
        assert found("乙公司2") == ("elasticsearch", 1)
        assert found("甲公司")[1] == 0
