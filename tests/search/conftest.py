"""A small market to search in: documents that no app made, so that the engine is tested by itself."""

import os
import secrets
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import translation

from search import services, vocabulary
from search.backends.base import Engine
from search.backends.elasticsearch import building
from search.backends.elasticsearch.breaker import breaker
from search.backends.elasticsearch.engine import ElasticsearchEngine
from search.backends.embedded.engine import EmbeddedEngine
from search.documents import Document, Row, sources
from tests.conftest import WORKER, missing


@pytest.fixture(autouse=True)
def fresh_vocabulary() -> None:
    """What one test's catalogue was called is nothing to the next."""
    vocabulary.forget()


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    """A request for an English page leaves its language behind; the next test begins in Chinese all the same."""
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def elasticsearch(db: None, settings: LazySettings) -> Iterator[ElasticsearchEngine]:
    """An empty index of its own on the real server that script/test has started (TEST_ELASTICSEARCH_URL)."""
    url = os.environ.get("TEST_ELASTICSEARCH_URL", "")
    if not url:
        missing("Elasticsearch is not here: script/test starts it, or set TEST_ELASTICSEARCH_URL")
    settings.ELASTICSEARCH_URL = url
    settings.ELASTICSEARCH_INDEX = f"test-{WORKER}-{secrets.token_hex(4)}"
    settings.ELASTICSEARCH_SECONDS = 10.0
    breaker.reset()
    index, _resumed = building.begin()
    building.put_live(index)
    yield ElasticsearchEngine()
    breaker.reset()
    settings.ELASTICSEARCH_URL = url
    building.remove_all()


ENGINES = [pytest.param("embedded"), pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)]


@pytest.fixture(params=ENGINES)
def embedded(request: pytest.FixtureRequest, db: None) -> Engine:
    """Every engine in turn: the embedded one on the test's database, and Elasticsearch on a real server.

    Tests of what the embedded engine does alone are marked `only_embedded`.
    """
    if request.param == "embedded":
        return EmbeddedEngine()
    if request.node.get_closest_marker("only_embedded"):
        pytest.skip("is about the embedded engine alone")
    server: Engine = request.getfixturevalue("elasticsearch")
    return server


def fill(index: Engine) -> None:
    """Every document of the domain into the engine, and into the embedded one, which is always kept."""
    services.rebuild()
    for each in sources():
        for keys in services.batches(each.all_keys()):
            index.index(each.build_many(keys).values())


@pytest.fixture
def put(embedded: Engine) -> Callable[..., Document]:
    """`put("甲环境技术有限公司", offers={"ZJ-005": (48000, 25)}, …)` writes an agency's document and returns it."""
    number = iter(range(1, 100_000))

    def put(
        title: str, *, kind: str = "agency", offers: dict[str, tuple[Any, ...]] | None = None, **fields: Any
    ) -> Document:
        rows = list(fields.pop("rows", ()))
        for item, (price, days, *detail) in (offers or {}).items():
            rows.append(
                Row("item", item, detail[0] if detail else "工程许可", None if price is None else Decimal(price), days)
            )
        prices = [row.price for row in rows if row.price is not None]
        days_ = [row.days for row in rows if row.days is not None]
        key = fields.pop("key", f"K{next(number):05d}")
        fields.setdefault("price", min(prices, default=None))
        fields.setdefault("days", min(days_, default=None))
        document = Document(kind, key, title, f"/{kind}/{key}/", rows=tuple(rows), **fields)
        embedded.index([document])
        return document

    return put
