"""Ranking by a key, ties by the draw order; and which prices are dropped as extremes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from typing import Any

from marketplace.tenders.selection.base import Quote
from marketplace.tenders.selection.exact import whole

Entry = dict[str, Any]


def price_of(quote: Quote) -> Fraction:
    """The price, where the method has seen to it that there is one."""
    assert quote.price is not None
    return Fraction(quote.price)


def whole_prices(quotes: Iterable[Quote]) -> tuple[dict[str, int], int]:
    """The prices as whole numbers of a unit, by agency, and how many units make one yuan."""
    return whole({quote.agency: quote.price for quote in quotes if quote.price is not None})


def ranked(
    quotes: Iterable[Quote], key: Callable[[Quote], Any], place: Mapping[str, int], first: int = 1
) -> list[tuple[Quote, Entry]]:
    """The quotes by `key` (least first), then by draw order, each with the beginning of its explanation.

    The entry names agency and rank (from `first` on); where several have the same key also how many (`tied`) and in
    which place among them the draw put this one (`drawn`).
    """
    keyed = sorted(((key(quote), place[quote.agency], quote) for quote in quotes), key=lambda each: each[:2])
    found: list[tuple[Quote, Entry]] = []
    for _key, group in groupby(keyed, key=lambda each: each[0]):
        same = list(group)
        for drawn, (_same, _place, quote) in enumerate(same, start=1):
            entry: Entry = {"agency": quote.agency, "rank": first + len(found)}
            if len(same) > 1:
                entry |= {"tied": len(same), "drawn": drawn}
            found.append((quote, entry))
    return found


def codes(pairs: Iterable[tuple[Quote, Entry]]) -> tuple[str, ...]:
    """The agencies' codes in their order."""
    return tuple(quote.agency for quote, _entry in pairs)


def drop_extremes(
    quotes: Sequence[Quote], price: Mapping[str, int], each_side: int, place: Mapping[str, int]
) -> tuple[list[Quote], dict[str, str]]:
    """The quotes that stay, and the dropped ones' rule (`dropped_high`, `dropped_low`).

    First the high side, then the low side from those that remain; among equal prices the later in the draw order
    goes first (selection-rules, *The case file*).
    """
    dropped: dict[str, str] = {}
    left = list(quotes)
    for rule, sign in (("dropped_high", -1), ("dropped_low", 1)):
        left.sort(key=lambda quote: (sign * price[quote.agency], -place[quote.agency]))
        dropped |= dict.fromkeys((quote.agency for quote in left[:each_side]), rule)
        left = left[each_side:]
    return left, dropped
