"""What waits on each desk, and lists whose number of queries does not grow."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.core.desk import Task
from marketplace.tenders import queries, services, tasks
from tests.factories import staff
from tests.tenders import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]


def waiting(actor: Actor) -> list[Task]:
    return list(tasks.desk_tasks(actor))


def log_in(actor: Actor) -> Client:
    client = Client()
    assert actor.user is not None
    client.force_login(actor.user)
    return client


def test_a_buyer_is_led_to_drafts_results_and_failures(drain: Callable[[], int]) -> None:
    by = scene.buyer()
    with clock.at(scene.MONDAY):
        draft = scene.draft(by, title="草稿一")
        assert [(t.title, str(t.act), t.url) for t in waiting(by)] == [
            ("草稿一", "继续填写", reverse("tender_edit", args=[draft.pk]))
        ]
        services.discard_draft(draft, by=by)
    tender = scene.published(by, title="测绘")
    scene.bid(tender, "60000")
    with clock.at(scene.CLOSE):
        drain()
        (task,) = waiting(by)
        assert (str(task.act), task.url) == ("查看结果", reverse("tender_result", args=[tender.number]))
    failed = scene.published(by, title="没人来")
    assert failed.closes_at is not None
    with clock.at(failed.closes_at):
        drain()
        assert "处理流标" not in [str(t.act) for t in waiting(by)]  # the second announcement is running
    with clock.at(failed.closes_at + timedelta(days=10)):
        drain()
        assert "处理流标" in [str(t.act) for t in waiting(by)]


def test_an_agency_is_led_to_tenders_it_may_answer_and_has_not() -> None:
    by, agency = scene.buyer(), scene.agency()
    author = scene.author(agency)
    tender = scene.published(by)
    scene.published(by, code="ZJ-040")
    with clock.at(scene.MONDAY):
        (task,) = waiting(author)
        assert (str(task.act), task.due_at) == ("去报价", scene.CLOSE)
    scene.bid(tender, "60000", of=agency, by=author, at=scene.MONDAY)
    with clock.at(scene.MONDAY):
        assert waiting(author) == []


def test_a_chosen_agency_and_an_operator_are_led_to_what_waits_for_them() -> None:
    by, agency, operator = scene.buyer(), scene.agency(), staff("operator")
    author = scene.author(agency)
    direct = scene.published(
        by, method="direct", chosen_agency=agency, method_settings={"price": "48000.00"}, ceiling=None
    )
    with clock.at(scene.MONDAY):
        (task,) = waiting(author)
        assert (str(task.act), task.due_at) == ("确认是否承接", direct.accept_by)
        tender = services.publish(scene.draft(by, funds="public"), by=by)
        (task,) = waiting(operator)
        assert (task.url, task.due_at) == (reverse("tenders_review:review", args=[tender.pk]), tender.check_by)


def test_an_agency_sees_what_it_may_answer_and_exactly_what_it_misses_elsewhere() -> None:
    by = scene.buyer()
    fits, misses = scene.agency(), scene.agency(valid_until=date(2026, 3, 25))
    tender = scene.published(by, title="厂房联合测绘")
    with clock.at(scene.MONDAY):
        ((found, report),) = queries.open_for(fits)
        assert (found, report.is_eligible) == (tender, True)
        ((found, report),) = queries.open_for(misses)
        assert [check.key for check in report.failing] == ["qualification_0"]
        author = scene.author(misses)
        client = log_in(author)
        assert "厂房联合测绘" not in client.get(reverse("my_bids")).content.decode()
        text = client.get(reverse("my_bids") + "?view=missing").content.decode()
    assert "厂房联合测绘" in text
    assert "有效期覆盖到" in text
    assert reverse("agency_qualifications") in text


@pytest.mark.parametrize("name", ["my_tenders", "my_bids", "my_bids?view=missing", "my_bids?view=mine", "desk"])
def test_the_number_of_queries_does_not_grow_with_the_list(name: str) -> None:
    by, agency = scene.buyer(), scene.agency()
    author = scene.author(agency)
    who = by if name == "my_tenders" else author
    path, _mark, query = name.partition("?")

    def count() -> int:
        client = log_in(who)
        with clock.at(scene.MONDAY + timedelta(minutes=5)), CaptureQueriesContext(connection) as captured:
            assert client.get(f"{reverse(path)}?{query}").status_code == 200
        return len(captured)

    def more(number: int) -> None:
        for n in range(number):
            tender = scene.published(by)
            if n % 2:
                scene.bid(tender, "60000", of=agency, by=author, at=scene.MONDAY)
            scene.published(by, code="ZJ-040")

    more(2)
    count()
    few = count()
    more(7)
    assert count() <= few


def test_the_tenders_page_costs_the_same_with_many_bids() -> None:
    tender = scene.published()

    def count() -> int:
        with clock.at(scene.MONDAY), CaptureQueriesContext(connection) as captured:
            Client().get(reverse("tender", args=[tender.number]))
        return len(captured)

    count()
    few = count()
    for _ in range(5):
        scene.bid(tender, "60000", at=scene.MONDAY)
    assert count() == few


def test_the_result_costs_the_same_with_many_bids() -> None:
    def count(number: int) -> int:
        tender = scene.published()
        for _ in range(number):
            scene.bid(tender, "60000")
        scene.opened(tender)
        with clock.at(scene.CLOSE), CaptureQueriesContext(connection) as captured:
            Client().get(reverse("tender_result", args=[tender.number]))
        return len(captured)

    count(3)
    assert count(12) <= count(3)
