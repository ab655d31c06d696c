"""Documents as Elasticsearch keeps them."""

from typing import Any

from search.analysis import clean
from search.documents import Document, Row
from search.ranking import STORED
from search.texts import in_order, texts_of


def name_of(kind: str, key: str) -> str:
    """The document's id in the index."""
    return f"{kind}:{key}"


def body(document: Document) -> dict[str, Any]:
    """The document as JSON values. Money becomes a double, which holds yuan with two decimals exactly up to 10^13."""
    texts = texts_of(document)
    made: dict[str, Any] = {
        "kind": document.kind,
        "key": document.key,
        "digest": document.digest(),
        "words": {
            "title": " ".join(in_order(texts.title)),
            "terms": " ".join(in_order(texts.terms)),
            "body": " ".join(in_order(texts.body)),
        },
        "rows": [_row(row) for row in document.rows],
        "is_available": document.is_available,
        "shown": {
            "title": clean(document.title),
            "url": document.url,
            "summary": clean(document.summary),
            "data": dict(document.data),
            "terms": clean("\n".join((*document.names, *document.terms, *document.codes))),
            "body": clean(document.body),
            "rating": None if document.rating is None else str(document.rating),
            "price": None if document.price is None else str(document.price),
        },
    }
    numbers = {"rating": document.rating, "price": document.price}
    made |= {name: float(value) for name, value in numbers.items() if value is not None}
    made |= {name: value for name in ("days", "works") if (value := getattr(document, name)) is not None}
    if document.published_at is not None:
        made["published_at"] = document.published_at.isoformat()
    made["signals"] = {name: float(value) for name, value in document.signals.items() if name in STORED}
    return made


def _row(row: Row) -> dict[str, Any]:
    values = {name: value for name, value in vars(row).items() if name != "price"}
    made: dict[str, Any] = {name: value for name, value in values.items() if value not in ("", None)}
    if row.price is not None:
        made["price"] = float(row.price)
    return made
