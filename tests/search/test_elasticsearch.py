"""Elasticsearch follows the domain: after changes, as a whole, by checking. On the real server of script/test."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from marketplace.agencies.events import AgencyChanged
from marketplace.agencies.models import Agency
from marketplace.core import events
from search import services
from search.backends import embedded_engine
from search.backends.elasticsearch import building, mapping, rebuilding
from search.backends.elasticsearch.client import client
from search.backends.elasticsearch.engine import ElasticsearchEngine
from search.backends.elasticsearch.following import writer
from search.backends.elasticsearch.writing import Write, send
from search.documents import Document, source
from search.models import SearchChange
from search.query import Query, parse
from tests.search import market

Drain = Callable[[], int]
pytestmark = [pytest.mark.django_db, pytest.mark.elasticsearch]


@pytest.fixture(autouse=True)
def catalogue(drain: Drain, elasticsearch: ElasticsearchEngine) -> None:
    writer.reset()
    market.catalogue()
    drain()
    services.follow()


def found(engine: ElasticsearchEngine, text: str, **query: object) -> list[str]:
    return [hit.title for hit in engine.search(Query(words=parse(text), **query)).hits]  # type: ignore[arg-type]


def change(made: Agency, **values: object) -> None:
    for name, value in values.items():
        setattr(made, name, value)
    with transaction.atomic():
        made.save()
        made.organisation.save()
        events.publish(AgencyChanged(made.pk))


def test_a_change_shows_after_the_workers_next_round(drain: Drain, elasticsearch: ElasticsearchEngine) -> None:
    made = market.agency("甲子环境技术有限公司")
    change(made)
    drain()
    assert found(elasticsearch, "甲子") == []
    assert services.follow() == 1
    assert found(elasticsearch, "甲子") == ["甲子环境技术有限公司"]
    change(made, state=Agency.State.WITHDRAWN)
    drain()
    services.follow()
    assert found(elasticsearch, "甲子") == []
    assert not SearchChange.objects.exists()


def test_what_did_not_change_is_not_sent(drain: Drain) -> None:
    made = market.agency("甲公司")
    change(made)
    drain()
    services.follow()
    change(made)
    drain()
    assert not SearchChange.objects.exists()


def test_changes_wait_for_a_server_that_is_away(
    drain: Drain, elasticsearch: ElasticsearchEngine, settings: object
) -> None:
    url, settings.ELASTICSEARCH_URL = settings.ELASTICSEARCH_URL, "http://127.0.0.1:1"  # type: ignore[attr-defined]
    made = market.agency("甲公司")
    for name in ("乙公司", "丙公司"):
        made.organisation.name = name
        change(made)
        drain()
    assert services.follow() == 0
    assert services.follow() == 0  # and doesn't ask again so soon
    assert SearchChange.objects.count() == 1
    assert embedded_engine().search(Query(words=parse("丙公司"))).total == 1
    settings.ELASTICSEARCH_URL = url  # type: ignore[attr-defined]
    writer.reset()
    assert services.follow() == 1
    assert found(elasticsearch, "公司", kinds=("agency",)) == ["丙公司"]


def test_messages_twice_and_out_of_order_leave_the_newest(elasticsearch: ElasticsearchEngine) -> None:
    def write(version: int, title: str) -> None:
        document = Document("agency", "K", title, "/") if title else None
        assert send([Write("agency", "K", version, document)], [mapping.alias()], refresh=True).postponed == {}

    write(5, "新名公司")
    write(5, "新名公司")
    write(4, "旧名公司")
    assert found(elasticsearch, "名公司") == ["新名公司"]
    write(7, "")
    write(6, "迟到公司")
    write(7, "")
    assert found(elasticsearch, "公司", kinds=("agency",)) == []


def test_a_refused_document_holds_up_no_other(drain: Drain, elasticsearch: ElasticsearchEngine) -> None:
    rows = {"index.mapping.nested_objects.limit": 6}  # the server's own: how many rows a document may have
    elasticsearch.server.indices.put_settings(index=mapping.alias(), settings=rows)
    bad = market.agency("坏公司", offers={f"ZJ-{number:03}": (1000, 5) for number in range(1, 10)})
    good = market.agency("好公司")
    change(bad)
    change(good)
    drain()
    services.follow()
    assert found(elasticsearch, "公司", kinds=("agency",)) == ["好公司"]
    waiting = SearchChange.objects.get(kind="agency")
    assert (waiting.key, waiting.attempts) == (bad.credit_code, 1)
    assert "document_parsing_exception" in waiting.error
    assert services.follow() == 0


def test_a_rebuild_puts_a_whole_new_index_in_place_of_the_old_ones(elasticsearch: ElasticsearchEngine) -> None:
    before = building.behind(mapping.alias())
    older = f"{mapping.prefix()}-0-00000000-00000000"
    client().indices.create(index=older)
    elasticsearch.index([Document("agency", "NOBODY", "从未存在的公司", "/")])
    market.agency("甲公司")
    assert services.rebuild_server() == 45
    assert found(elasticsearch, "公司", kinds=("agency",)) == ["甲公司"]
    assert building.ours() == building.behind(mapping.alias()) != before
    assert building.behind(mapping.next_alias()) == []


def test_a_rebuild_goes_on_where_it_was_interrupted(elasticsearch: ElasticsearchEngine) -> None:
    for number in range(3):
        market.agency(f"甲公司{number}")
    keys = list(source("agency").all_keys())
    building.begin()
    rebuilding.load(("agency", keys[:2], False, 0))
    assert services.rebuild_server() == 44 + 1
    assert len(found(elasticsearch, "甲公司")) == 3
    building.begin()
    rebuilding.load(("agency", keys[:2], False, 0))
    assert services.rebuild_server(anew=True) == 44 + 3


def test_a_change_during_a_rebuild_is_in_the_new_index_whichever_comes_first(
    drain: Drain, elasticsearch: ElasticsearchEngine
) -> None:
    first, second = market.agency("甲公司"), market.agency("乙公司")
    building.begin()
    first.organisation.name = "甲新公司"
    change(first)
    drain()
    services.follow()  # into both, before the rebuild comes to it
    assert found(elasticsearch, "甲新") == ["甲新公司"]
    rebuilding.load(("agency", [first.credit_code, second.credit_code], False, 0))
    second.organisation.name = "乙新公司"
    change(second)
    drain()
    services.follow()  # and after
    building.put_live(building.behind(mapping.next_alias())[0])
    assert sorted(found(elasticsearch, "新公司")) == ["乙新公司", "甲新公司"]


def test_a_rebuild_of_one_kind_writes_into_the_live_index(elasticsearch: ElasticsearchEngine) -> None:
    before = building.behind(mapping.alias())
    market.agency("甲公司")
    assert services.rebuild_server("agency") == 1
    assert building.behind(mapping.alias()) == before
    assert found(elasticsearch, "甲公司") == ["甲公司"]


@pytest.mark.django_db(transaction=True)
def test_several_processes_build_together(elasticsearch: ElasticsearchEngine) -> None:
    for number in range(5):
        market.agency(f"甲公司{number}")
    seen: list[int] = []
    assert services.rebuild_server(processes=2, progress=seen.append) == 44 + 5
    assert sum(seen) == services.count() == 49
    assert len(found(elasticsearch, "甲公司")) == 5


def test_a_check_finds_and_mends_the_server_too(elasticsearch: ElasticsearchEngine) -> None:
    stale, missing = market.agency("甲公司"), market.agency("乙公司")
    services.rebuild()
    services.rebuild_server()
    elasticsearch.delete("agency", [missing.credit_code])
    elasticsearch.index(
        [Document("agency", stale.credit_code, "别的名字", "/"), Document("agency", "NOBODY", "多余", "/")]
    )
    ours, theirs = services.check("agency")
    assert not ours
    assert theirs.engine == "elasticsearch"
    assert (theirs.missing, theirs.stale, theirs.extra) == ([missing.credit_code], [stale.credit_code], ["NOBODY"])
    services.check("agency", mend=True)
    assert not any(services.check())


def test_an_index_that_somebody_deleted_is_missed_and_mended(elasticsearch: ElasticsearchEngine) -> None:
    market.agency("甲公司")
    services.rebuild()
    services.rebuild_server()
    building.remove_all()
    change(market.agency("乙公司"))
    services.follow()
    assert building.ours() == []  # a change makes no index by itself: it would have no mapping
    with pytest.raises(CommandError, match="differs"):
        call_command("search_check", verbosity=0, stdout=StringIO())
    call_command("search_check", verbosity=0, mend=True, stdout=StringIO())
    assert not any(services.check())
    assert len(found(elasticsearch, "公司", kinds=("agency",))) == 2


def test_the_command_says_that_the_server_is_away_and_may_be_told_to_bear_it(settings: object) -> None:
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:1"  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="embedded search answers"):
        call_command("search_rebuild", verbosity=0, patience=0)
    err = StringIO()
    call_command("search_rebuild", verbosity=0, patience=0, if_there=True, stderr=err)
    assert "Elasticsearch" in err.getvalue()
