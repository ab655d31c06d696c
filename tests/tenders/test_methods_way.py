"""Methods beyond the lowest price, from the form to the result page."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.agencies.models import Agency
from marketplace.core import clock
from marketplace.tenders.models import Tender
from marketplace.tenders.selection import registry
from tests.tenders import scene
from tests.tenders.selection.cases import PRICES
from tests.tenders.test_forms import at, filled, log_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]


@pytest.fixture(autouse=True)
def on_monday() -> Iterator[None]:
    with clock.at(scene.MONDAY):
        yield


def test_the_form_offers_three_ways_the_best_first_with_its_reason() -> None:
    by = scene.buyer()
    draft = scene.draft(by, funds="public", ceiling="400000")
    for _ in range(4):
        scene.agency()
    page = log_in(by).get(at(draft, "how"))
    cards = page.context["cards"]
    assert [card["method"].key for card in cards] == ["merit", "average_price", "lowest_price"]
    assert [f"{card['dates'].publicity_until:%m-%d}" for card in cards] == ["03-24", "03-20", "03-20"]
    assert "避免低价抢单" in page.content.decode()


@pytest.mark.parametrize(
    ("method", "typed", "kept"),
    [
        ("average_price", {"average_price-outliers": "on"}, {"outliers": True}),
        ("reference_price", {"reference_price-base": "96"}, {"base": "96"}),
        ("two_stage", {"two_stage-k": "4"}, {"k": 4}),
        ("lowest_price", {"two_stage-k": "4"}, {}),
    ],
)
def test_a_methods_settings_are_saved_with_it(method: str, typed: dict[str, str], kept: dict[str, Any]) -> None:
    by = scene.buyer()
    draft = scene.draft(by)
    form = filled(draft, method=method, **typed)
    assert log_in(by).post(at(draft, "how"), form).status_code == 302
    draft.refresh_from_db()
    assert (draft.method, draft.method_settings) == (method, kept)


def test_a_setting_that_is_malformed_is_told_and_one_outside_the_rules_stops_publishing() -> None:
    by = scene.buyer()
    draft = scene.draft(by)
    path = at(draft, "how")
    wrong = filled(draft, method="two_stage", **{"two_stage-k": "many"})
    answer = log_in(by).post(path, wrong)
    assert answer.status_code == 200
    assert "two_stage-k" in answer.content.decode()
    log_in(by).post(path, wrong | {"two_stage-k": "1"})
    page = log_in(by).get(reverse("tender_preview", args=[draft.pk])).content.decode()
    assert "须在 2 到 10 之间" in page
    assert "#id_two_stage-k" in page


@pytest.mark.parametrize(
    ("method", "settings", "winner", "said"),
    [
        ("average_price", {"outliers": True}, "92000", "4 份有效报价的平均价为 ¥90,875"),
        ("reference_price", {"base": "96"}, "92000", "基准价为 ¥87,240"),
        ("two_stage", {"k": 6}, "60000", "先抽取 6 家入围"),
        ("merit", {}, "60000", "总分"),
        ("draw", {"price": "88000.00"}, "88000", "抽"),
    ],
)
def test_a_tender_is_opened_by_its_method(method: str, settings: dict[str, Any], winner: str, said: str) -> None:
    tender: Tender = scene.published(method=method, method_settings=settings)
    for price in PRICES:
        scene.bid(tender, price)
    announced = Client().get(reverse("tender", args=[tender.number])).content.decode()
    assert str(registry.get(method).sentence) in announced
    tender = scene.opened(tender)
    found = tender.bids.get(state="winner")
    assert str(found.price) == f"{winner}.00"
    page = Client().get(reverse("tender_result", args=[tender.number])).content.decode()
    assert said in page
    assert registry.run(tender.record["case"]).to_json() == tender.record["outcome"]


@pytest.mark.parametrize(
    ("method", "settings", "able"), [("two_stage", {"k": 2}, 2), ("average_price", {"outliers": True}, 4)]
)
def test_only_who_could_have_won_comes_after_a_winner_that_may_not(
    method: str, settings: dict[str, Any], able: int
) -> None:
    """Those not drawn had no rank, and on SQLite stood first in its order; dropped extremes stood last."""
    tender: Tender = scene.published(method=method, method_settings=settings)
    for price in range(80000, 92000, 2000):  # none so low that it must be explained first, whoever is drawn
        scene.bid(tender, str(price))
    tender = scene.opened(tender)
    came: list[str] = []
    while tender.state == Tender.State.PUBLICITY:
        winner = tender.bids.get(state="winner")
        came.append(winner.agency.organisation.credit_code)
        Agency.objects.filter(pk=winner.agency_id).update(state=Agency.State.FROZEN)
        tender = scene.noticed(tender)
    assert tender.state == Tender.State.FAILED
    assert came == tender.record["outcome"]["ranking"][:able]
