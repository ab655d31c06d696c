"""Ranking by the distance to a price: what the average and the reference price have in common."""

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction

from marketplace.tenders.selection.base import Quote
from marketplace.tenders.selection.exact import shown
from marketplace.tenders.selection.ranking import Entry, codes, price_of, ranked


def nearest(
    rule: str, target: Fraction, valid: Sequence[Quote], dropped: Mapping[str, str], place: Mapping[str, int]
) -> tuple[tuple[str, ...], list[Entry]]:
    """The ranking and its entries: by distance, lower price, draw order; then the dropped by price, draw order.

    An entry says `by_price` where another has the same distance at another price, so that the lower price decided.
    """

    def distance(quote: Quote) -> Fraction:
        return abs(price_of(quote) - target)

    left = [quote for quote in valid if quote.agency not in dropped]
    gone = [quote for quote in valid if quote.agency in dropped]
    near = ranked(left, lambda quote: (distance(quote), price_of(quote)), place)
    last = ranked(gone, price_of, place, first=len(near) + 1)
    sides = Counter(apart for apart, _price in {(distance(quote), price_of(quote)) for quote in left})
    entries = []
    for quote, entry in near:
        apart = distance(quote)
        why: Entry = {"rule": rule, "distance": shown(apart)}
        entries.append(entry | why | ({"by_price": True} if sides[apart] > 1 else {}))
    entries += [entry | {"rule": dropped[quote.agency]} for quote, entry in last]
    return codes(near) + codes(last), entries
