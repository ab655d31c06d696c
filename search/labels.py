"""The names of facet values, in the reader's language, and so also which values there are."""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marketplace.agencies.models import PastWork
from marketplace.agencies.rules.credit import LINES
from marketplace.catalogue.models import QualificationType, Region, ServiceItem
from marketplace.tenders.models import Tender
from marketplace.tenders.selection import registry

NOT_ANNOUNCED = {"draft", "checking", "scheduled"}
_Table = Callable[[], Mapping[str, str | Promise]]


def credit_label(grade: str) -> str:
    """A grade with the points from which it is given."""
    line = LINES[grade]
    return _("%(grade)s（%(n)d 分以上）") % {"grade": grade, "n": line} if line else grade


class Labels:
    """Reads the catalogue once for a page: one query for items, one for types, one for each set of regions."""

    def of(self, facet: str, values: Iterable[str]) -> dict[str, str]:
        """The names of those of the values that exist, in the order in which they are offered."""
        wanted = set(values)
        if facet == "region":
            found = Region.objects.filter(code__in=wanted).order_by("code")
            english = (get_language() or "").startswith("en")
            return {region.code: region.en if english and region.en else region.name for region in found}
        if facet == "industry":
            return {value: value for value in self._industries(wanted)}
        return {value: str(name) for value, name in self._tables()[facet]().items() if value in wanted}

    def _tables(self) -> Mapping[str, _Table]:
        return {
            "item": lambda: {item.code: item.label for item in self._items},
            "category": lambda: {item.category: item.category for item in self._items},
            "qualification": lambda: {each.slug: each.name for each in self._types},
            "grade": lambda: {grade: grade for each in self._types for grade in each.grades},
            "credit": lambda: {grade: credit_label(grade) for grade in LINES},
            "requirement": lambda: dict(ServiceItem.Kind.choices),
            "state": lambda: {key: label for key, label in Tender.State.choices if key not in NOT_ANNOUNCED},
            "funds": lambda: dict(Tender.Funds.choices),
            "method": lambda: {method.key: method.label for method in registry.METHODS},
        }

    @staticmethod
    def _industries(wanted: set[str]) -> list[str]:
        """Those of the industries in which verified work was done."""
        done = PastWork.objects.filter(industry__in=wanted).exclude(contract_number="").exclude(industry="")
        return sorted(set(done.order_by().values_list("industry", flat=True).distinct()))

    @cached_property
    def _items(self) -> list[ServiceItem]:
        return list(ServiceItem.objects.only("code", "name", "en", "category").order_by("code"))

    @cached_property
    def _types(self) -> list[QualificationType]:
        return list(QualificationType.objects.only("slug", "name", "grades").order_by("pk"))
