"""Everything that an agency's public page shows of the domain, in a constant number of queries."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from marketplace.agencies.models import (
    COUNTING_STATES,
    Agency,
    CreditEntry,
    PastWork,
    Qualification,
    ServiceOffer,
    ServiceRating,
)
from marketplace.agencies.queries.application import label_of
from marketplace.agencies.queries.lists import public
from marketplace.agencies.queries.ratings import dimension_means, market_mean
from marketplace.agencies.rules import DIMENSIONS
from marketplace.core import clock

RATINGS_SHOWN, WORKS_SHOWN = 10, 20


@dataclass(frozen=True)
class ShownCertificate:
    """A certificate with how much of its validity has gone (percent, None where it has no end) and the days left."""

    certificate: Qualification
    elapsed: int | None
    days_left: int | None

    @property
    def is_near(self) -> bool:
        """Whether it ends within 90 days."""
        return self.days_left is not None and self.days_left <= 90


@dataclass(frozen=True)
class PublicPage:
    """The domain's half of an agency's page: what `templates/agencies/_*.html` take as `page`."""

    agency: Agency
    certificates: tuple[ShownCertificate, ...]
    practitioners: tuple[tuple[str, int], ...]
    offers: tuple[ServiceOffer, ...]
    ratings: tuple[ServiceRating, ...]
    dimensions: tuple[dict[str, Any], ...]
    market_mean: Decimal
    credit: tuple[CreditEntry, ...]
    works: tuple[PastWork, ...]
    works_count: int
    contracts_count: int


def public_page(credit_code: str) -> PublicPage | None:
    """The public facts of the agency with this credit code; None when nobody may see it."""
    agency = public().filter(organisation__credit_code=credit_code).first()
    if agency is None:
        return None
    works = list(agency.past_work.select_related("item"))
    people = agency.practitioners.filter(is_active=True).values_list("licence", flat=True)
    return PublicPage(
        agency=agency,
        certificates=_certificates(agency),
        practitioners=tuple(sorted(Counter(people).items())),
        offers=tuple(agency.offers.filter(is_active=True).select_related("item").prefetch_related("regions")),
        ratings=tuple(agency.ratings.select_related("item")[:RATINGS_SHOWN]),
        dimensions=_dimensions(agency),
        market_mean=market_mean(),
        credit=tuple(agency.credit_entries.all()[:RATINGS_SHOWN]),
        works=tuple(works[:WORKS_SHOWN]),
        works_count=len(works),
        contracts_count=sum(1 for work in works if work.contract_number),
    )


def _certificates(agency: Agency) -> tuple[ShownCertificate, ...]:
    today = clock.today()
    rows = agency.qualifications.filter(state__in=[*COUNTING_STATES, "expired"]).select_related("type")
    ordered = sorted(rows, key=lambda row: (row.state == "expired", row.type_id))
    return tuple(
        ShownCertificate(row, _elapsed(row, today), (row.valid_until - today).days if row.valid_until else None)
        for row in ordered
    )


def _elapsed(row: Qualification, today: date) -> int | None:
    if row.valid_until is None:
        return None
    whole = max((row.valid_until - row.issued_on).days, 1)
    return max(0, min(100, round((today - row.issued_on).days * 100 / whole)))


def _dimensions(agency: Agency) -> tuple[dict[str, Any], ...]:
    means = dimension_means(agency)
    shown = [name for name in DIMENSIONS if name in means]
    return tuple({"label": label_of(ServiceRating, name), "score": means[name]} for name in shown)
