"""The index follows the domain: after a change within the worker's next round, as a whole, and by checking."""

import threading
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from marketplace.agencies.events import AgencyChanged
from marketplace.agencies.models import Agency
from marketplace.catalogue.events import ItemChanged
from marketplace.catalogue.models import ServiceItem
from marketplace.core import events
from marketplace.core.models import OutboxMessage
from marketplace.tenders.events import TenderChanged
from search import services, subscribers
from search.backends import engine
from search.documents import Document, source
from search.models import SearchDocument
from search.query import Query, parse
from tests.search import market

Drain = Callable[[], int]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def catalogue(drain: Drain) -> None:
    market.catalogue()
    drain()


def found(text: str, **query: object) -> list[str]:
    return [hit.title for hit in engine().search(Query(words=parse(text), **query)).hits]  # type: ignore[arg-type]


def publish(event: events.Event) -> None:
    with transaction.atomic():
        events.publish(event)


def test_a_change_of_an_agency_shows_after_the_next_round(drain: Drain) -> None:
    made = market.agency("甲子环境技术有限公司")
    publish(AgencyChanged(made.pk))
    assert found("甲子") == []
    drain()
    assert found("甲子") == ["甲子环境技术有限公司"]
    made.state = Agency.State.WITHDRAWN
    made.save()
    publish(AgencyChanged(made.pk))
    drain()
    assert found("甲子") == []


def test_a_tender_shows_once_it_is_announced_and_in_its_last_state(drain: Drain) -> None:
    made = market.tender("年产十万吨项目", state="checking", published_at=None)
    publish(TenderChanged(made.pk, "checking", ""))
    drain()
    assert found("十万吨") == []
    made.state, made.published_at = "published", made.created_at
    made.save()
    publish(TenderChanged(made.pk, "published", ""))
    made.state = "publicity"
    made.save()
    publish(TenderChanged(made.pk, "publicity", ""))
    drain()
    assert found("十万吨", choices={"state": ("publicity",)}) == ["年产十万吨项目"]
    assert found("十万吨", choices={"state": ("published",)}) == []


def test_a_draft_without_a_number_is_no_error(drain: Drain) -> None:
    made = market.tender("草稿", state="draft", number=None, published_at=None)
    publish(TenderChanged(made.pk, "draft", ""))
    drain()
    assert SearchDocument.objects.filter(kind="tender").count() == 0


def test_an_items_new_abbreviation_finds_the_agencies_that_offer_it(
    drain: Drain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "BATCH", 2)
    for number in range(5):
        market.agency(f"第{number}公司", offers={"ZJ-005": (1000, 5)})
    market.tender("某采购", item="ZJ-005")
    services.rebuild()
    item = ServiceItem.objects.get(code="ZJ-005")
    item.abbreviations = ["新简称"]
    item.save()
    publish(ItemChanged(item.pk))
    drain()
    assert len(found("新简称")) == 12
    assert OutboxMessage.objects.filter(subscriber="search.batch").count() == 7


def test_messages_twice_and_out_of_order_leave_the_present_state(drain: Drain) -> None:
    made = market.agency("旧名公司")
    older = AgencyChanged(made.pk)
    made.organisation.name = "新名公司"
    made.organisation.save()
    for _ in range(2):
        subscribers.agency_changed(older)
    assert found("公司", kinds=("agency",)) == ["新名公司"]


def test_a_rebuild_makes_all_and_forgets_what_is_no_more() -> None:
    kept, gone = market.agency("甲公司"), market.agency("乙公司")
    services.rebuild()
    Agency.objects.filter(pk=gone.pk).update(state="withdrawn")
    engine().index([Document("agency", "NOBODY", "从未存在的公司", "/")])
    assert services.rebuild() == 0
    assert found("公司", kinds=("agency",)) == [kept.name]
    assert len(found("", kinds=("item",), page_size=100)) == 44


def test_a_rebuild_writes_only_what_changed() -> None:
    market.agency("甲公司")
    assert services.rebuild("agency") == 1
    assert services.rebuild("agency") == 0


def test_a_check_finds_and_mends_what_is_missing_stale_and_extra() -> None:
    stale, missing = market.agency("甲公司"), market.agency("乙公司")
    services.rebuild()
    engine().delete("agency", [missing.credit_code])
    engine().index([Document("agency", stale.credit_code, "别的名字", "/"), Document("agency", "NOBODY", "多余", "/")])
    (differences,) = services.check("agency")
    assert differences.missing == [missing.credit_code]
    assert differences.stale == [stale.credit_code]
    assert differences.extra == ["NOBODY"]
    services.check("agency", mend=True)
    assert not any(services.check())


def test_the_commands_say_what_they_did(drain: Drain) -> None:
    market.agency("甲公司")
    with pytest.raises(CommandError, match="differs"):
        call_command("search_check", verbosity=0, stdout=StringIO())
    call_command("search_rebuild", verbosity=0)
    out = StringIO()
    call_command("search_check", verbosity=0, stdout=out)
    assert "agency: 1 documents, 0 missing, 0 stale, 0 extra" in out.getvalue()
    with pytest.raises(CommandError, match="no documents of kind"):
        call_command("search_rebuild", kind="nonsense")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_do_not_overwrite_the_newer_state_with_the_older() -> None:
    """The first takes its turn and reads; the second waits for it, and so reads and writes last."""
    made = market.agency("旧名公司")
    read, go_on = threading.Event(), threading.Event()
    build_many = source("agency").build_many

    def first() -> None:
        with transaction.atomic():
            engine().take_turns("agency", [made.credit_code])
            documents = build_many([made.credit_code])
            read.set()
            assert go_on.wait(10)
            engine().index(documents.values())
        connection.close()

    def second() -> None:
        services.reindex("agency", made.credit_code)
        connection.close()

    one, two = threading.Thread(target=first), threading.Thread(target=second)
    one.start()
    assert read.wait(10)
    made.organisation.name = "新名公司"
    made.organisation.save()
    two.start()
    two.join(0.3)
    waits = two.is_alive()
    go_on.set()
    one.join(10)
    two.join(10)
    assert waits
    assert found("公司", kinds=("agency",)) == ["新名公司"]
