"""“Can take my tender”: only for whose tender it is, by the tenders' own judgement."""

import pytest
from django.test import Client

from marketplace.tenders import queries
from search import services
from tests.tenders import scene

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def zone(db: None) -> None:
    scene.set_up()


def logged_in(actor: object) -> Client:
    client = Client()
    client.force_login(actor.person)  # type: ignore[attr-defined]
    return client


def test_a_buyer_finds_the_agencies_that_could_take_their_own_draft() -> None:
    buyer = scene.buyer()
    able = {scene.agency().credit_code for _ in range(2)}
    scene.agency(scene.FREE_ITEM)
    expired = scene.agency()
    expired.qualifications.all().delete()
    draft = scene.draft(buyer, title="某厂区联合测绘")
    services.rebuild()
    counted = queries.market_count(draft, queries.rules_of(draft))
    answer = logged_in(buyer).get(f"/search/?eligible={draft.number or draft.pk}").context["listing"]
    assert {hit.key for hit in answer.results.hits} == able
    assert answer.results.total == counted.eligible == 2
    assert answer.kind.name == "agency"
    assert answer.chips[0].label == "能承接：某厂区联合测绘"
    assert answer.ignored == []
    assert sum(answer.results.facets["item"].values()) == 2  # counts look at these agencies only


def test_a_strangers_tender_is_ignored_and_told_as_one_that_does_not_exist() -> None:
    draft = scene.draft(scene.buyer(), title="别人的采购")
    scene.agency()
    services.rebuild()
    for client in (Client(), logged_in(scene.buyer())):
        for value in (str(draft.pk), "99999", "ZJ-2026-000001", "x" * 500, "%00"):
            listing = client.get("/agencies/", {"eligible": value}).context["listing"]
            assert listing.results.total == 1
            assert len(listing.ignored) == 1
            assert "别人的采购" not in str(listing.panels)


def test_the_panel_offers_the_buyers_own_purchases_on_lists_of_agencies() -> None:
    buyer = scene.buyer()
    draft = scene.draft(buyer, title="某厂区联合测绘")
    scene.agency()
    services.rebuild()
    client = logged_in(buyer)
    panels = {panel.name: panel for panel in client.get("/agencies/").context["listing"].panels}
    assert [choice.value for choice in panels["eligible"].choices] == ["", draft.number or str(draft.pk)]
    assert "eligible" not in {panel.name for panel in client.get("/items/").context["listing"].panels}
    assert "eligible" not in {panel.name for panel in Client().get("/agencies/").context["listing"].panels}


def test_the_api_asks_the_same_and_other_kinds_ignore_it() -> None:
    buyer = scene.buyer()
    draft = scene.draft(buyer)
    able = scene.agency()
    scene.agency(scene.FREE_ITEM)
    services.rebuild()
    client = logged_in(buyer)
    value = draft.number or draft.pk
    found = client.get(f"/api/search/?kind=agency&eligible={value}").json()
    assert [hit["url"] for hit in found["results"]] == [f"/agencies/{able.credit_code}/"]
    assert client.get(f"/api/search/?kind=item&eligible={value}").json()["ignored"]
