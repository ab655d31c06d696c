"""The public pages: what they show, to whom, and at what cost."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from cms.models import ArticlePage, HomePage, ItemGuide, SectionPage
from cms.services import ensure_site
from marketplace.accounts.roles import MemberRole
from marketplace.agencies.models import Agency
from marketplace.catalogue.models import ServiceItem
from marketplace.core import clock
from marketplace.core.models import Zone
from search.backends import engine
from search.kinds import POLICY
from tests.factories import member
from tests.tenders import scene

pytestmark = pytest.mark.django_db
QUERIES = 25  # at most on a page of a visitor, cold caches of the zone and the menu included


def article(section: str, title: str, slug: str, days_ago: int = 0) -> ArticlePage:
    parent = SectionPage.objects.get(section=section)
    page = ArticlePage(
        title=title, slug=slug, date=clock.today() - timedelta(days=days_ago), body=[("text", "<p>正文</p>")]
    )
    parent.add_child(instance=page)
    page.save_revision().publish()
    return page


def award(title: str, now: Any) -> Any:
    tender = scene.published(at=now - timedelta(days=20), title=title)
    for price in ("81000", "78000", "84000"):
        scene.bid(tender, price)
    return scene.noticed(scene.opened(tender))


def counted(client: Client, url: str, django_assert_max_num_queries: Any) -> int:
    # The clock stands still: inside a test's transaction PostgreSQL is asked for the time, which no page view does.
    with clock.at(clock.now()), django_assert_max_num_queries(60) as found:
        assert client.get(url).status_code == 200
    return len(found)


# --- the tree ---------------------------------------------------------------------------------------------------------
def test_setting_up_twice_makes_one_site(home: HomePage) -> None:
    zone = Zone.current()
    assert zone is not None
    before = ArticlePage.objects.count()
    assert ensure_site(zone) == home
    assert SectionPage.objects.count() == 3
    assert ArticlePage.objects.count() == before
    assert home.get_parent().get_children().count() == 1, "Wagtail's welcome page is gone"


def test_a_database_that_nobody_set_up_says_what_to_do(client: Client, db: None) -> None:
    answer = client.get("/")
    assert answer.status_code == 503
    assert "manage.py" in answer.content.decode()


@pytest.mark.parametrize("path", ["/", "/notices/", "/policies/", "/help/", "/items/ZJ-030/", "/help/privacy/"])
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_pages_exist_in_both_languages(home: HomePage, client: Client, path: str, prefix: str) -> None:
    answer = client.get(prefix + path)
    assert answer.status_code == 200
    assert f'<html lang="{"en" if prefix else "zh-Hans"}"' in answer.content.decode()


def test_an_article_stays_in_the_readers_language(home: HomePage, client: Client) -> None:
    page = article("notices", "关于春节值班的通知", "spring")
    with translation.override("zh-hans"):
        assert page.address() == "/notices/spring/"
    with translation.override("en"):
        assert page.address() == "/en/notices/spring/"
    english = client.get("/en/notices/spring/").content.decode()
    assert 'lang="zh-Hans"' in english
    assert "/en/notices/" in english


def test_the_foots_anchors_lead_somewhere(home: HomePage, client: Client) -> None:
    shown = client.get("/help/").content.decode()
    for anchor in ("rules", "accessibility", "privacy"):
        assert f'id="{anchor}"' in shown


def test_robots_and_sitemap_are_there(home: HomePage, client: Client) -> None:
    assert "Disallow: /admin/" in client.get("/robots.txt").content.decode()
    assert "/help/privacy/" in client.get("/sitemap.xml").content.decode()


# --- home -------------------------------------------------------------------------------------------------------------
def test_the_front_page_tells_nothing_of_responses_before_the_close(home: HomePage, client: Client) -> None:
    now = clock.now()
    tender = scene.published(at=now, title="标准厂房联合测绘")
    bidder = scene.agency(rating=Decimal("4.900"), rating_count=0)
    before = client.get("/").content
    scene.bid(tender, "50000", of=bidder, at=now + timedelta(minutes=1))
    after = client.get("/").content.decode()
    assert "标准厂房联合测绘" in after
    assert "50,000" not in after
    assert len(before) == pytest.approx(len(after.encode()), abs=200)


def test_the_front_page_takes_a_constant_number_of_queries(
    home: HomePage, client: Client, django_assert_max_num_queries: Any
) -> None:
    now = clock.now()
    scene.published(at=now)
    award("第一个项目", now)
    article("notices", "第一条", "one")
    client.get("/")
    few = counted(client, "/", django_assert_max_num_queries)
    for number in range(3):
        scene.published(at=now, title=f"再一个 {number}")
        award(f"再一个 {number}", now)
        article("notices", f"再一条 {number}", f"more-{number}")
    assert counted(client, "/", django_assert_max_num_queries) <= few
    assert few <= QUERIES


# --- agencies ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", ["draft", "submitted", "public_notice", "rejected", "withdrawn"])
def test_who_is_not_public_has_no_page(home: HomePage, client: Client, state: str) -> None:
    agency = scene.agency(state=state)
    assert client.get(reverse("agency", args=[agency.credit_code])).status_code == 404
    assert client.get("/agencies/91440101MA0000000X/").status_code == 404


@pytest.mark.parametrize(("state", "words"), [("frozen", "冻结"), ("expelled", "清退"), ("dormant", "休眠")])
def test_a_frozen_or_expelled_agency_says_so_and_cannot_be_chosen(
    home: HomePage, client: Client, state: str, words: str
) -> None:
    agency = scene.agency(state=state)
    answer = client.get(reverse("agency", args=[agency.credit_code]))
    assert words in answer.content.decode()
    assert not answer.context["may_choose"]


def test_a_buyer_may_choose_an_agency_and_the_agency_not_itself(home: HomePage, client: Client) -> None:
    agency = scene.agency()
    url = reverse("agency", args=[agency.credit_code])
    assert client.get(url).context["may_choose"], "a visitor is asked to log in"
    client.force_login(scene.buyer().person)
    assert client.get(url).context["may_choose"]
    client.force_login(member(MemberRole.ADMINISTRATOR, organisation=agency.organisation).person)
    answer = client.get(url)
    assert not answer.context["may_choose"]
    assert reverse("agency_words") in answer.content.decode()


def test_an_agencys_page_takes_a_constant_number_of_queries(
    home: HomePage, client: Client, django_assert_max_num_queries: Any
) -> None:
    agency = scene.agency()
    url = reverse("agency", args=[agency.credit_code])
    client.get(url)
    few = counted(client, url, django_assert_max_num_queries)
    for item in ServiceItem.objects.exclude(code=scene.ITEM)[:8]:
        agency.offers.create(item=item, price=Decimal(9000), days=5)
    assert counted(client, url, django_assert_max_num_queries) <= few
    assert few <= QUERIES


# --- items ------------------------------------------------------------------------------------------------------------
def test_an_item_says_who_may_do_it_and_who_offers_it(home: HomePage, client: Client) -> None:
    best, other = scene.agency(rating=Decimal("4.8"), rating_count=4), scene.agency()
    frozen = scene.agency(state=Agency.State.FROZEN)
    shown = client.get("/items/ZJ-030/").content.decode()
    assert "测绘资质" in shown
    assert shown.index(best.name) < shown.index(other.name)
    assert frozen.name not in shown


def test_an_item_says_that_a_licence_was_abolished(home: HomePage, client: Client) -> None:
    assert "工程造价咨询企业资质" in client.get("/items/ZJ-032/").content.decode()
    assert "已于" not in client.get("/items/ZJ-030/").content.decode()


def test_a_guide_shows_once_it_is_published(home: HomePage, client: Client) -> None:
    guide = ItemGuide.objects.create(item_code="ZJ-030", name="联合测绘", intro="<p>先备齐图纸</p>", live=False)
    assert "先备齐图纸" not in client.get("/items/ZJ-030/").content.decode()
    guide.save_revision().publish()
    assert "先备齐图纸" in client.get("/items/ZJ-030/").content.decode()


def test_an_item_that_is_not_sold_any_more_has_no_page(home: HomePage, client: Client) -> None:
    ServiceItem.objects.filter(code="ZJ-030").update(is_active=False)
    assert client.get("/items/ZJ-030/").status_code == 404


def test_an_items_page_takes_a_constant_number_of_queries(
    home: HomePage, client: Client, django_assert_max_num_queries: Any
) -> None:
    scene.agency()
    scene.published(at=clock.now())
    client.get("/items/ZJ-030/")
    few = counted(client, "/items/ZJ-030/", django_assert_max_num_queries)
    for _ in range(4):
        scene.agency()
        scene.published(at=clock.now())
    assert counted(client, "/items/ZJ-030/", django_assert_max_num_queries) <= few
    assert few <= QUERIES


# --- notices ----------------------------------------------------------------------------------------------------------
def test_notices_of_both_kinds_stand_in_one_list_by_date(home: HomePage, client: Client) -> None:
    now = clock.now()
    article("notices", "旧通知", "old", days_ago=200)
    tender = award("人才公寓联合测绘", now)
    article("notices", "新通知", "new")
    article("policies", "一份政策", "policy")
    lines = client.get("/notices/").context["lines"]
    assert [line.title for line in lines] == ["新通知", "中选通知：人才公寓联合测绘", "旧通知"]
    assert lines[1].url == reverse("award_notice", args=[tender.number])
    assert [line.kind for line in client.get("/notices/?kind=award").context["lines"]] == ["award"]
    assert [line.kind for line in client.get("/notices/?kind=notice").context["lines"]] == ["notice", "notice"]


def test_the_notices_go_on_over_pages_at_a_constant_cost(
    home: HomePage, client: Client, django_assert_max_num_queries: Any
) -> None:
    article("notices", "第 0 条", "n-0")
    client.get("/notices/")
    few = counted(client, "/notices/", django_assert_max_num_queries)
    for number in range(1, 24):
        article("notices", f"第 {number} 条", f"n-{number}", days_ago=number)
    assert counted(client, "/notices/", django_assert_max_num_queries) <= few
    assert len(client.get("/notices/").context["lines"]) == 20
    assert [line.title for line in client.get("/notices/?page=2").context["lines"]] == [
        f"第 {number} 条" for number in range(20, 24)
    ]
    assert client.get("/notices/?page=x&kind=y").status_code == 200


# --- search -----------------------------------------------------------------------------------------------------------
def test_an_article_is_found_when_published_and_gone_when_taken_back(
    home: HomePage, drain: Callable[[], object]
) -> None:
    page = article("policies", "信用管理办法", "credit")
    drain()
    assert str(page.pk) in engine().digests(POLICY, [str(page.pk)])
    page.unpublish()
    drain()
    assert str(page.pk) not in engine().digests(POLICY, [str(page.pk)])
