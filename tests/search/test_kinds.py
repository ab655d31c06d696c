"""Offers, notices, policies and help pages are found by themselves, and their documents follow every change."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client

from cms.models import ArticlePage, SectionPage
from cms.services import ensure_site
from marketplace.agencies.events import AgencyChanged
from marketplace.catalogue.events import ItemChanged
from marketplace.catalogue.models import ServiceItem
from marketplace.core import clock, events
from marketplace.core.models import Zone
from search import services
from search.backends import engine
from search.documents import Row, offers
from search.query import Query, parse
from tests.search import market
from tests.tenders import scene

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def catalogue() -> None:
    scene.set_up()


def found(kind: str, text: str = "") -> list[str]:
    return [hit.key for hit in engine().search(Query(words=parse(text), kinds=(kind,))).hits]


def test_an_offer_says_item_agency_price_days_and_rating() -> None:
    made = market.agency("甲公司", offers={"ZJ-005": (48000, 25)}, rating=Decimal("4.5"), rating_count=2, contracts=1)
    document = offers.build(f"{made.credit_code}.ZJ-005")
    assert document is not None
    assert document.title == "建设项目环境影响报告书（表）编制"
    assert document.summary == "甲公司"
    assert document.url == f"/agencies/{made.credit_code}/#offer-ZJ-005"
    assert (document.price, document.days, document.rating, document.works) == (Decimal(48000), 25, Decimal("4.5"), 1)
    assert {Row("item", "ZJ-005", "工程许可", Decimal(48000), 25), Row("credit", "B")} <= set(document.rows)


def test_an_offers_link_leads_to_its_row_on_the_agencys_page(client: Client) -> None:
    made = market.agency("甲公司", offers={"ZJ-005": (48000, 25)})
    assert 'id="offer-ZJ-005"' in client.get(f"/agencies/{made.credit_code}/").content.decode()


@pytest.mark.parametrize("state", ["dormant", "frozen", "expelled", "draft"])
def test_who_may_not_take_work_has_no_offers(state: str) -> None:
    made = market.agency("甲公司", offers={"ZJ-005": (48000, 25)}, state=state)
    assert offers.build(f"{made.credit_code}.ZJ-005") is None
    assert list(offers.keys()) == []


def test_offers_follow_agency_item_and_offer(drain: Callable[[], object]) -> None:
    made = market.agency("甲公司", offers={"ZJ-005": (48000, 25), "ZJ-009": (1000, 5)})
    services.rebuild()
    code = made.credit_code
    assert set(found("offer")) == {f"{code}.ZJ-005", f"{code}.ZJ-009"}
    made.offers.get(item__code="ZJ-009").delete()
    made.offers.update(content="附现场踏勘")
    events.publish(AgencyChanged(made.pk))
    drain()
    assert found("offer") == found("offer", "踏勘") == [f"{code}.ZJ-005"]
    ServiceItem.objects.filter(code="ZJ-005").update(abbreviations=["新简称"])
    events.publish(ItemChanged(ServiceItem.objects.get(code="ZJ-005").pk))
    drain()
    assert found("offer", "新简称") == [f"{code}.ZJ-005"]
    made.state = "frozen"
    made.save()
    events.publish(AgencyChanged(made.pk))
    drain()
    assert found("offer") == []


def test_a_card_of_an_offer_and_its_order(client: Client) -> None:
    market.agency("甲公司", offers={"ZJ-005": (48000, 25)})
    market.agency("乙公司", offers={"ZJ-005": (38000, 35)})
    services.rebuild()
    answer = client.get("/search/?kind=offer&sort=price")
    cards = answer.context["listing"].cards
    assert [card.facts[0].value for card in cards] == ["乙公司", "甲公司"]
    assert [fact.label for fact in cards[0].facts] == ["机构", "公开报价", "承诺工期", "服务评价", "信用", "平台业绩"]
    assert "¥38,000" in answer.content.decode()
    assert {tab.label: tab.count for tab in answer.context["listing"].tabs}["服务项目"] == 2


def test_an_award_is_found_once_its_notice_has_gone_out(client: Client, drain: Callable[[], object]) -> None:
    agency = scene.agency()
    tender = scene.published()
    for price, firm in (("70000", agency), ("80000", None), ("90000", None)):
        scene.bid(tender, price, of=firm)
    drain()
    assert found("award") == []
    scene.noticed(scene.opened(tender))
    drain()
    assert found("award", agency.name) == [tender.number]
    (card,) = client.get(f"/search/?kind=award&q={agency.name}").context["listing"].cards
    assert [fact.label for fact in card.facts[:2]] == ["中选机构", "中选价"]
    assert client.get(card.url).status_code == 200
    assert agency.name in client.get("/search/export.csv?kind=award").content.decode()


def test_notices_policies_and_help_are_kinds_of_their_own(client: Client, drain: Callable[[], object]) -> None:
    zone = Zone.current()
    assert zone is not None
    ensure_site(zone)
    for section in ("notices", "policies"):
        parent = SectionPage.objects.get(section=section)
        parent.add_child(
            instance=ArticlePage(title=f"关于环评的{section}", slug="x", date=clock.today(), locale=parent.locale)
        )
    services.rebuild()
    assert len(found("notice", "环评")) == len(found("policy", "环评")) == 1
    assert found("help")  # the standing pages of every site
    assert client.get("/search/?kind=policy&q=环评").context["listing"].results.total == 1
    assert client.get("/search/?kind=notice&kind=policy&q=环评").context["listing"].results.total == 2
    both = ArticlePage.objects.get(slug="x", title__endswith="notices")
    both.unpublish()
    drain()
    assert found("notice", "环评") == []


def test_what_is_published_since_a_day_is_found_by_it(client: Client) -> None:
    market.agency("甲公司", admitted_at=clock.now().replace(year=2020))
    market.agency("乙公司")
    services.rebuild()
    year = clock.today().year
    listing = client.get(f"/agencies/?admitted={year}-01-01").context["listing"]
    assert [card.title for card in listing.cards] == ["乙公司"]
    assert listing.chips[0].label == f"入驻时间：{year}-01-01 以来"
    panel = next(panel for panel in listing.panels if panel.name == "admitted")
    assert (panel.choices[0].value, panel.choices[0].count) == (f"{year}-01-01", 1)
    told = client.get("/agencies/?admitted=yesterday").context["listing"]
    assert told.results.total == 2
    assert len(told.ignored) == 1
