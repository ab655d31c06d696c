"""What would have won: with which prices an agency would have been selected, everything else as it was.

Pure and exact, to the fen. What is found is tried with the method itself before it is said: the price said to win wins.
The sets of winning prices: under `lowest_price`, `two_stage` and `merit` whatever is low enough (a lower price never
ranks worse); under `average_price` and `reference_price` one interval, since being nearer to the target than another
price p means to lie between p and the point at which both are equally near.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from marketplace.tenders.selection import registry, settings, validity
from marketplace.tenders.selection.average_price import DROP_ONE_AT, DROP_TWO_AT
from marketplace.tenders.selection.base import Case, Quote
from marketplace.tenders.selection.reference_price import DROP_AT, drawn_base

MOST = 10**15  # fen; nobody offers more
FEN = Decimal("0.01")


@dataclass(frozen=True)
class Winning:
    """Every price from `low` to `high` would have won, both included; None: without a limit. CNY."""

    low: Decimal | None
    high: Decimal | None


class NotComputed(LookupError):
    """The method has no price to vary, or its winning prices are not one interval."""


def winning_prices(case: Case, agency: str) -> Winning | None:
    """The prices with which the agency would have won; None when none would: it was not eligible, or not drawn.

    NotComputed where that question has no such answer. LookupError for an agency that isn't in the case.
    """
    quote = next((each for each in case.quotes if each.agency == agency), None)
    if quote is None:
        raise LookupError(agency)
    find = FINDERS.get(case.method)
    if find is None:
        raise NotComputed(case.method)
    if quote.status != "ok":
        return None
    least = 1 if case.floor is None else max(1, ceil(Fraction(case.floor) * 100))
    most = MOST if case.ceiling is None else floor(Fraction(case.ceiling) * 100)
    found = find(case, agency, least, most)
    if found is None:
        return None
    low, high = found
    return Winning(_yuan(low) if low > 1 else None, _yuan(high) if high < MOST else None)


def wins_at(case: Case, agency: str, price: Decimal) -> bool:
    """Whether the agency would have won at this price, everything else as it was."""
    return agency in registry.select(priced(case, agency, price)).winners


def priced(case: Case, agency: str, price: Decimal) -> Case:
    """The case with another price of this agency's, which nobody has rejected."""

    def other(quote: Quote) -> Quote:
        return replace(quote, price=price, rejected=False) if quote.agency == agency else quote

    return replace(case, quotes=tuple(other(quote) for quote in case.quotes))


def _yuan(fen: int) -> Decimal:
    return (Decimal(fen) / 100).quantize(FEN)


def _wins(case: Case, agency: str) -> Callable[[int], bool]:
    return lambda fen: wins_at(case, agency, _yuan(fen))


def _low_enough(case: Case, agency: str, least: int, most: int) -> tuple[int, int] | None:
    """By price alone: as low as the rival whose place one would take, or a fen below it where the draw decides so."""
    wins = _wins(case, agency)
    if least > most or not wins(least):
        return None
    outcome = registry.select(priced(case, agency, _yuan(least)))
    rivals = [code for code in outcome.ranking if code != agency]
    if len(rivals) < case.winners:
        return least, most
    price = {quote.agency: quote.price for quote in case.quotes}[rivals[case.winners - 1]]
    assert price is not None  # ranked by its price
    at = min(floor(Fraction(price) * 100), most)
    return least, next(fen for fen in (at, at - 1, least) if fen >= least and wins(fen))


def _by_points(case: Case, agency: str, least: int, most: int) -> tuple[int, int] | None:
    """A lower price never has fewer points, nor leaves a rival more: the highest that wins is found by halving."""
    wins = _wins(case, agency)
    if least > most or not wins(least):
        return None
    if wins(most):
        return least, most
    low, high = least, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if wins(middle) else (low, middle)
    return least, low


def _nearest(case: Case, agency: str, least: int, most: int) -> tuple[int, int] | None:
    """Nearest to a share of the mean. One's own price moves the mean; the others' stay."""
    if case.winners != 1:
        raise NotComputed(case.method)
    valid, _invalid = validity.judge(case)
    others = sorted(Fraction(quote.price or 0) for quote in valid if quote.agency != agency)
    side, base = _dropped(case, len(others) + 1), _base(case)
    left = others[side : len(others) - side]
    low, high = _between(left, base, len(left) + 1)
    if side:  # the dropped never win
        low, high = _later(low, others[side - 1]), _earlier(high, others[-side])
    first = least if low is None else max(least, ceil(low * 100))
    last = most if high is None else min(most, floor(high * 100))
    wins = _wins(case, agency)
    # Inside it is nearer than everybody; only at an end may another be as near, and go before.
    first = next((fen for fen in (first, first + 1) if fen <= last and wins(fen)), last + 1)
    last = next((fen for fen in (last, last - 1) if fen >= first and wins(fen)), first - 1)
    return (first, last) if first <= last else None


def _between(left: list[Fraction], base: Fraction, count: int) -> tuple[Fraction | None, Fraction | None]:
    """Where x is no further than any other p from base · (sum + x) / count: (x − p)(c·x + count·p − 2·base·sum) ≤ 0."""
    low: Fraction | None = None
    high: Fraction | None = None
    double, c = 2 * base * sum(left, Fraction(0)), count - 2 * base
    if left and c < 0:
        raise NotComputed("two intervals")
    for p in left:
        if c > 0:
            other = (double - count * p) / c
            low, high = _later(low, min(p, other)), _earlier(high, max(p, other))
        elif count * p >= double:
            high = _earlier(high, p)
        else:
            low = _later(low, p)
    return low, high


def _dropped(case: Case, valid: int) -> int:
    """How many are dropped on each side."""
    if case.method == "reference_price":
        return int(valid >= DROP_AT)
    return (valid >= DROP_ONE_AT) + (valid >= DROP_TWO_AT) if settings.flag(case, "outliers") else 0


def _base(case: Case) -> Fraction:
    """The share of the mean that is the target; its draw doesn't depend on prices."""
    if case.method != "reference_price":
        return Fraction(1)
    return Fraction(settings.positive(case, "base") or drawn_base(case)) / 100


def _later(one: Fraction | None, other: Fraction) -> Fraction:
    return other if one is None else max(one, other)


def _earlier(one: Fraction | None, other: Fraction) -> Fraction:
    return other if one is None else min(one, other)


FINDERS: dict[str, Callable[[Case, str, int, int], tuple[int, int] | None]] = {
    "lowest_price": _low_enough,
    "two_stage": _low_enough,
    "merit": _by_points,
    "average_price": _nearest,
    "reference_price": _nearest,
}
