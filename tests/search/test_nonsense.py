"""Whatever stands in an address, every door of the search answers with a normal page, file or piece."""

import pytest
from django.core.cache import cache
from django.test import Client

from search import services
from tests.factories import member
from tests.search import market

pytestmark = pytest.mark.django_db
DOORS = [
    "/search/", "/agencies/", "/items/", "/tenders/", "/api/search/", "/search/suggest/", "/search/export.csv",
    "/search/export.xlsx", "/search/feed.atom", "/search/saved/new/", "/en/search/",
]  # fmt: skip
NAMES = [
    "q", "match", "kind", "category", "item", "price_min", "price_max", "days", "qualification", "grade", "requirement",
    "state", "method", "funds", "region", "rating", "sort", "page",
]  # fmt: skip
NONSENSE = [
    "%00%01%1b", "%ED%A0%80", "*:*", '"', "a AND (", "'; DROP TABLE x", "%25s%25(x)s", "1000000000", "-1", "NaN",
    "Infinity", "1e999999", "<script>alert(1)</script>", "９９９９９９９９９９", "\u202e\u0085", "{{ 7 }}",
    "%EE%80%80",
]  # fmt: skip


@pytest.fixture(autouse=True)
def town() -> None:
    cache.clear()
    market.catalogue()
    market.agency("甲子环境技术有限公司", offers={"ZJ-005": (48000, 25)})
    services.rebuild()


@pytest.fixture
def someone() -> Client:
    client = Client()
    client.force_login(member().person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def body(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    streamed = getattr(response, "streaming_content", None)
    return (b"".join(streamed) if streamed else response.content).decode("utf-8", "replace")


@pytest.mark.parametrize("value", NONSENSE)
def test_one_value_everywhere_is_no_error_at_any_door(someone: Client, value: str) -> None:
    for door in DOORS:
        shown = body(someone, f"{door}?" + "&".join(f"{name}={value}" for name in NAMES))
        assert "<script>alert" not in shown or "api" in door  # which is JSON


@pytest.mark.parametrize("door", DOORS)
def test_far_too_much_is_no_error(someone: Client, door: str) -> None:
    everything = "&".join(f"{name}={number}" for name in NAMES for number in range(40))
    body(someone, f"{door}?{everything}")
    body(someone, f"{door}?q={'环' * 3000}")
    body(someone, f"{door}?{'&'.join(f'item=ZJ-{n:03d}' for n in range(1, 45))}&page=1000000000")


def test_what_was_ignored_is_told_on_the_page_and_by_the_api(someone: Client) -> None:
    address = "?q=公司&price_min=-5&page=NaN&item=XX"
    told = someone.get(f"/api/search/{address}").json()["ignored"]
    assert len(told) == 3
    for sentence in told:
        assert sentence in body(someone, f"/search/{address}")


def test_a_number_that_no_saved_search_can_have_is_not_found(someone: Client) -> None:
    assert someone.get(f"/search/saved/{10**30}/").status_code == 404


def test_a_nonsense_search_can_be_saved_and_listed(someone: Client) -> None:
    given = {"name": "什么都有", "by_inbox": "on", "pace": "daily"}
    address = "/search/saved/new/?q=%00*:*&item=XX&price_min=NaN&region=%ED%A0%80&page=9"
    assert someone.post(address, given).status_code == 302
    assert "什么都有" in body(someone, "/search/saved/")
    too_long = "/search/saved/new/?" + "&".join(f"item={'x' * 70}{n}" for n in range(60))
    assert "太长" in someone.post(too_long, given).content.decode()
