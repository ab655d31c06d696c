"""What lists can be narrowed by. Parameters, conditions, counts and the page's form are all derived from this table.

A document carries rows (`documents.Row`); facets of the same `row` are about the same one: with item ZJ-005 and
20 working days chosen, an agency must offer ZJ-005 itself within 20 days.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.core import clock
from search.query import Query

Bound = Decimal | int | str | None
YEARS_BACK = (0, 1, 3, 5)


class Shape(StrEnum):
    """How a facet is chosen."""

    ONE_OF = "one_of"  # any of the chosen values
    AT_LEAST = "at_least"  # one number, or day in ISO form, from below
    AT_MOST = "at_most"  # one number from above
    BETWEEN = "between"  # two numbers


@dataclass(frozen=True)
class Facet:
    """A facet: the rows it is about ("" = the document itself), their column, and the steps in which numbers count.

    Days are texts in ISO form, which stand in the order of time; their steps move with the year.
    """

    name: str
    label: str | Promise
    row: str
    column: str
    shape: Shape = Shape.ONE_OF
    given_steps: tuple[Decimal, ...] | Callable[[], tuple[str, ...]] = ()
    unit: str | Promise = ""

    @property
    def steps(self) -> tuple[Decimal, ...] | tuple[str, ...]:
        """The steps as they are today."""
        return self.given_steps() if callable(self.given_steps) else self.given_steps

    @property
    def is_day(self) -> bool:
        """Whether its values are days."""
        return callable(self.given_steps)

    def is_chosen(self, query: Query) -> bool:
        """Whether the query narrows by this facet."""
        if self.shape is Shape.ONE_OF:
            return bool(query.chosen(self.name))
        return any(value is not None for value in self.bounds(query))

    def bounds(self, query: Query) -> tuple[Bound, Bound]:
        """The least and the greatest value that the query allows."""
        bounds: Mapping[str, tuple[Bound, Bound]] = {
            "price": (query.price_from, query.price_to),
            "days": (None, query.days_to),
            "rating": (query.rating_from, None),
            "admitted": (query.admitted_from, None),
            "published": (query.published_from, None),
        }
        return bounds.get(self.name, (None, None))


def _numbers(*texts: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(text) for text in texts)


def _new_years() -> tuple[str, ...]:
    """The first days of this year and of some before it."""
    year = clock.today().year
    return tuple(date(year - back, 1, 1).isoformat() for back in YEARS_BACK)


FACETS: Mapping[str, Facet] = {
    facet.name: facet
    for facet in (
        Facet("category", _("阶段"), "item", "detail"),
        Facet("item", _("服务事项"), "item", "value"),
        Facet(
            "price",
            _("公开报价"),
            "item",
            "price",
            Shape.BETWEEN,
            _numbers("5000", "10000", "20000", "30000", "50000", "80000", "120000", "200000"),
            _("元"),
        ),
        Facet("days", _("承诺工期"), "item", "days", Shape.AT_MOST, _numbers("10", "20", "30", "60"), _("工作日")),
        Facet("qualification", _("资质类型"), "qualification", "value"),
        Facet("grade", _("资质等级"), "qualification", "detail"),
        Facet("requirement", _("资质要求"), "requirement", "value"),
        Facet("state", _("状态"), "state", "value"),
        Facet("method", _("选取方式"), "method", "value"),
        Facet("funds", _("资金来源"), "funds", "value"),
        Facet("region", _("地区"), "region", "value"),
        Facet("credit", _("信用等级"), "credit", "value"),
        Facet("industry", _("同行业业绩"), "work", "value"),
        Facet("admitted", _("入驻时间"), "admitted", "value", Shape.AT_LEAST, _new_years),
        Facet("published", _("发布时间"), "published", "value", Shape.AT_LEAST, _new_years),
        Facet("rating", _("服务评价"), "", "rating", Shape.AT_LEAST, _numbers("4.5", "4", "3"), _("分")),
    )
}
CHOICES = tuple(facet.name for facet in FACETS.values() if facet.shape is Shape.ONE_OF)


def together(facet: Facet) -> tuple[Facet, ...]:
    """The facets that are about the same row as this one, itself included."""
    return tuple(other for other in FACETS.values() if other.row == facet.row) if facet.row else (facet,)


# Made once: a facet's hash asks for its translated label, and a page asks for the groups a dozen times.
_GROUPS = tuple({each.row or each.name: together(each) for each in FACETS.values()}.values())


def groups() -> tuple[tuple[Facet, ...], ...]:
    """All facets, those about the same row together."""
    return _GROUPS
