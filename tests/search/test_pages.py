"""The public lists, as pages: found, narrowed, explained, and never an error."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from marketplace.core import clock
from search import services
from search.models import SearchDocument
from search.query import LAST_PAGE
from tests.search import market

pytestmark = pytest.mark.django_db
LISTS = ["/search/", "/agencies/", "/items/", "/tenders/"]
CODE = "91430500MA4L7X2E5P"


@pytest.fixture(autouse=True)
def catalogue() -> None:
    market.catalogue()


@pytest.fixture
def town() -> None:
    market.agency(
        "甲子环境技术有限公司",
        offers={"ZJ-005": (48000, 25), "ZJ-009": (20000, 12)},
        papers={"测绘资质": "甲级"},
        rating=Decimal("4.9"),
        rating_count=37,
        people=6,
        contracts=4,
    )
    market.agency(
        "乙丑工程造价咨询有限公司",
        offers={"ZJ-032": (15000, 10)},
        rating=Decimal("4.2"),
        rating_count=3,
        region="440000",
    )
    market.agency("丙寅测绘有限公司", offers={"ZJ-016": (None, 15)}, papers={"测绘资质": "乙级"})
    market.tender("年产十万吨新材料项目环评")
    services.rebuild()


def text_of(html: str) -> str:
    """What one reads of a page, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def get(client: Client, address: str, **headers: str) -> str:
    response = client.get(address, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def titles(client: Client, address: str) -> list[str]:
    """The titles of the hits on a page."""
    response = client.get(address)
    assert response.status_code == 200
    return [card.title for card in response.context["listing"].cards]


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("address", [*LISTS, "/search/?kind=notice", "/en/agencies/", "/agencies/compare/"])
def test_everybody_may_look(client: Client, address: str) -> None:
    assert "</html>" in get(client, address)


@pytest.mark.usefixtures("town")
def test_an_abbreviation_finds_the_item_and_who_offers_it(client: Client) -> None:
    found = titles(client, "/items/?q=环评")
    assert found == ["建设项目环境影响报告书（表）编制", "建设项目环境影响评价文件技术评估"]
    assert titles(client, "/agencies/?q=環評") == ["甲子环境技术有限公司"]
    assert titles(client, "/agencies/?q=造价") == ["乙丑工程造价咨询有限公司"]
    assert titles(client, "/search/?q=ZJ-005")[0] == "建设项目环境影响报告书（表）编制"


def test_a_credit_codes_tail_finds_the_agency(client: Client) -> None:
    made = market.agency("甲公司")
    market.agency("乙公司")
    services.rebuild()
    code = made.credit_code
    assert titles(client, f"/agencies/?q={code[-6:]}") == ["甲公司"]
    assert titles(client, f"/agencies/?q={code.lower()}") == ["甲公司"]


@pytest.mark.usefixtures("town")
def test_the_price_of_a_card_is_that_of_the_searched_item_else_the_lowest_of_all(client: Client) -> None:
    assert "¥48,000 起" in text_of(get(client, "/agencies/?q=环评"))
    assert "¥20,000 起" in text_of(get(client, "/agencies/?q=甲子环境"))


@pytest.mark.usefixtures("town")
def test_agencies_among_everything_can_be_compared(client: Client) -> None:
    page = get(client, "/search/?q=环评")
    assert 'data-compare="' in page
    assert "data-compare-form" in page
    assert 'formaction="/tenders/invite/"' in page
    assert "data-compare-form" not in get(client, "/items/")


@pytest.mark.usefixtures("town")
def test_a_card_shows_six_facts_in_their_order_and_the_found_words(client: Client) -> None:
    page = get(client, "/agencies/?q=环评")
    facts = re.findall(r"<dt>([^<]+)</dt>", page)
    assert facts == ["服务评价", "信用", "公开报价", "承诺工期", "执业人员", "平台业绩"]
    assert "<mark>环评</mark>" in page
    shown = text_of(page)
    for fact in ("4.9", "37 次", "B 80 分", "¥48,000 起", "25 个工作日", "6 人", "4 项"):
        assert fact in shown, fact


@pytest.mark.usefixtures("town")
def test_the_price_on_the_card_is_that_of_the_chosen_item(client: Client) -> None:
    assert "¥48,000" in get(client, "/agencies/?item=ZJ-005")


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("item=ZJ-032", ["乙丑工程造价咨询有限公司"]),
        ("item=ZJ-032&item=ZJ-016", ["乙丑工程造价咨询有限公司", "丙寅测绘有限公司"]),
        ("category=施工许可", ["乙丑工程造价咨询有限公司"]),
        ("grade=甲级", ["甲子环境技术有限公司"]),
        ("region=430000", ["甲子环境技术有限公司", "丙寅测绘有限公司"]),
        ("rating=4.5", ["甲子环境技术有限公司"]),
        ("price_max=16000", ["乙丑工程造价咨询有限公司"]),
        ("price_min=16000", ["甲子环境技术有限公司"]),
        ("item=ZJ-005&price_max=30000", []),
        ("days=12", ["甲子环境技术有限公司", "乙丑工程造价咨询有限公司"]),
    ],
)
def test_agencies_are_narrowed(client: Client, query: str, found: list[str]) -> None:
    assert titles(client, f"/agencies/?{query}") == found


@pytest.mark.usefixtures("town")
def test_the_filters_show_their_counts_and_a_choice_keeps_its_siblings(client: Client) -> None:
    def items(address: str) -> dict[str, Any]:
        (panel,) = [p for p in client.get(address).context["listing"].panels if p.name == "item"]
        return {choice.value: (choice.count, choice.selected) for choice in panel.choices}

    assert items("/agencies/") == {
        "ZJ-005": (1, False),
        "ZJ-009": (1, False),
        "ZJ-016": (1, False),
        "ZJ-032": (1, False),
    }
    assert items("/agencies/?item=ZJ-005") == {**items("/agencies/"), "ZJ-005": (1, True)}


@pytest.mark.usefixtures("town")
def test_a_condition_is_shown_and_can_be_taken_off(client: Client) -> None:
    response = client.get("/agencies/?q=公司&item=ZJ-005&item=ZJ-009&price_max=60000")
    chips = {chip.label: chip.url for chip in response.context["listing"].chips}
    assert set(chips) == {
        "服务事项：建设项目环境影响报告书（表）编制",
        "服务事项：水土保持方案编制",
        "公开报价：¥60,000 以下",
    }
    assert "item=ZJ-009" not in chips["服务事项：水土保持方案编制"]
    assert "item=ZJ-005" in chips["服务事项：水土保持方案编制"]


@pytest.mark.usefixtures("town")
def test_nothing_found_offers_the_nearest_change_with_its_count(client: Client) -> None:
    response = client.get("/agencies/?q=环境 造价&rating=4.5")
    suggestions = response.context["listing"].suggestions
    assert [link.label for link in suggestions] == ["去掉“造价”（1 条）", "只匹配部分文字（1 条）"]
    for link in suggestions:
        assert len(client.get(f"/agencies/{link.url}").context["listing"].cards) == 1
    response = client.get("/tenders/?q=造价")
    assert "在全部类别中搜索（3 条）" in response.content.decode()


@pytest.mark.usefixtures("town")
def test_where_no_single_change_helps_the_broadest_is_offered(client: Client) -> None:
    suggestions = client.get("/agencies/?q=环境 沙漠&rating=5&item=ZJ-016").context["listing"].suggestions
    assert [link.label for link in suggestions] == [
        "不限条件，只匹配部分文字（1 条）", "在全部类别中匹配部分文字（8 条）", "只搜“环境”（8 条）"
    ]  # fmt: skip
    for link in suggestions:
        assert client.get(link.url).context["listing"].cards


@pytest.mark.usefixtures("town")
def test_nonsense_is_told_on_the_page_and_ignored(client: Client) -> None:
    page = get(client, "/agencies/?q=公司 AND (&item=XX&page=NaN&price_min=-5&rating=x")
    for sentence in (
        "搜索时忽略了符号和运算词 ( AND",
        "“XX”不是可用的服务事项",
        "“NaN”不是可用的页码",
        "“-5”不是可用的最低价",
    ):
        assert sentence in page
    assert "甲子环境技术有限公司" in page


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize(
    "query",
    [
        "q=" + "环" * 10_000, "q=%00%01%1b", "q=%ED%A0%80", "q=*:*", 'q="', "q=a AND (", "q='; DROP TABLE x",
        "q=%25s", "page=1000000000", "page=-1", "page=NaN", "price_min=NaN&price_max=-1", "sort=%00", "kind=%00",
        "item=%00",
        "q=<script>alert(1)</script>", "match=any&q=环评!!", "&".join(f"item=ZJ-{n:03d}" for n in range(60)),
    ],
)  # fmt: skip
def test_no_address_is_an_error(client: Client, address: str, query: str) -> None:
    assert "<script>alert" not in get(client, f"{address}?{query}")


def test_the_last_page_is_given_for_any_later_one(client: Client) -> None:
    for number in range(25):
        market.agency(f"公司{number}")
    services.rebuild("agency")
    response = client.get("/agencies/?page=1000000000")
    assert response.context["listing"].page.number == 2
    assert len(response.context["listing"].cards) == 5
    assert LAST_PAGE == 500


@pytest.mark.usefixtures("town")
def test_htmx_gets_only_what_changes(client: Client) -> None:
    part = get(client, "/agencies/?item=ZJ-005", **{"HX-Request": "true"})
    assert "</html>" not in part
    assert 'id="found"' in part
    assert "<title>找机构" in part
    restored = get(client, "/agencies/", **{"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "</html>" in restored
    assert "HX-Request" in client.get("/agencies/")["Vary"]


@pytest.mark.usefixtures("town")
def test_tabs_count_the_words_in_every_kind_and_keep_them(client: Client) -> None:
    response = client.get("/agencies/?q=环评&rating=4.5")
    tabs = {tab.label: (tab.count, tab.url) for tab in response.context["listing"].tabs}
    assert tabs["机构"] == (1, "/agencies/?q=%E7%8E%AF%E8%AF%84")
    assert tabs["采购公告"][0] == 1
    assert tabs["全部"][0] == 5


def test_a_closed_tender_is_not_shown_as_open_even_before_the_index_knows(client: Client) -> None:
    made = market.tender("某项目")
    services.rebuild("tender")
    assert "报名中" in text_of(get(client, "/tenders/").split('id="results"')[1])
    with clock.at(made.closes_at + timedelta(seconds=1)):
        shown = text_of(get(client, "/tenders/").split('id="results"')[1])
    assert "待开标" in shown
    assert "报名中" not in shown


def test_an_english_page_links_to_english_pages(client: Client) -> None:
    market.agency("甲公司", credit_code=CODE)
    services.rebuild()
    assert f'href="/en/agencies/{CODE}/"' in get(client, "/en/agencies/")
    assert "Environmental impact report or form" in get(client, "/en/items/?q=ZJ-005")


def test_a_frozen_agency_stands_last_and_says_so(client: Client) -> None:
    market.agency("甲公司", state="frozen", rating=Decimal(5), rating_count=9)
    market.agency("乙公司")
    services.rebuild()
    assert titles(client, "/agencies/") == ["乙公司", "甲公司"]
    assert "冻结" in text_of(get(client, "/agencies/?q=甲公司"))


def test_a_page_asks_as_many_queries_at_ten_hits_as_at_two_hundred(client: Client) -> None:
    addresses = (
        "/agencies/?q=公司",
        "/agencies/?item=ZJ-005&region=430000",
        "/search/?q=公司",
        "/items/",
        "/tenders/?q=项目",
    )

    def asked() -> list[tuple[int, int]]:
        numbers = []
        for address in addresses:
            with CaptureQueriesContext(connection) as captured:
                client.get(address)
            numbers.append((len(captured), of_search(captured)))
        return numbers

    add(10)
    for address in addresses:
        client.get(address)
    few = asked()
    add(190, start=10)
    assert SearchDocument.objects.filter(kind="agency").count() == 200
    assert asked() == few
    assert max(ours for _, ours in few) <= 8


def of_search(captured: CaptureQueriesContext) -> int:
    """How many of the queries are the search's: those of its tables and of the catalogue's names."""
    return sum(bool(re.search(r'"search_search|search_text|FROM "catalogue_', query["sql"])) for query in captured)


def add(number: int, start: int = 0) -> None:
    """That many agencies and tenders."""
    for n in range(start, start + number):
        market.agency(f"第{n}公司", offers={"ZJ-005": (1000 + n, 5)})
        market.tender(f"第{n}项目")
    services.rebuild()


def test_the_empty_page_asks_few_queries_too(client: Client) -> None:
    services.rebuild()
    client.get("/agencies/?q=环评")  # the vocabulary is kept in the process
    with CaptureQueriesContext(connection) as captured:
        client.get(
            "/agencies/?q=环评 造价&item=ZJ-005&region=430000&rating=4.5&days=10&price_max=5&qualification=x&grade=甲级"
        )
    assert of_search(captured) <= 8
