"""The pages through real requests: who sees what, forms that keep what was typed, constant numbers of queries."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.tenders import services
from tests.factories import staff
from tests.tenders import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]


def client(actor: Actor | None = None) -> Client:
    found = Client()
    if actor is not None and actor.user is not None:
        found.force_login(actor.user)
    return found


def get(path: str, actor: Actor | None = None, at: Any = scene.MONDAY) -> Any:
    with clock.at(at):
        return client(actor).get(path)


def test_every_page_of_a_purchase_answers() -> None:
    by = scene.buyer()
    with clock.at(scene.MONDAY):
        draft = scene.draft(by)
    for path in (
        reverse("tender_new"),
        reverse("tender_new") + "?item=ZJ-030",
        *(reverse("tender_screen", args=[draft.pk, key]) for key in ("what", "scope", "who", "how")),
        reverse("tender_preview", args=[draft.pk]),
        reverse("my_tenders"),
    ):
        assert get(path, by).status_code == 200, path
    tender = scene.published(by)
    agency = scene.agency()
    author = scene.author(agency)
    for path, who in (
        (reverse("tender", args=[tender.number]), None),
        (reverse("tender", args=[tender.number]), by),
        (reverse("tender", args=[tender.number]), author),
        (reverse("tender_bid", args=[tender.number]), author),
        (reverse("tender_cancel", args=[tender.number]), by),
        (reverse("my_bids"), author),
        (reverse("my_bids") + "?view=missing", author),
        (reverse("my_bids") + "?view=mine", author),
    ):
        assert get(path, who).status_code == 200, path
    placed = scene.bid(tender, "60000", of=agency, by=author)
    scene.bid(tender, "60000")
    assert get(reverse("receipt", args=[placed.pk]), author).status_code == 200
    assert get(reverse("receipt_file", args=[placed.pk]), author).status_code == 200
    tender = scene.noticed(scene.opened(tender))
    later = tender.publicity_until + timedelta(minutes=1)
    for name in ("tender", "tender_result", "tender_record", "award_notice", "award_notice_pdf"):
        path = reverse(name, args=[tender.number])
        assert get(path, None, later).status_code == 200, path
    assert get(reverse("my_bids") + "?view=mine", author, later).status_code == 200


def test_the_operators_pages_answer() -> None:
    operator, by = staff("operator"), scene.buyer()
    with clock.at(scene.MONDAY):
        tender = services.publish(scene.draft(by, funds="public"), by=by)
    assert tender.state == "checking"
    for path in (
        reverse("tenders_review:index"),
        reverse("tenders_review:review", args=[tender.pk]),
        reverse("tenders_tenders:index"),
        reverse("tenders_tenders:inspect", args=[tender.pk]),
        reverse("tenders_tenders:history", args=[tender.pk]),
        reverse("tenders_tenders:index") + "?export=xlsx",
        reverse("tenders_awards:index"),
    ):
        assert get(path, operator).status_code == 200, path
