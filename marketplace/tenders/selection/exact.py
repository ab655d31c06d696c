"""Exact fractions, and how they are shown."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from math import floor

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
    number = Fraction(value)
    hundredths = floor(abs(number) * 100 + Fraction(1, 2))
    sign = "-" if number < 0 and hundredths else ""
    return f"{sign}{hundredths // 100}.{hundredths % 100:02d}"
