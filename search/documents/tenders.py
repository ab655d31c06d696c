"""The document of an announced tender. Nothing of who responded, or how many, is in it or can come into it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils import translation

from marketplace.tenders import queries
from marketplace.tenders.models import Tender
from search import ranking
from search.documents import Document, Row, day_row, walk
from search.documents.agencies import item_text
from search.documents.regions import WITH_PARENTS, around, region_rows
from search.kinds import TENDER


def keys() -> Iterator[str]:
    """The numbers of all announced tenders."""
    return walk(queries.public(), "number")


def present(wanted: Sequence[str]) -> set[str]:
    """Those of the numbers that were announced."""
    return {str(number) for number in queries.public().filter(number__in=wanted).values_list("number", flat=True)}


def build(key: str) -> Document | None:
    """The document of one tender; None for what was never announced."""
    return build_many([key]).get(key)


def build_many(wanted: Sequence[str]) -> Mapping[str, Document]:
    """The documents of tenders by number, in one query."""
    regions = (f"region{parents}" for parents in WITH_PARENTS)
    found = queries.public().filter(number__in=wanted).select_related("item", "buyer", *regions)
    return {tender.number: _document(tender) for tender in found if tender.number}


def _document(tender: Tender) -> Document:
    with translation.override("zh-hans"):
        url = reverse("tender", args=[tender.number])
    item, price = tender.item, tender.ceiling or tender.budget
    parts = (item.name, tender.project_name)
    return Document(
        TENDER,
        str(tender.number),
        tender.title,
        url,
        summary=" · ".join(part for part in parts if part),
        terms=_terms(tender),
        codes=tuple(code for code in (tender.number, tender.project_code) if code),
        body=tender.content,
        rows=(
            Row("item", item.code, item.category, price, tender.days),
            Row("state", tender.state),
            Row("method", tender.method),
            Row("funds", tender.funds),
            *region_rows(tender.region),
            *day_row("published", tender.published_at),
        ),
        data=_data(tender),
        price=price,
        days=tender.days,
        signals=ranking.NEUTRAL,
        published_at=tender.published_at,
        is_available=tender.state == Tender.State.PUBLISHED,
    )


def _terms(tender: Tender) -> tuple[str, ...]:
    regions = (region.name for region in around(tender.region))
    names = (item_text(tender.item), tender.item.en, tender.buyer.name, *regions)
    return tuple(name for name in names if name)


def _data(tender: Tender) -> dict[str, Any]:
    return {
        "state": tender.state,
        "waits_for_agency": tender.accept_by is not None,
        "buyer": tender.buyer.name,
        "funds": tender.funds,
        "method": tender.method,
        "has_ceiling": tender.ceiling is not None,
        "region": tender.region.name if tender.region else "",
        "closes_at": tender.closes_at.isoformat() if tender.closes_at else "",
    }
