"""Suggestions while one types: few, of every kind, quick, and never an error."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from marketplace.core import clock
from search import services
from tests.search import market

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town() -> None:
    market.catalogue()
    for number in range(12):
        market.agency(f"环评服务 {number} 号有限公司", offers={"ZJ-005": (48000, 25)})
    market.tender("年产十万吨新材料项目环评")
    services.rebuild()


def lines(client: Client, words: str, more: str = "") -> str:
    response = client.get(f"/search/suggest/?q={words}{more}")
    assert response.status_code == 200
    return response.content.decode()


def test_every_kind_that_has_the_words_gets_its_turn_and_is_named(client: Client) -> None:
    shown = lines(client, "环评")
    assert shown.count('role="option"') == 8
    for kind in ("机构", "服务事项", "采购公告"):
        assert f'<span class="z-tag">{kind}</span>' in shown
    assert "<mark>环评</mark>" in shown


def test_words_in_the_middle_and_beginnings_of_codes_are_found(client: Client) -> None:
    assert 'data-url="/items/ZJ-005/"' in lines(client, "zj-005")
    assert "<mark>材料项</mark>" in lines(client, "材料项")


def test_a_box_for_one_kind_gets_lines_of_that_kind(client: Client) -> None:
    shown = lines(client, "环评", "&kind=tender")
    assert shown.count('role="option"') == 1
    assert "新材料" in shown


def test_four_statements_are_enough_and_nobody_is_looked_up(client: Client) -> None:
    """Whether a synonym has changed, the counts, the hits, what they show; the field's words are known by then."""
    lines(client, "环评")
    # In the transaction of a test each look at PostgreSQL's clock is a query.
    with clock.at(clock.now()), CaptureQueriesContext(connection) as asked:
        lines(client, "环评")
    assert len(asked) <= 4, [query["sql"][:80] for query in asked]


def test_browsers_may_keep_it_a_minute(client: Client) -> None:
    kept = client.get("/search/suggest/?q=环评")["Cache-Control"]
    assert "public" in kept
    assert "max-age=60" in kept


def test_where_nothing_is_found_the_nearest_words_are_offered(client: Client) -> None:
    assert 'data-text="环评"' in lines(client, "环评 沙漠化")


def test_english_lines_lead_to_english_pages(client: Client) -> None:
    assert 'data-url="/en/items/ZJ-005/"' in client.get("/en/search/suggest/?q=ZJ-005").content.decode()


@pytest.mark.parametrize(
    "query",
    ["", "q=", "q=%00", "q=%ED%A0%80", "q=" + "环" * 10_000, "q=*:*&kind=nonsense&kind=%00", 'q="', "q=<script>"],
)
def test_no_text_is_an_error(client: Client, query: str) -> None:
    response = client.get(f"/search/suggest/?{query}")
    assert response.status_code == 200
    assert "<script" not in response.content.decode()
