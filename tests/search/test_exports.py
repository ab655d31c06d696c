"""What a search shows, taken away: the same hits, harmless cells, and never an error."""

import csv
import io
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.test import Client
from openpyxl import load_workbook

from search import exports, services
from tests.search import market

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town() -> None:
    cache.clear()
    market.catalogue()
    market.agency("甲子环境技术有限公司", offers={"ZJ-005": (48000, 25), "ZJ-009": (20000, 12)})
    market.agency("=HYPERLINK(1)环境公司", offers={"ZJ-005": (30000, 20)}, region="440000")
    market.tender("年产十万吨新材料项目环评")
    services.rebuild()


def table(client: Client, address: str) -> list[list[str]]:
    response = client.get(address)
    assert response.status_code == 200
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def sheet(client: Client, address: str) -> list[tuple[Any, ...]]:
    response = client.get(address)
    assert response.status_code == 200
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    return list(load_workbook(io.BytesIO(content)).active.iter_rows())


def test_a_table_holds_the_hits_of_the_page_in_its_order(client: Client) -> None:
    state = "q=环境&item=ZJ-005&sort=price"
    shown = [card.title for card in client.get(f"/agencies/?{state}").context["listing"].cards]
    rows = table(client, f"/search/export.csv?kind=agency&{state}")
    assert [row[2].lstrip("'") for row in rows[1:]] == shown
    assert rows[0][:3] == ["类别", "编号", "名称"]
    assert rows[2][rows[0].index("价格（元）")] == "48000.00", "that of the chosen item"
    assert rows[2][-1].startswith("http")


def test_what_people_typed_is_no_formula(client: Client) -> None:
    names = [row[2] for row in table(client, "/search/export.csv?kind=agency")]
    assert "'=HYPERLINK(1)环境公司" in names
    cells = [row[2] for row in sheet(client, "/search/export.xlsx?kind=agency")]
    (cell,) = [cell for cell in cells if "HYPERLINK" in str(cell.value)]
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)环境公司", "s")


@pytest.mark.parametrize("kind", ["", "agency", "item", "tender"])
def test_every_kind_has_its_columns(client: Client, kind: str) -> None:
    rows = table(client, f"/search/export.csv?kind={kind}")
    assert len(rows) > 1
    assert all(len(row) == len(rows[0]) for row in rows)
    assert len(sheet(client, f"/search/export.xlsx?kind={kind}")) == len(rows)


def test_more_than_is_given_is_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "MOST_ROWS", 1)
    rows = table(client, "/search/export.csv?kind=agency")
    assert len(rows) == 3
    assert rows[2] == ["只导出前 1 条，共 2 条。请加条件缩小范围后分次导出。"]


def test_pages_of_the_engine_are_put_together(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "PAGE", 7)
    keys = [row[1] for row in table(client, "/search/export.csv?kind=item")[1:]]
    assert len(keys) == len(set(keys)) == client.get("/items/").context["listing"].results.total


def test_one_place_may_not_take_everything_away_at_once(client: Client) -> None:
    for _ in range(exports.FROM_ONE_PLACE.most):
        assert client.get("/search/export.csv?q=环境").status_code == 200
    assert client.get("/search/export.xlsx?q=环境").status_code == 429
    assert client.get("/search/?q=环境").status_code == 200


def test_a_feed_lists_the_newest_first(client: Client) -> None:
    market.agency("后来的环境公司\x0b")
    services.rebuild()
    response = client.get("/search/feed.atom?kind=agency&q=环境")
    feed = ElementTree.fromstring(response.content)
    titles = [each.text for each in feed.iter("{http://www.w3.org/2005/Atom}title")]
    assert "环境" in str(titles[0])
    assert str(titles[1]).startswith("后来的环境公司")
    assert len(titles) == 4


def test_a_english_feed_speaks_english_and_leads_to_english_pages(client: Client) -> None:
    content = client.get("/en/search/feed.atom?kind=agency").content.decode()
    assert "/en/agencies/" in content
    assert 'xml:lang="en"' in content
