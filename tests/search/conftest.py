"""A small market to search in: documents that no app made, so that the engine is tested by itself."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from search import vocabulary
from search.backends import engine
from search.backends.base import Engine
from search.documents import Document, Row


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
def embedded(db: None) -> Engine:
    """The engine on the test's database."""
    return engine()


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
