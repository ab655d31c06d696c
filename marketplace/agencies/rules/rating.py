"""From single ratings to one number.

Source: selection-rules, *Credit and rating*: Bayesian mean, C = 5, towards the market's mean, age-weighted 0.5^years;
defaults and related parties are left out by who calls.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

DIMENSIONS = ("quality", "timeliness", "attitude", "fee", "compliance")
DAYS_A_YEAR = Decimal("365.25")
PLACES = Decimal("0.001")


@dataclass(frozen=True)
class Rated:
    """One rating: the mean of its five dimensions (1 to 5) and the day it was published."""

    mean: Decimal
    published_on: date


def bayesian_rating(
    ratings: Iterable[Rated],
    market_mean: Decimal,
    on: date,
    *,
    prior_weight: int = 5,
    yearly_weight: Decimal = Decimal("0.5"),
) -> Decimal | None:
    """(C·m + Σ wᵢ·rᵢ) / (C + Σ wᵢ) with wᵢ = yearly_weight^years, three places; None without a rating."""
    weighted = [(_weight(each.published_on, on, yearly_weight), each.mean) for each in ratings]
    if not weighted:
        return None
    weights = sum((weight for weight, _mean in weighted), Decimal(prior_weight))
    total = sum((weight * mean for weight, mean in weighted), prior_weight * market_mean)
    if not weights:
        return None
    return (total / weights).quantize(PLACES, ROUND_HALF_UP)


def mean_of(scores: Iterable[int]) -> Decimal:
    """The plain mean of the dimensions."""
    values = list(scores)
    return Decimal(sum(values)) / len(values)


def _weight(published_on: date, on: date, yearly_weight: Decimal) -> Decimal:
    years = Decimal(max((on - published_on).days, 0)) / DAYS_A_YEAR
    return yearly_weight**years
