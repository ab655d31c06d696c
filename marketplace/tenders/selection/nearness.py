"""Ranking by the distance to a price: what the average and the reference price have in common."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from marketplace.tenders.selection.base import Quote
from marketplace.tenders.selection.exact import shown_ratio
from marketplace.tenders.selection.ranking import Entry, codes, drop_extremes, ranked, whole_prices


@dataclass(frozen=True)
class Priced:
    """Valid quotes with their prices as whole numbers of a unit; `left` after the extremes were `dropped`."""

    valid: Sequence[Quote]
    price: Mapping[str, int]
    unit: int  # so many make one yuan
    left: Sequence[Quote]
    dropped: Mapping[str, str]
    place: Mapping[str, int]

    @classmethod
    def of(cls, valid: Sequence[Quote], each_side: int, place: Mapping[str, int]) -> "Priced":
        """Drop so many on each side."""
        price, unit = whole_prices(valid)
        left, dropped = drop_extremes(valid, price, each_side, place)
        return cls(valid, price, unit, left, dropped, place)

    @property
    def mean(self) -> Fraction:
        """The mean of the prices that are left, in yuan."""
        return Fraction(sum(self.price[quote.agency] for quote in self.left), len(self.left) * self.unit)

    def nearest(self, rule: str, target: Fraction) -> tuple[tuple[str, ...], list[Entry]]:
        """The ranking and its entries: by distance to the target, lower price, draw order; then the dropped by price.

        An entry says `by_price` where another has the same distance at another price, so that the lower one decided.
        """
        goal, scale = (target * self.unit).as_integer_ratio()
        price, dropped = self.price, self.dropped
        apart = {quote.agency: abs(price[quote.agency] * scale - goal) for quote in self.left}
        gone = [quote for quote in self.valid if quote.agency in dropped]
        near = ranked(self.left, lambda quote: (apart[quote.agency], price[quote.agency]), self.place)
        last = ranked(gone, lambda quote: price[quote.agency], self.place, first=len(near) + 1)
        sides = Counter(distance for distance, _price in {(apart[code], price[code]) for code in apart})
        entries = []
        for quote, entry in near:
            distance = apart[quote.agency]
            why: Entry = {"rule": rule, "distance": shown_ratio(distance, scale * self.unit)}
            entries.append(entry | why | ({"by_price": True} if sides[distance] > 1 else {}))
        entries += [entry | {"rule": dropped[quote.agency]} for quote, entry in last]
        return codes(near) + codes(last), entries
