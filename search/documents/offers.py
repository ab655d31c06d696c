"""The document of a service offer: an item as one agency does it, with its price and days."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import F, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils import translation

from marketplace.agencies.models import Agency, PastWork, ServiceOffer
from search import ranking
from search.documents import Document, Row, walk
from search.documents.agencies import comparable_price, item_text, standing_rows, told, verified
from search.documents.regions import WITH_PARENTS, around
from search.kinds import OFFER

SEPARATOR = "."


def keys() -> Iterator[str]:
    """Credit code and item code of every offer that can be chosen."""
    return walk(_choosable().annotate(key=_KEY), "key")


def keys_of(agency: Agency, also: Sequence[str] = ()) -> list[str]:
    """The keys of all offers of an agency, taken down or not, and of more items by code."""
    codes = {*agency.offers.values_list("item__code", flat=True), *also}
    return [f"{agency.credit_code}{SEPARATOR}{code}" for code in sorted(codes)]


def present(wanted: Sequence[str]) -> set[str]:
    """Those of the keys that are offers which can be chosen."""
    return set(_asked(wanted).annotate(key=_KEY).values_list("key", flat=True))


def build(key: str) -> Document | None:
    """The document of one offer; None when it can't be chosen."""
    return build_many([key]).get(key)


def build_many(wanted: Sequence[str]) -> Mapping[str, Document]:
    """The documents of offers by key, in two queries."""
    works = PastWork.objects.exclude(contract_number="").select_related("item")
    regions = (f"agency__region{parents}" for parents in WITH_PARENTS)
    offers = _asked(wanted).select_related("item", "agency__organisation", *regions)
    found = offers.prefetch_related(Prefetch("agency__past_work", works))
    return {document.key: document for document in map(_document, found)}


_KEY = Concat(F("agency__organisation__credit_code"), Value(SEPARATOR), F("item__code"))


def _choosable() -> QuerySet[ServiceOffer]:
    return ServiceOffer.objects.filter(is_active=True, item__is_active=True, agency__state=Agency.State.ACTIVE)


def _asked(wanted: Sequence[str]) -> QuerySet[ServiceOffer]:
    pairs = [key.partition(SEPARATOR)[::2] for key in wanted]
    firms, codes = {firm for firm, _item in pairs}, {code for _firm, code in pairs}
    found = _choosable().filter(Q(agency__organisation__credit_code__in=firms) & Q(item__code__in=codes))
    return found.annotate(asked=_KEY).filter(asked__in=wanted)


def _document(offer: ServiceOffer) -> Document:
    agency, item = offer.agency, offer.item
    with translation.override("zh-hans"):
        url = f"{reverse('agency', args=[agency.credit_code])}#offer-{item.code}"
    regions = (region.name for region in around(agency.region))
    price, works = comparable_price(offer), len(verified(agency))
    return Document(
        OFFER,
        f"{agency.credit_code}{SEPARATOR}{item.code}",
        item.name,
        url,
        summary=agency.name,
        # The agency's name stands in the summary alone, which weighs least: who types it finds the agency first.
        terms=tuple(name for name in (item_text(item), item.en, item.category, *regions) if name),
        body=offer.content,
        rows=(Row("item", item.code, item.category, price, offer.days), *standing_rows(agency)),
        data=_data(offer),
        rating=agency.rating,
        price=price,
        days=offer.days,
        works=works,
        signals=ranking.reputation(agency.rating, agency.credit_score, works),
        published_at=agency.admitted_at,
        is_part=True,
    )


def _data(offer: ServiceOffer) -> dict[str, Any]:
    agency = offer.agency
    return {
        "en": offer.item.en,
        "agency": agency.name,
        "price_mode": offer.price_mode,
        "price": told(offer.price),
        "unit": offer.unit,
        "credit_score": agency.credit_score,
        "credit_grade": agency.credit_grade,
        "rating_count": agency.rating_count,
        "contracts": len(verified(agency)),
        "region": agency.region.name if agency.region else "",
    }
