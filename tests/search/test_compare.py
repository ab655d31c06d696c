"""Agencies side by side."""

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client

from marketplace.agencies.models import Agency
from search import compare
from tests.search import market

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair() -> list[Agency]:
    market.catalogue()
    return [
        market.agency(
            "甲公司",
            offers={"ZJ-005": (48000, 25), "ZJ-009": (9000, 9)},
            papers={"测绘资质": "乙级"},
            people=3,
            rating=Decimal("4.9"),
            rating_count=37,
        ),
        market.agency(
            "乙公司", offers={"ZJ-005": (39800, 30)}, papers={"测绘资质": "甲级", "检验检测机构资质认定": ""}
        ),
    ]


def rows(agencies: list[Agency], items: tuple[str, ...] = ()) -> dict[str, compare.Row]:
    found = compare.agencies_of(agency.credit_code for agency in agencies)
    return {row.title: row for group in compare.compared(found, items) for row in group.rows}


def best(row: compare.Row) -> list[str]:
    return [cell.text for cell in row.cells if cell.best]


def test_the_best_is_marked_where_a_direction_exists(pair: list[Agency]) -> None:
    found = rows(pair)
    assert best(found["公开报价：建设项目环境影响报告书（表）编制"]) == ["¥39,800 起"]
    assert best(found["承诺工期：建设项目环境影响报告书（表）编制"]) == ["25 个工作日"]
    assert best(found["服务评价"]) == ["4.9（37 次）"]
    assert best(found["测绘资质"]) == ["甲级"]
    assert best(found["检验检测机构资质认定"]) == best(found["所在地区"]) == []


def test_equal_values_are_the_same_and_none_is_best(pair: list[Agency]) -> None:
    found = rows(pair)
    assert found["所在地区"].same
    assert found["信用"].same
    assert best(found["信用"]) == []
    assert not found["执业人员"].same


def test_prices_are_about_the_items_that_several_offer_or_the_chosen_one(pair: list[Agency]) -> None:
    assert "公开报价：水土保持方案编制" not in rows(pair)
    chosen = rows(pair, ("ZJ-009",))
    assert [cell.text for cell in chosen["公开报价：水土保持方案编制"].cells] == ["¥9,000 起", "不提供"]
    assert "公开报价：建设项目环境影响报告书（表）编制" not in chosen


def test_a_price_per_unit_is_shown_but_not_ranked(pair: list[Agency]) -> None:
    market.offer(pair[1], "ZJ-009", 5, 9, "unit")
    row = rows(pair)["公开报价：水土保持方案编制"]
    assert [cell.text for cell in row.cells] == ["¥9,000 起", "¥5，按单位计价"]
    assert best(row) == ["¥9,000 起"]


def test_the_page_shows_them_in_the_asked_order_with_a_way_to_remove_each(client: Client, pair: list[Agency]) -> None:
    first, second = (agency.credit_code for agency in pair)
    page = client.get(f"/agencies/compare/?a={second}&a={first}&a={second}").content.decode()
    assert page.index("乙公司") < page.index("甲公司")
    assert "2 家机构对比" in page
    assert re.search(rf'href="\?a={second}"[^>]*>.*?移除 甲公司', page, re.DOTALL)


def test_at_most_four_and_only_public_ones(client: Client, pair: list[Agency]) -> None:
    more = [market.agency(f"丙{n}公司") for n in range(4)]
    hidden = market.agency("秘密公司", state="submitted")
    codes = [agency.credit_code for agency in [hidden, *pair, *more]]
    page = client.get("/agencies/compare/?" + "&".join(f"a={code}" for code in codes)).content.decode()
    assert "秘密公司" not in page
    assert "没有列出" in page


@pytest.mark.parametrize("query", ["", "a=", "a=%00", "a=x&a=<b>", "a=" + "9" * 5000, "a=91430500MA4L7X2E5P&item=%00"])
def test_nonsense_gives_a_page_that_helps(client: Client, query: str) -> None:
    market.catalogue()
    response = client.get(f"/agencies/compare/?{query}")
    assert response.status_code == 200
    assert "还没有选择要对比的机构" in response.content.decode()


def test_the_same_rows_can_be_hidden(client: Client, pair: list[Agency]) -> None:
    address = "/agencies/compare/?" + "&".join(f"a={agency.credit_code}" for agency in pair)
    assert "所在地区" in client.get(address).content.decode()
    assert "所在地区" not in client.get(f"{address}&same=0").content.decode()


def test_the_number_of_queries_does_not_grow_with_what_they_have(
    pair: list[Agency], django_assert_num_queries: Callable
) -> None:
    codes = [agency.credit_code for agency in pair]
    with django_assert_num_queries(5):
        compare.agencies_of(codes)
    for number in range(5):
        market.work(pair[0], f"项目 {number}")
    with django_assert_num_queries(5):
        compare.agencies_of(codes)
