"""The document of an award whose notice has gone out."""

from collections.abc import Iterator, Mapping, Sequence

from django.urls import reverse
from django.utils import translation

from marketplace.tenders import queries
from marketplace.tenders.models import Award
from search import ranking
from search.documents import Document, Row, day_row, walk
from search.documents.agencies import item_text
from search.documents.regions import WITH_PARENTS, region_rows
from search.kinds import AWARD


def keys() -> Iterator[str]:
    """The numbers of all tenders whose award was noticed and stands."""
    return walk(queries.awards(), "tender__number")


def present(wanted: Sequence[str]) -> set[str]:
    """Those of the numbers that have such an award."""
    found = queries.awards().filter(tender__number__in=wanted)
    return {str(number) for number in found.values_list("tender__number", flat=True)}


def build(key: str) -> Document | None:
    """The document of one award, by its tender's number."""
    return build_many([key]).get(key)


def build_many(wanted: Sequence[str]) -> Mapping[str, Document]:
    """The documents of awards by the numbers of their tenders, in one query."""
    regions = (f"tender__region{parents}" for parents in WITH_PARENTS)
    found = queries.awards().filter(tender__number__in=wanted).select_related(*regions)
    return {str(award.tender.number): _document(award) for award in found}


def _document(award: Award) -> Document:
    tender, winner = award.tender, award.agency.organisation
    with translation.override("zh-hans"):
        url = reverse("award_notice", args=[tender.number])
    return Document(
        AWARD,
        str(tender.number),
        tender.title,
        url,
        summary=f"{winner.name} · {tender.item.name}",
        terms=tuple(filter(None, (item_text(tender.item), tender.item.en, tender.buyer.name, tender.project_name))),
        codes=tuple(filter(None, (tender.number, award.notice_number, winner.credit_code, tender.project_code))),
        rows=(
            Row("item", tender.item.code, tender.item.category, award.price, award.days),
            Row("method", tender.method),
            Row("funds", tender.funds),
            *region_rows(tender.region),
            *day_row("published", award.noticed_at),
        ),
        data={"agency": winner.name, "buyer": tender.buyer.name, "method": tender.method, "number": tender.number},
        price=award.price,
        days=award.days,
        signals=ranking.NEUTRAL,
        published_at=award.noticed_at,
    )
