"""The way of a purchase through its services, from draft to notice."""

import pytest

from marketplace.tenders.models import Award, Bid, Tender
from tests.tenders import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]


def test_private_money_goes_from_draft_to_notice() -> None:
    tender = scene.published()
    assert (tender.state, tender.number, tender.closes_at) == ("published", "ZJ-2026-000001", scene.CLOSE)
    low, high = scene.bid(tender, "60000"), scene.bid(tender, "80000")
    tender = scene.opened(tender)
    assert tender.state == Tender.State.PUBLICITY
    low.refresh_from_db()
    high.refresh_from_db()
    assert (low.state, low.rank, low.price) == (Bid.State.WINNER, 1, 60000)
    assert (high.state, high.rank) == (Bid.State.SUBSTITUTE, 2)
    tender = scene.noticed(tender)
    assert tender.state == Tender.State.NOTIFIED
    award = Award.objects.get(tender=tender)
    assert (award.agency, award.price, award.days, award.notice_number) == (low.agency, 60000, 8, "ZX-2026-000001")
    assert award.notice["price_words"] == "人民币陆万元整"
