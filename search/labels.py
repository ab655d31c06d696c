"""The names of facet values, in the reader's language, and so also which values there are."""

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from django.db.models import F, TextField, Value
from django.db.models.functions import Cast
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
    """Reads the catalogue once for a page: one query for items and types, one for regions not asked for yet."""

    def __init__(self) -> None:
        self._asked: dict[str, tuple[str, str]] = {}

    def of(self, facet: str, values: Iterable[str]) -> dict[str, str]:
        """The names of those of the values that exist, in the order in which they are offered."""
        wanted = set(values)
        if facet == "region":
            return self._regions(wanted)
        if facet == "industry":
            return {value: value for value in self._industries(wanted)}
        return {value: str(name) for value, name in self._tables()[facet]().items() if value in wanted}

    def _regions(self, wanted: set[str]) -> dict[str, str]:
        if unknown := wanted - self._asked.keys():
            self._asked |= dict.fromkeys(unknown, ("", ""))
            self._asked |= {r.code: (r.name, r.en or r.name) for r in Region.objects.filter(code__in=unknown)}
        english = (get_language() or "").startswith("en")
        named = {code: self._asked[code][english] for code in sorted(wanted)}
        return {code: name for code, name in named.items() if name}

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

    @property
    def _items(self) -> list[ServiceItem]:
        return self._catalogue[0]

    @property
    def _types(self) -> list[QualificationType]:
        return self._catalogue[1]

    @cached_property
    def _catalogue(self) -> tuple[list[ServiceItem], list[QualificationType]]:
        no = Value("")
        items = ServiceItem.objects.order_by().annotate(place=Value(0), more=F("category"))
        types = QualificationType.objects.order_by().annotate(
            place=F("pk"), code=F("slug"), en=no, more=Cast("grades", TextField())
        )
        columns = ("place", "code", "name", "en", "more")
        rows = sorted(items.values_list(*columns).union(types.values_list(*columns), all=True))
        return (
            [ServiceItem(code=code, name=name, en=en, category=more) for at, code, name, en, more in rows if not at],
            [
                QualificationType(slug=code, name=name, grades=json.loads(more))
                for at, code, name, _en, more in rows
                if at
            ],
        )
