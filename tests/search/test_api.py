"""/api/search/: the same search as JSON."""

import pytest
from django.test import Client

from search import services
from tests.search import market

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town() -> None:
    market.catalogue()
    market.agency("甲子环境技术有限公司", offers={"ZJ-005": (48000, 25)})
    market.agency("乙丑造价咨询有限公司", offers={"ZJ-032": (15000, 10)})
    services.rebuild()


def ask(client: Client, query: str) -> dict:
    response = client.get(f"/api/search/?{query}")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    return response.json()


def test_the_answer_has_the_promised_shape(client: Client) -> None:
    answer = ask(client, "q=环评")
    assert answer["total"] == 4  # the review of an environmental report is found by the synonym
    assert {result["kind"] for result in answer["results"]} == {"item", "agency", "offer"}
    for result in answer["results"]:
        assert set(result) == {"kind", "title", "url", "summary"}
        assert result["url"].startswith("/")
        assert client.get(result["url"]).status_code == 200
    assert {"value": "ZJ-005", "label": "建设项目环境影响报告书（表）编制", "count": 3} in answer["facets"]["item"]


def test_the_same_parameters_as_the_page(client: Client) -> None:
    answer = ask(client, "kind=agency&item=ZJ-005&sort=price&page=7")
    assert [result["title"] for result in answer["results"]] == ["甲子环境技术有限公司"]
    assert (answer["page"], answer["pages"]) == (1, 1)
    assert [choice["value"] for choice in answer["facets"]["item"]] == ["ZJ-005", "ZJ-032"]


def test_an_empty_question_gives_everything(client: Client) -> None:
    assert ask(client, "")["total"] == 48
    assert ask(client, "q=")["total"] == 48


@pytest.mark.parametrize(
    "query", ["q=*:*", "q=%22", "q=a AND (", "q=%00", "q=" + "a" * 10_000, "page=NaN", "price_min=-1", "kind=x"]
)
def test_nonsense_is_no_error(client: Client, query: str) -> None:
    answer = ask(client, query)
    assert isinstance(answer["total"], int)


def test_what_is_ignored_is_told(client: Client) -> None:
    assert ask(client, "rating=x")["ignored"] == ["“x”不是可用的服务评价，已忽略。"]


def test_only_reading_is_answered(client: Client) -> None:
    assert client.post("/api/search/").status_code == 405
