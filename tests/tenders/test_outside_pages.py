"""The screens of randomness from outside: the buyer names the source, officers give the value, everybody reads it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.core import clock
from marketplace.tenders.beacons import drand
from marketplace.tenders.models import Tender
from marketplace.tenders.tasks import desk_tasks
from tests.factories import staff
from tests.tenders import outside, scene
from tests.tenders.test_forms import log_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]
PRODUCED = drand.time_of(outside.ROUND)


@pytest.fixture(autouse=True)
def office(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with outside.late_office(monkeypatch):
        yield


def test_the_buyer_names_the_source_and_the_preview_shows_it() -> None:
    by = scene.buyer()
    with clock.at(outside.FRIDAY):
        draft = scene.draft(by, scene.FREE_ITEM)
        client, path = log_in(by), reverse("tender_source", args=[draft.pk])
        assert path in client.get(reverse("tender_preview", args=[draft.pk])).content.decode()
        assert client.post(path, {"draw_source": "lottery", "lottery": "双色球"}).status_code == 422
        assert client.post(path, {"draw_source": "drand"}).status_code == 302
        draft.refresh_from_db()
        assert draft.draw_source == "drand"
        assert "drand 公共随机信标" in client.get(reverse("tender_preview", args=[draft.pk])).content.decode()
        typed = {
            "draw_source": "lottery",
            "lottery": "福彩双色球",
            "issue": "2023098",
            "drawn_at": "2023-08-27T21:15",
            "next_issue": "2023099",
            "next_drawn_at": "2023-08-29T21:15",
        }
        assert client.post(path, typed).status_code == 302
        draft.refresh_from_db()
        assert draft.draw_choice["drawn_at"].startswith("2023-08-27T21:15:00")
        assert "2023098" in client.get(path).content.decode()
        assert log_in(scene.buyer()).get(path).status_code == 404


def test_a_rule_about_the_source_stops_publishing_and_leads_to_its_page() -> None:
    by = scene.buyer()
    with clock.at(outside.FRIDAY):
        draft = scene.draft(by, scene.FREE_ITEM)
        Tender.objects.filter(pk=draft.pk).update(draw_source="lottery")
        page = log_in(by).get(reverse("tender_preview", args=[draft.pk])).content.decode()
    assert "请写明彩票名称、期号和下一期的期号。" in page
    assert reverse("tender_source", args=[draft.pk]) in page


def test_the_announcement_names_the_round_and_then_the_page_says_what_it_waits_for() -> None:
    tender = outside.by_drand()
    path = reverse("tender", args=[tender.number])
    with clock.at(outside.FRIDAY):
        assert "第 1000 轮" in Client().get(path).content.decode()
    outside.signed_up(tender)
    with clock.at(PRODUCED - timedelta(seconds=20)):
        page = Client().get(path).content.decode()
    assert "待随机源" in page
    assert "等待随机源" in page
    assert "80,000" not in page


def test_two_officers_give_the_value_on_their_desk() -> None:
    tender = outside.signed_up(outside.by_drand())
    one, two = staff("operator"), staff("operator")
    path = reverse("tenders_review:value", args=[tender.drawing.pk])
    with clock.at(PRODUCED - timedelta(seconds=10)):
        assert "还没有产生" in log_in(one).get(path).content.decode()
        assert not any(path == task.url for task in desk_tasks(one))
    with clock.at(PRODUCED + timedelta(minutes=1)):
        assert any(path == task.url for task in desk_tasks(one))
        assert "轮次数据" in log_in(one).get(path).content.decode()
        wrong = log_in(one).post(path, {"text": "1"}).content.decode()
        assert "须是 drand 轮次的 JSON 数据" in wrong or "缺少轮次" in wrong
        assert log_in(one).post(path, {"text": outside.round_text()}).status_code == 302
        assert "您已在" in log_in(one).get(path).content.decode()
        assert "请独立录入" in log_in(two).get(path).content.decode()
        assert log_in(two).post(path, {"text": outside.round_text()}).status_code == 302
        assert "项目已开标" in log_in(two).get(path).content.decode()
        result = Client().get(reverse("tender_result", args=[tender.number])).content.decode()
    assert "取得随机数" in result
    assert "fe290beca10872ef" in result
    tender.refresh_from_db()
    assert tender.state == Tender.State.PUBLICITY


def test_nobody_else_gives_it() -> None:
    tender = outside.signed_up(outside.by_drand())
    path = reverse("tenders_review:value", args=[tender.drawing.pk])
    with clock.at(PRODUCED):
        for stranger in (scene.buyer(), staff("clerk")):
            assert log_in(stranger).post(path, {"text": outside.round_text()}).status_code in (302, 403, 404)
            assert log_in(stranger).post(f"{path}missing/", {"reason": "无。"}).status_code in (302, 403, 404)
    assert not tender.drawing.typed.exists()
    assert not tender.drawing.missing.exists()


def test_that_there_was_no_draw_is_said_on_the_desk_by_two() -> None:
    tender = outside.signed_up(outside.by_lottery())
    path = reverse("tenders_review:value", args=[tender.drawing.pk])
    with clock.at(outside.DRAWN_AT + timedelta(hours=1)):
        assert "说明没有产生" not in log_in(staff("operator")).get(path).content.decode()
    with clock.at(outside.DRAWN_AT + timedelta(hours=20)):
        supervisor = log_in(staff("supervisor"))
        assert "说明没有产生" in supervisor.get(path).content.decode()
        assert supervisor.post(f"{path}missing/", {"reason": ""}).status_code == 422
        assert supervisor.post(f"{path}missing/", {"reason": "当期停售公告。"}).status_code == 302
        page = log_in(staff("operator")).get(path).content.decode()
        assert "当期停售公告。" in page
        assert log_in(staff("operator")).post(f"{path}missing/", {"reason": "停售。"}).status_code == 302
    assert Tender.objects.get(pk=tender.pk).drawing.is_successor
