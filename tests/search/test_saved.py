"""Saved searches: what is new is told, once, to who wants it, and stops at a word."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client

from marketplace.accounts.actors import Actor
from marketplace.agencies.events import AgencyChanged
from marketplace.core import clock, events
from marketplace.core.errors import AlreadyDone, DomainError, Incomplete
from marketplace.core.models import LogEntry, Message
from search import saved, services, watching
from search.models import FreshDocument, SavedHit, SavedSearch
from tests.factories import UserFactory, member
from tests.search import market

pytestmark = pytest.mark.django_db
STATE = "q=%E7%8E%AF%E5%A2%83&kind=agency"


@pytest.fixture(autouse=True)
def town() -> None:
    market.catalogue()
    market.agency("旧环境技术有限公司")
    services.rebuild()


@pytest.fixture
def person() -> Actor:
    return member(email="li@example.cn")


@pytest.fixture
def worker(drain: Callable[[], int]) -> Callable[[], None]:
    """The worker's rounds: messages, then the look at what is fresh, then what that sends."""

    def work() -> None:
        drain()
        while watching.look():
            drain()
        drain()

    return work


def keep(person: Actor, state: str = STATE, **values: Any) -> SavedSearch:
    given = {"name": "环境机构", "by_inbox": True, "by_mail": False, "pace": "at_once", **values}
    return saved.save(state, **given, by=person)


def changed(agency: Any) -> None:
    with transaction.atomic():
        events.publish(AgencyChanged(agency.pk))


def told(person: Actor) -> list[Message]:
    return list(Message.objects.filter(recipient=person.person, kind="search.new_hits").order_by("created_at"))


def test_a_new_agency_is_told_once_however_often_its_message_comes(person: Actor, worker: Callable[[], None]) -> None:
    keep(person)
    new = market.agency("新环境技术有限公司")
    for _ in range(3):
        changed(new)
    worker()
    new.rating_count = 5
    new.save()
    changed(new)
    worker()
    (message,) = told(person)
    assert message.params["titles"] == "新环境技术有限公司"
    assert "kind=agency" in message.url
    assert not FreshDocument.objects.exists()


def test_what_was_there_when_saving_is_not_new(person: Actor, worker: Callable[[], None]) -> None:
    old = market.agency("老环境技术有限公司")
    services.rebuild()
    keep(person)
    old.rating_count = 9
    old.save()
    changed(old)
    worker()
    assert told(person) == []


def test_an_old_agency_that_only_now_fits_is_new(person: Actor, worker: Callable[[], None]) -> None:
    old = market.agency("某工程有限公司")
    services.rebuild()
    keep(person, "item=ZJ-005&kind=agency")
    market.offer(old, "ZJ-005", 48000, 20)
    changed(old)
    worker()
    assert [message.params["titles"] for message in told(person)] == ["某工程有限公司"]


def test_other_words_and_other_kinds_are_not_told(person: Actor, worker: Callable[[], None]) -> None:
    keep(person)
    changed(market.agency("造价咨询有限公司"))
    worker()
    assert told(person) == []


def test_a_broad_search_tells_only_what_was_published_since(
    person: Actor, worker: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved, "MOST_KNOWN", 0)
    old = market.agency("老环境技术有限公司", admitted_at=clock.now() - timedelta(days=9))
    kept = keep(person)
    assert kept.is_broad
    changed(old)
    changed(market.agency("新环境技术有限公司", admitted_at=clock.now() + timedelta(seconds=1)))
    worker()
    assert [message.params["titles"] for message in told(person)] == ["新环境技术有限公司"]


def test_a_daily_summary_comes_the_next_morning_with_all_of_it(person: Actor, worker: Callable[[], None]) -> None:
    keep(person, pace="daily")
    changed(market.agency("甲环境技术有限公司"))
    changed(market.agency("乙环境技术有限公司"))
    worker()
    assert told(person) == []
    with clock.at(clock.now() + timedelta(days=1, minutes=1)):
        worker()
        worker()
    (message,) = told(person)
    assert message.params["count"] == 2


def test_an_e_mail_names_the_hits_and_carries_a_link_that_stops_it(
    person: Actor, worker: Callable[[], None], client: Client
) -> None:
    kept = keep(person, by_mail=True, by_inbox=False)
    changed(market.agency("新环境技术有限公司"))
    worker()
    (message,) = mail.outbox
    assert message.to == ["li@example.cn"]
    assert "新环境技术有限公司" in message.body
    assert told(person) == []
    link = re.search(r"https?://[^/\s]+(/search/saved/stop/\S+)", str(message.body))
    assert link
    assert link[1] in message.extra_headers["List-Unsubscribe"]
    assert "停止提醒" in client.get(link[1]).content.decode()
    kept.refresh_from_db()
    assert kept.is_active, "looking at the page stops nothing: mail scanners do"
    assert Client(enforce_csrf_checks=True).post(link[1], {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert client.post(link[1]).status_code == 200
    kept.refresh_from_db()
    assert not kept.is_active
    changed(market.agency("后来的环境技术有限公司"))
    worker()
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("token", ["wrong", "MQ:1tXyz:abc", "%00"])
def test_a_wrong_stop_link_stops_nothing(client: Client, token: str) -> None:
    assert client.get(f"/search/saved/stop/{token}/").status_code == 404
    assert client.post(f"/search/saved/stop/{token}/").status_code == 404


def test_a_pause_tells_nothing_and_what_came_meanwhile_is_not_told_afterwards(
    person: Actor, worker: Callable[[], None]
) -> None:
    kept = keep(person)
    saved.pause(kept, by=person)
    meanwhile = market.agency("期间环境技术有限公司")
    changed(meanwhile)
    worker()
    saved.resume(kept, by=person)
    meanwhile.rating_count = 3
    meanwhile.save()
    changed(meanwhile)
    worker()
    assert told(person) == []
    with pytest.raises(AlreadyDone):
        saved.resume(kept, by=person)


def test_one_has_at_most_twenty_and_each_once(person: Actor) -> None:
    keep(person)
    with pytest.raises(AlreadyDone):
        keep(person)
    for number in range(saved.MOST - 1):
        keep(person, f"q=x{number}")
    with pytest.raises(saved.TooMany):
        keep(person, "q=y")


def test_somebody_without_an_address_gets_no_mail_and_some_way_is_needed() -> None:
    nobody = Actor.of(UserFactory(email=""))
    with pytest.raises(Incomplete):
        keep(nobody, by_mail=True)
    with pytest.raises(Incomplete):
        keep(nobody, by_inbox=False)
    with pytest.raises(DomainError):
        keep(nobody, "q=" + "x" * 3000)


def test_what_is_deleted_is_forgotten_but_for_the_log(person: Actor, worker: Callable[[], None]) -> None:
    kept = keep(person, pace="daily")
    changed(market.agency("新环境技术有限公司"))
    worker()
    saved.delete(kept, by=person)
    assert not SavedHit.objects.exists()
    with clock.at(clock.now() + timedelta(days=2)):
        worker()
    assert told(person) == []
    assert list(LogEntry.objects.values_list("action", flat=True))[-1] == "search.delete"


def logged_in(actor: Actor) -> Client:
    client = Client()
    client.force_login(actor.person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_list_page_leads_to_saving_and_back_to_the_same_search(person: Actor) -> None:
    client = logged_in(person)
    page = client.get("/agencies/?q=环境&rating=4.5&page=3&nonsense=1").context["listing"]
    address = page.links["save"]
    assert address.startswith("/search/saved/new/?kind=agency&q=")
    assert "nonsense" not in address
    assert "page" not in address
    form = client.get(address)
    assert "“环境”" in form.content.decode()
    given = {"name": "好的环境机构", "by_inbox": "on", "pace": "daily"}
    assert client.post(address, given)["Location"] == "/search/saved/"
    again = client.post(address, given, follow=True).content.decode()
    assert "已经保存过了" in again
    listed = client.get("/search/saved/").content.decode()
    assert listed.count("好的环境机构</a>") == 1
    assert "服务评价：4.5 分以上" in listed


def test_one_changes_pauses_and_deletes_ones_own_only(person: Actor) -> None:
    kept, client, other = keep(person), logged_in(person), logged_in(member())
    for act in ("", "pause/", "resume/", "delete/"):
        assert other.post(f"/search/saved/{kept.pk}/{act}").status_code == 404
        assert Client().get(f"/search/saved/{kept.pk}/{act}").status_code in {302, 405}
    given = {"name": "新名称", "by_inbox": "on", "pace": "daily"}
    assert client.post(f"/search/saved/{kept.pk}/", given).status_code == 302
    kept.refresh_from_db()
    assert (kept.name, kept.pace) == ("新名称", "daily")
    assert (
        "请至少选择一种提醒方式" in client.post(f"/search/saved/{kept.pk}/", {**given, "by_inbox": ""}).content.decode()
    )
    for act, active in (("pause", False), ("resume", True)):
        client.post(f"/search/saved/{kept.pk}/{act}/")
        kept.refresh_from_db()
        assert kept.is_active is active
    client.post(f"/search/saved/{kept.pk}/delete/")
    assert not SavedSearch.objects.exists()


def test_a_visitor_is_asked_to_log_in_and_comes_back_to_save() -> None:
    answer = Client().get("/search/saved/new/?q=环境")
    assert answer.status_code == 302
    assert "next=/search/saved/new/" in answer["Location"]
