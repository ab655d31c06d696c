"""The order of relevance: text decides, signals move it a little, nothing can be bought, and each hit says why."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core import clock
from search import ranking, services
from search.apps import check_weights
from search.backends.base import Engine, Hit
from search.documents import Document, Row
from search.query import Query, Sort, parse
from search.why import why
from tests.search import market

Put = Callable[..., Document]


def names(engine: Engine, text: str = "", **query: Any) -> list[str]:
    return [hit.title for hit in engine.search(Query(words=parse(text), **query)).hits]


def agency(
    put: Put, title: str, rating: str | None = None, credit: int = 80, works: int = 0, **fields: Any
) -> Document:
    number = None if rating is None else Decimal(rating)
    return put(title, rating=number, works=works, signals=ranking.reputation(number, credit, works), **fields)


# --- signals ----------------------------------------------------------------------------------------------------------
def test_who_was_never_rated_stands_between_good_and_bad() -> None:
    good, none, bad = (ranking.reputation(r, 80, 0)["rating"] for r in (Decimal("4.8"), None, Decimal("3.1")))
    assert good > none > bad


@given(st.decimals(1, 5, places=3) | st.none(), st.integers(-20, 120), st.integers(0, 10**6))
def test_signals_lie_between_0_and_1(rating: Decimal | None, credit: int, works: int) -> None:
    signals = ranking.reputation(rating, credit, works)
    assert set(signals) == set(ranking.STORED)
    assert all(0 <= value <= 1 for value in signals.values())


def test_freshness_falls_evenly_within_a_year() -> None:
    now = ranking.day()
    ages = (-1, 0, 73, 365, 4000)
    assert [ranking.freshness(now - timedelta(days=age), now) for age in ages] == pytest.approx([1, 1, 0.8, 0, 0])
    assert ranking.freshness(None, now) == 0


@pytest.mark.parametrize("text", ["rating=51", "rating=-1", "money=10", "rating", "rating=50,credit=50,experience=1"])
def test_weights_beyond_their_limits_are_refused(settings: Any, text: str) -> None:
    settings.SEARCH_WEIGHTS = text
    with pytest.raises(ImproperlyConfigured):
        ranking.weights()
    assert [found.id for found in check_weights()] == ["search.E001"]


def test_what_is_not_set_keeps_its_weight(settings: Any) -> None:
    settings.SEARCH_WEIGHTS = "rating=0, credit=50"
    assert ranking.weights() == {"rating": 0, "credit": 0.5, "experience": 0.1, "freshness": 0.05}


# --- order ------------------------------------------------------------------------------------------------------------
def test_the_better_rated_stands_first_among_equal_texts(embedded: Engine, put: Put) -> None:
    agency(put, "环评甲公司", "3.2")
    agency(put, "环评乙公司", "4.8")
    agency(put, "环评丙公司", "4.8", works=9)
    agency(put, "环评丁公司", "4.8", works=9, credit=40)
    assert names(embedded, "环评") == ["环评丙公司", "环评丁公司", "环评乙公司", "环评甲公司"]
    assert names(embedded) == names(embedded, "环评")


def test_no_signal_outweighs_a_clearly_better_text(embedded: Engine, put: Put) -> None:
    agency(put, "环评公司", "1.0", credit=0)
    agency(
        put, "某某公司", "5.0", credit=100, works=1000, published_at=clock.now(), body="也做环评。" + "其他业务。" * 20
    )
    assert names(embedded, "环评") == ["环评公司", "某某公司"]


def test_what_is_new_stands_before_what_is_old(embedded: Engine, put: Put) -> None:
    now = clock.now()
    for days in (400, 20, 3):
        put(f"{days} 天前的公告", kind="notice", published_at=now - timedelta(days=days))
    assert names(embedded, "公告") == ["3 天前的公告", "20 天前的公告", "400 天前的公告"]


def test_other_weights_give_another_order(embedded: Engine, put: Put, settings: Any) -> None:
    agency(put, "环评甲公司", "5.0", credit=10)
    agency(put, "环评乙公司", "3.0", credit=100)
    assert names(embedded, "环评")[0] == "环评甲公司"
    settings.SEARCH_WEIGHTS = "rating=0,credit=50"
    assert names(embedded, "环评")[0] == "环评乙公司"


def test_experience_counts_the_works_of_the_chosen_industry_and_item(embedded: Engine, put: Put) -> None:
    chemistry, food = (Row("work", "化工", "ZJ-005", number=2), Row("work", "化工", "ZJ-009", number=1)), ()
    agency(put, "甲公司", works=3, rows=chemistry)
    agency(
        put,
        "乙公司",
        works=9,
        rows=(Row("work", "食品", "ZJ-005", number=8), Row("work", "化工", "ZJ-005", number=1), *food),
    )
    agency(put, "丙公司")
    assert names(embedded, sort=Sort.EXPERIENCE) == ["乙公司", "甲公司", "丙公司"]
    found = embedded.search(Query(sort=Sort.EXPERIENCE, choices={"industry": ("化工",)})).hits
    assert [(hit.title, hit.works) for hit in found] == [("甲公司", 3), ("乙公司", 1)]


# --- why --------------------------------------------------------------------------------------------------------------
@given(
    score=st.floats(0.01, 1),
    rating=st.decimals(1, 5, places=2) | st.none(),
    credit=st.integers(0, 100),
    works=st.integers(0, 50),
)
def test_the_points_of_the_parts_add_up(score: float, rating: Decimal | None, credit: int, works: int) -> None:
    data = {"rating_count": 2, "credit_grade": "B", "credit_score": credit, "contracts": works}
    hit = Hit(
        "agency",
        "K",
        "甲公司",
        "/",
        "",
        data=data,
        rating=rating,
        signals=ranking.reputation(rating, credit, works),
        score=score,
    )
    found = why(hit, Query(words=parse("甲")), 1.0, 3)
    assert found is not None
    assert found.rank == 3
    assert found.total == round(score * 100) == sum(part.points or 0 for part in found.parts)


def test_an_engine_without_scores_gives_no_reasons() -> None:
    assert why(Hit("agency", "K", "甲公司", "/", ""), Query(), 0.0, 1) is None


def test_the_second_page_measures_by_the_first_hit_of_all(embedded: Engine, put: Put) -> None:
    for number in range(5):
        agency(put, f"环评{number}公司", f"{4.8 - number / 10:.1f}")
    first = embedded.search(Query(words=parse("环评"), page_size=2))
    second = embedded.search(Query(words=parse("环评"), page_size=2, page=2))
    assert second.best == first.best == first.hits[0].score > second.hits[0].score > 0


@pytest.mark.django_db
def test_every_hit_of_a_page_says_why_it_stands_there(client: Client) -> None:
    market.catalogue()
    market.agency("甲子环评公司", offers={"ZJ-005": (48000, 25)}, rating=Decimal("4.9"), rating_count=37, contracts=4)
    market.agency("乙丑环评公司", offers={"ZJ-005": (38000, 25)}, state="frozen")
    services.rebuild()
    cards = client.get("/agencies/?q=环评公司").context["listing"].cards
    assert [(card.title, card.why.rank) for card in cards] == [("甲子环评公司", 1), ("乙丑环评公司", 2)]
    assert cards[0].why.total == 100
    assert cards[1].why.total < 65  # half of what an agency in service would have
    texts = {part.label: part.text for part in cards[0].why.parts}
    assert texts["文字匹配"] == "搜索词在：名称、简介"
    assert texts["服务评价"] == "修正后 4.9 分，37 次评价"
    assert texts["业绩"] == "经核实的业绩 4 项"
    assert "得分减半" in cards[1].why.parts[0].text
    page = client.get("/agencies/?sort=price").content.decode()
    assert "为什么排在第 1" in page
    assert "/100" not in page


def test_the_weights_stand_on_a_page_that_every_list_links_to(db: None, client: Client, settings: Any) -> None:
    market.catalogue()
    market.agency("甲公司", offers={"ZJ-005": (48000, 25)})
    market.tender("某采购")
    services.rebuild()
    for address in ("/search/", "/agencies/", "/items/", "/tenders/"):
        assert 'href="/search/ranking/"' in client.get(address).content.decode()
    settings.SEARCH_WEIGHTS = "rating=37"
    page = client.get("/search/ranking/").content.decode()
    assert "37%" in page
    assert "没有付费排名" in page
