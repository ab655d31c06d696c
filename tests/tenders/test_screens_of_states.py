"""What the pages of a tender say first, in the states that a visitor meets rarely."""

from decimal import Decimal

import pytest
from django.urls import reverse

from marketplace.core import clock
from marketplace.core.models import LogEntry
from marketplace.tenders import presentation, queries, services
from tests.tenders import outside, scene
from tests.tenders.test_amendments import TUESDAY, amended
from tests.tenders.test_forms import log_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]
CONFIRM = "查看变更并确认"


def test_whoever_must_confirm_a_response_is_told_first_and_in_the_tray_until_it_is_done() -> None:
    by = scene.buyer()
    tender = scene.published(by)
    agency = scene.agency()
    author = scene.author(agency)
    bid = scene.bid(tender, "80000", of=agency, at=scene.MONDAY, by=author)
    client, path = log_in(author), reverse("tender", args=[tender.number])
    with clock.at(scene.MONDAY):
        assert CONFIRM not in client.get(path).content.decode()
    amended(tender, by, days=12)
    with clock.at(TUESDAY):
        page = client.get(path).content.decode()
        assert page.count(CONFIRM) == 3  # before all else, beside the time left, and in the tray of a phone
        assert page.index(CONFIRM) < page.index('id="me"')
        tender.refresh_from_db()
        services.confirm_bid(bid, amended=tender.amended, by=author)
        assert CONFIRM not in client.get(path).content.decode()


def test_an_opening_that_waits_for_its_source_does_not_promise_to_open_now() -> None:
    tender = outside.by_lottery()
    outside.signed_up(tender)
    tender = scene.opened(tender)
    assert tender.closes_at is not None
    with clock.at(tender.closes_at):
        page = log_in(scene.buyer()).get(reverse("tender_opening", args=[tender.number])).content.decode()
    assert "取得随机数后立即开启" in page
    assert "报价即将开启" not in page


def test_the_items_to_choose_from_are_read_by_their_names() -> None:
    page = log_in(scene.buyer()).get(reverse("tender_new")).content.decode()
    assert f"{scene.item().name}（{scene.ITEM}）" in page
    assert f">{scene.ITEM} " not in page


def test_an_objection_reads_as_words_in_the_public_log() -> None:
    tender = scene.published(ceiling=Decimal(100000))
    bids = [scene.bid(tender, price) for price in ("70000", "80000", "90000")]
    tender = scene.opened(tender)
    assert tender.opened_at is not None
    with clock.at(tender.opened_at):
        services.file_objection(
            tender, bids[1].agency, ground="qualification", text="请核对证书。", by=scene.author(bids[1].agency)
        )
    assert LogEntry.objects.filter(action="tender.objection_filed").exists()
    tender.refresh_from_db()
    with clock.at(tender.opened_at):
        dated = [event.get("at") for event in presentation.timeline(tender, queries.rules_of(tender))]
    assert [at is None for at in dated] == [False, False, True, True, True]  # nobody knows when the publicity ends now
    assert "tender.objection_filed" not in log_in(scene.buyer()).get(reverse("public_log")).content.decode()
