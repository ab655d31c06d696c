"""Ratings: the market's mean and an agency's dimensions."""

from decimal import Decimal

from django.db.models import Avg, F

from marketplace.agencies.models import Agency, ServiceRating
from marketplace.agencies.rules import DIMENSIONS, Rated, mean_of
from marketplace.core import clock

NEUTRAL = Decimal(4)  # the market's mean before anybody was rated


def rated(agency: Agency) -> list[Rated]:
    """The agency's reviews that count: written ones, no defaults."""
    rows = ServiceRating.objects.filter(agency=agency, is_default=False).values_list(*DIMENSIONS, "published_at")
    return [Rated(mean_of(scores), clock.local(published_at).date()) for *scores, published_at in rows]


def market_mean() -> Decimal:
    """The mean of all written reviews on the market, three places."""
    total = sum((F(name) for name in DIMENSIONS[1:]), F(DIMENSIONS[0]))
    mean = ServiceRating.objects.filter(is_default=False).aggregate(mean=Avg(total))["mean"]
    return NEUTRAL if mean is None else (Decimal(str(mean)) / len(DIMENSIONS)).quantize(Decimal("0.001"))


def dimension_means(agency: Agency) -> dict[str, Decimal]:
    """The plain mean of each dimension over the agency's written reviews; empty without one."""
    means = ServiceRating.objects.filter(agency=agency, is_default=False).aggregate(
        **{name: Avg(name) for name in DIMENSIONS}
    )
    return {name: Decimal(str(value)).quantize(Decimal("0.1")) for name, value in means.items() if value is not None}
