"""The names of facet values, in the reader's language, and so also which values there are."""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from django.utils.functional import Promise

from marketplace.catalogue.models import QualificationType, Region, ServiceItem
from marketplace.tenders.models import Tender
from marketplace.tenders.selection import registry

NOT_ANNOUNCED = {"draft", "checking", "scheduled"}
_Table = Callable[[], Mapping[str, str | Promise]]


class Labels:
    """Reads the catalogue once for a page: one query for items, one for types, one for each set of regions."""

    def of(self, facet: str, values: Iterable[str]) -> dict[str, str]:
        """The names of those of the values that exist, in the order in which they are offered."""
        wanted = set(values)
        if facet == "region":
            found = Region.objects.filter(code__in=wanted).order_by("code")
            return {region.code: region.name for region in found}
        return {value: str(name) for value, name in self._tables()[facet]().items() if value in wanted}

    def _tables(self) -> Mapping[str, _Table]:
        return {
            "item": lambda: {item.code: item.label for item in self._items},
            "category": lambda: {item.category: item.category for item in self._items},
            "qualification": lambda: {each.slug: each.name for each in self._types},
            "grade": lambda: {grade: grade for each in self._types for grade in each.grades},
            "requirement": lambda: dict(ServiceItem.Kind.choices),
            "state": lambda: {key: label for key, label in Tender.State.choices if key not in NOT_ANNOUNCED},
            "funds": lambda: dict(Tender.Funds.choices),
            "method": lambda: {method.key: method.label for method in registry.METHODS},
        }

    @cached_property
    def _items(self) -> list[ServiceItem]:
        return list(ServiceItem.objects.only("code", "name", "en", "category").order_by("code"))

    @cached_property
    def _types(self) -> list[QualificationType]:
        return list(QualificationType.objects.only("slug", "name", "grades").order_by("pk"))
