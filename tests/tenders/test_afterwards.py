"""What a loser learns of its own response, and that nobody else learns it."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marketplace.accounts.actors import Actor
from marketplace.agencies.models import Agency
from marketplace.core import clock
from marketplace.tenders import afterwards
from marketplace.tenders.models import Bid, Tender
from tests.tenders import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]


def result(actor: Actor | None, tender: Tender) -> str:
    client = Client()
    if actor is not None:
        client.force_login(actor.user)
    with clock.at(scene.CLOSE):
        return client.get(reverse("tender_result", args=[tender.number])).content.decode()


def of(tender: Tender, bid: Bid) -> afterwards.Standing:
    found = afterwards.standing(tender, Bid.objects.select_related("agency__organisation").get(pk=bid.pk))
    assert found is not None
    return found


def test_the_lowest_price_is_told_and_only_to_its_own_people() -> None:
    by, loser = scene.buyer(), scene.agency()
    tender = scene.published(by)
    scene.bid(tender, "80000")
    bid = scene.bid(tender, "83000", of=loser)
    tender = scene.opened(tender)
    found = of(tender, bid)
    assert (found.bid.rank, found.of, found.above) == (2, 2, Decimal(3000))
    assert "79,999.99" in found.would_win or "¥80,000" in found.would_win
    page = result(scene.author(loser), tender)
    assert "我的响应" in page
    assert "第 2 名（共 2 名）" in page
    assert "比它高 ¥3,000" in page
    for other in (None, by, scene.author(scene.agency())):
        assert "我的响应" not in result(other, tender)


def test_the_mean_names_its_range_and_the_distance() -> None:
    tender = scene.published(method="average_price")
    bids = [scene.bid(tender, price) for price in ("80000", "90000", "99000")]
    tender = scene.opened(tender)
    found = of(tender, bids[2])
    assert "平均价" in found.about_all
    assert "相差" in found.why
    assert "之间即可中选" in found.would_win


def test_merit_stands_part_by_part_beside_the_winner() -> None:
    tender = scene.published(method="merit")
    bids = [scene.bid(tender, price) for price in ("80000", "95000")]
    tender = scene.opened(tender)
    found = of(tender, bids[1])
    parts = {label: (own, winner) for label, own, winner in found.parts}
    assert parts["价格"][1] == "30.00"
    assert parts["价格"][0] < parts["价格"][1]
    assert parts["信用"][0] == parts["信用"][1]
    assert "不高于" in found.would_win


def test_a_draw_says_its_place_and_no_price() -> None:
    tender = scene.published(method="draw", method_settings={"price": "50000.00"}, ceiling=None)
    bids = [scene.bid(tender, "0", days=5) for _n in range(3)]
    tender = scene.opened(tender)
    last = next(bid for bid in bids if Bid.objects.get(pk=bid.pk).rank == 3)
    found = of(tender, last)
    assert "抽取次序第 3" in found.why
    assert found.would_win == ""


def test_an_invalid_response_hears_what_mends_it() -> None:
    tender, frozen = scene.published(), scene.agency()
    scene.bid(tender, "80000")
    bid = scene.bid(tender, "75000", of=frozen)
    author = scene.author(frozen)
    Agency.objects.filter(pk=frozen.pk).update(state="frozen")
    tender = scene.opened(tender)
    found = of(tender, bid)
    assert found.missing
    assert found.mend
    assert "没有能中选的价格" in found.would_win
    assert "下次怎么办" in result(author, tender)


def test_the_list_of_ones_own_says_how_far_in_a_constant_number_of_queries() -> None:
    firm = scene.agency()
    author = scene.author(firm)
    client = Client()
    client.force_login(author.user)

    def lost() -> None:
        tender = scene.published()
        scene.bid(tender, "80000")
        scene.bid(tender, "83000", of=firm)
        scene.opened(tender)

    def count() -> int:
        with (
            clock.at(scene.CLOSE),
            CaptureQueriesContext(
                connection,
            ) as seen,
        ):
            page = client.get(reverse("my_bids") + "?view=mine").content.decode()
        assert "比中选价高 ¥3,000" in page
        assert "第 2 名（共 2 名）" in page
        return len(seen)

    lost()
    count()
    first = count()
    lost()
    assert count() == first
