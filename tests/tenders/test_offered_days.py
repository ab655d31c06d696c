"""More working days than were announced, sealed by hand past the page: invalid at the opening, with its reason."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.core import clock
from marketplace.tenders import services
from marketplace.tenders.models import Bid, Tender
from marketplace.tenders.record_file.verify import verify
from tests.factories import staff
from tests.tenders import browser, outside, scene
from tests.tenders.test_selection_record import holds, record_of, resigned, wrong

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]


def by_hand(tender: Tender, days: int) -> Bid:
    """A response whose author sealed it without the page."""
    agency = scene.agency()
    envelope = browser.envelope(tender, agency, "75000.00", days=days)
    with clock.at(scene.CLOSE - timedelta(hours=2)):
        return services.place_sealed(
            tender,
            agency,
            browser.sealed(tender, envelope.text()),
            idempotency_key=uuid.uuid4(),
            by=scene.author(agency),
        )


def test_it_is_invalid_and_says_why_and_the_record_holds() -> None:
    tender = scene.published(days=10)
    late, fits = by_hand(tender, 11), by_hand(tender, 10)
    scene.bid(tender, "80000")
    scene.opened(tender)
    late.refresh_from_db()
    fits.refresh_from_db()
    assert (late.state, late.invalid_reason) == (Bid.State.INVALID, "ineligible")
    assert fits.state == Bid.State.WINNER
    assert "承诺工作日超过公告的服务期限" in Client().get(reverse("tender_result", args=[tender.number])).text
    assert holds(record_of(scene.noticed(tender)))


def test_a_site_that_lets_it_pass_is_found() -> None:
    tender = scene.published(days=10)
    by_hand(tender, 11)
    scene.bid(tender, "80000")
    scene.opened(tender)
    record: dict[str, Any] = record_of(scene.noticed(tender))
    opened = next(p["entry"]["data"] for p in record["entries"] if p["entry"]["action"] == "tender.opened")
    for response in (*record["responses"], *opened["responses"]):
        response["failing"], response["status"] = [], "ok"
    assert "texts" in wrong(verify(resigned(record)))


def test_it_was_no_part_of_what_was_frozen_before_the_randomness() -> None:
    tender = outside.by_lottery(method="lowest_price", method_settings={}, days=10)
    late = by_hand(tender, 11)
    outside.signed_up(tender)
    for _ in range(2):
        with clock.at(outside.DRAWN_AT + timedelta(minutes=5)):
            services.give_value(tender.drawing, "0311172228", by=staff("operator"))
    late.refresh_from_db()
    assert late.invalid_reason == "ineligible"
    assert holds(record_of(scene.noticed(tender)))
