"""The document of an agency: whatever a buyer may look for on its public page."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils import translation

from marketplace.agencies import queries
from marketplace.agencies.models import (
    COUNTING_STATES,
    Agency,
    PastWork,
    Practitioner,
    Qualification,
    ServiceOffer,
)
from marketplace.catalogue.models import ServiceItem
from search import ranking
from search.documents import Document, Row, day_row, walk
from search.documents.regions import WITH_PARENTS, around, region_rows
from search.kinds import AGENCY

ITEMS_SHOWN = 4
WORKS_KEPT = 60


def keys() -> Iterator[str]:
    """The credit codes of all public agencies."""
    return walk(queries.public(), "organisation__credit_code")


def present(wanted: Sequence[str]) -> set[str]:
    """Those of the credit codes that are public agencies."""
    return set(_public(wanted).values_list("organisation__credit_code", flat=True))


def build(key: str) -> Document | None:
    """The document of one agency; None when nobody may see it."""
    return build_many([key]).get(key)


def build_many(wanted: Sequence[str]) -> Mapping[str, Document]:
    """The documents of agencies by credit code, in six queries."""
    offers = ServiceOffer.objects.filter(is_active=True, item__is_active=True).select_related("item")
    papers = Qualification.objects.filter(state__in=COUNTING_STATES).select_related("type")
    agencies = (
        _public(wanted)
        .select_related(*(f"region{parents}" for parents in WITH_PARENTS))
        .prefetch_related(
            Prefetch("offers", offers.order_by("item__code")),
            Prefetch("qualifications", papers),
            Prefetch("practitioners", Practitioner.objects.filter(is_active=True)),
            Prefetch(
                "past_work",
                PastWork.objects.only("agency_id", "title", "contract_number", "industry", "item_id").select_related(
                    "item"
                ),
            ),
        )
    )
    return {agency.credit_code: _document(agency) for agency in agencies}


def item_text(item: ServiceItem) -> str:
    """How an item stands among the words of what belongs to it: its name, its other names, its code."""
    others = "、".join(item.abbreviations)
    return f"{item.name}（{others}，{item.code}）" if others else f"{item.name}（{item.code}）"


def _public(wanted: Sequence[str]) -> QuerySet[Agency]:
    return queries.public().filter(organisation__credit_code__in=wanted)


def _document(agency: Agency) -> Document:
    # Who is suspended or removed has a page and is found by name, but offers nothing.
    offers = list(agency.offers.all()) if agency.state == Agency.State.ACTIVE else []
    with translation.override("zh-hans"):
        url = reverse("agency", args=[agency.credit_code])
    return Document(
        AGENCY,
        agency.credit_code,
        agency.name,
        url,
        summary=_summary([offer.item for offer in offers]),
        terms=_terms(agency, offers),
        codes=(agency.credit_code,),
        body="\n".join([agency.business_scope, *(work.title for work in agency.past_work.all()[:WORKS_KEPT])]),
        rows=(*_offer_rows(offers), *_paper_rows(agency), *standing_rows(agency)),
        data=_data(agency, offers),
        rating=agency.rating,
        works=len(verified(agency)),
        signals=ranking.reputation(agency.rating, agency.credit_score, len(verified(agency))),
        price=min((price for offer in offers if (price := comparable_price(offer)) is not None), default=None),
        days=min((offer.days for offer in offers), default=None),
        published_at=agency.admitted_at,
        is_available=agency.state == Agency.State.ACTIVE,
    )


def verified(agency: Agency) -> list[PastWork]:
    """The agency's works that nobody need prove. Uses what was prefetched."""
    return [work for work in agency.past_work.all() if work.is_own]


def standing_rows(agency: Agency) -> list[Row]:
    """Where the agency sits, its grade, since when it is here, and its verified works by industry and item."""
    works = Counter((work.industry, work.item.code if work.item else "") for work in verified(agency))
    return [
        *region_rows(agency.region),
        Row("credit", agency.credit_grade),
        *day_row("admitted", agency.admitted_at),
        *(Row("work", industry, item, number=number) for (industry, item), number in sorted(works.items())),
    ]


def _summary(items: Sequence[ServiceItem]) -> str:
    names = [f"{item.name}（{item.abbreviations[0]}）" if item.abbreviations else item.name for item in items]
    shown = " · ".join(names[:ITEMS_SHOWN])
    return f"{shown} · 等 {len(names)} 项服务" if len(names) > ITEMS_SHOWN else shown


def _terms(agency: Agency, offers: Sequence[ServiceOffer]) -> tuple[str, ...]:
    papers = [
        f"{paper.type.name} {paper.type.abbr} {paper.grade} {paper.specialty}" for paper in agency.qualifications.all()
    ]
    licences = dict.fromkeys(person.licence for person in agency.practitioners.all())
    regions = [region.name for region in around(agency.region)]
    names = [item_text(offer.item) for offer in offers] + [offer.item.en for offer in offers if offer.item.en]
    return (*names, *(" ".join(paper.split()) for paper in papers), *licences, *regions)


def comparable_price(offer: ServiceOffer) -> Decimal | None:
    """The price that can be compared with others': not one per hour or metre."""
    return None if offer.price_mode == ServiceOffer.PriceMode.UNIT else offer.price


def told(price: Decimal | None) -> str | None:
    """An amount as JSON keeps it."""
    return None if price is None else str(price)


def _offer_rows(offers: Sequence[ServiceOffer]) -> list[Row]:
    return [Row("item", each.item.code, each.item.category, comparable_price(each), each.days) for each in offers]


def _paper_rows(agency: Agency) -> list[Row]:
    papers = {(paper.type.slug, paper.grade) for paper in agency.qualifications.all()}
    return [Row("qualification", slug, grade) for slug, grade in sorted(papers)]


def _data(agency: Agency, offers: Sequence[ServiceOffer]) -> dict[str, Any]:
    modes = {offer.item.code: offer.price_mode for offer in offers}
    return {
        "state": agency.state,
        "credit_score": agency.credit_score,
        "credit_grade": agency.credit_grade,
        "rating_count": agency.rating_count,
        "practitioners": len(agency.practitioners.all()),
        "contracts": len(verified(agency)),
        "region": agency.region.name if agency.region else "",
        "price_modes": modes,
        "offers": [
            {
                "code": each.item.code,
                "text": item_text(each.item),
                "price": told(comparable_price(each)),
                "days": each.days,
            }
            for each in offers
        ],
    }
