"""Exact fractions, and how they are shown."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from math import lcm

DROP_EXTREMES_AT = 5  # scores: from so many on the highest and the lowest don't count


def mean(values: Iterable[Fraction]) -> Fraction:
    """The mean; there must be a value."""
    listed = list(values)
    return sum(listed, Fraction(0)) / len(listed)


def mean_score(scores: Iterable[Decimal]) -> Fraction:
    """The mean of scores; from five on without one highest and one lowest."""
    listed = sorted(map(Fraction, scores))
    return mean(listed[1:-1] if len(listed) >= DROP_EXTREMES_AT else listed)


def shown(value: Fraction | Decimal) -> str:
    """A number for people: two places, rounded half up (away from zero)."""
    return shown_ratio(*value.as_integer_ratio())


def shown_ratio(numerator: int, denominator: int) -> str:
    """A fraction for people, as `shown` does; the denominator is above 0."""
    hundredths = (abs(numerator) * 200 + denominator) // (2 * denominator)
    sign = "-" if numerator < 0 and hundredths else ""
    return f"{sign}{hundredths // 100}.{hundredths % 100:02d}"


def whole(prices: Mapping[str, Decimal]) -> tuple[dict[str, int], int]:
    """The prices as whole numbers of the smallest unit that any of them needs, and how many units make one yuan.

    Comparing and adding whole numbers is exact and many times quicker than with fractions.
    """
    ratios = {code: price.as_integer_ratio() for code, price in prices.items()}
    unit = lcm(*{denominator for _numerator, denominator in ratios.values()})
    return {code: numerator * (unit // denominator) for code, (numerator, denominator) in ratios.items()}, unit
