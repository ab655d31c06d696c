"""Tickets of a weighted draw: the credit score, rounded half up, at least one."""

from collections.abc import Iterable
from fractions import Fraction
from math import floor

from django.utils.translation import gettext as _

from marketplace.tenders.selection.base import Case, Quote
from marketplace.tenders.selection.casefile import CaseError
from marketplace.tenders.selection.draw import WORDS


def of(quote: Quote) -> int:
    """How many tickets a quote has."""
    return max(1, floor(Fraction(quote.credit) + Fraction(1, 2)))


def of_all(quotes: Iterable[Quote]) -> dict[str, int]:
    """The tickets of each agency."""
    return {quote.agency: of(quote) for quote in quotes}


def check(case: Case) -> None:
    """CaseError when there are more tickets than a word of the stream can number; the highest credit is named."""
    if sum(map(of, case.quotes)) > WORDS:
        highest = max(range(len(case.quotes)), key=lambda n: case.quotes[n].credit)
        raise CaseError(f"quotes[{highest}].credit", _("信用分过大，无法按信用分抽取。"))
