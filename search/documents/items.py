"""The document of a service item: its names, what it needs, who asks for it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils import translation

from marketplace.catalogue import queries
from marketplace.catalogue.models import ServiceItem
from search import ranking
from search.documents import Document, Row, walk
from search.kinds import ITEM


def keys() -> Iterator[str]:
    """The codes of all items that can be bought."""
    return walk(ServiceItem.objects.filter(is_active=True), "code")


def present(wanted: Sequence[str]) -> set[str]:
    """Those of the codes that can be bought."""
    return set(ServiceItem.objects.filter(is_active=True, code__in=wanted).values_list("code", flat=True))


def build(key: str) -> Document | None:
    """The document of one item; None when it can't be bought."""
    return build_many([key]).get(key)


def build_many(wanted: Sequence[str]) -> Mapping[str, Document]:
    """The documents of items by code, in two queries."""
    return {item.code: _document(item) for item in queries.items().filter(code__in=wanted)}


def _document(item: ServiceItem) -> Document:
    with translation.override("zh-hans"):
        url = reverse("item", args=[item.code])
    needed = "、".join(item.needed_by)
    types = [each.type for each in item.qualifications.all()]
    return Document(
        ITEM,
        item.code,
        item.name,
        url,
        summary="；".join(part for part in (needed, item.basis) if part),
        names=tuple(name for name in (item.code, *item.abbreviations, item.en) if name),
        terms=tuple(
            name for name in (*(f"{t.name} {t.abbr}".strip() for t in types), item.practitioner, item.category) if name
        ),
        rows=(Row("item", item.code, item.category, item.price_low, item.days), Row("requirement", item.kind)),
        data=_data(item),
        price=item.price_low,
        days=item.days,
        signals=ranking.NEUTRAL,
    )


def _data(item: ServiceItem) -> dict[str, Any]:
    return {
        "en": item.en,
        "category": item.category,
        "requirement": item.kind,
        "price_high": str(item.price_high),
        "payer": item.payer,
        "code": item.code,
    }
