"""The parameters of a search, defined once for pages and API.

Every value that can't be meant is left out and told; nothing is an error.
"""

import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters import Filter, FilterSet

from marketplace.accounts.actors import Actor
from search import analysis
from search.eligible import Purchase, agencies_for, purchase
from search.facets import CHOICES, FACETS
from search.kinds import AGENCY, KINDS
from search.labels import Labels
from search.models import SearchDocument
from search.query import LAST_PAGE, Query, Sort
from search.understanding import understand

MOST_VALUES = 40
LONGEST_VALUE = 80
LARGEST = Decimal(10) ** 12


class SeveralField(forms.Field):
    """Any number of values, without repetitions; never invalid."""

    widget = forms.SelectMultiple

    def clean(self, value: Any) -> tuple[str, ...]:
        return tuple(dict.fromkeys(str(each).strip() for each in value or () if str(each).strip()))


class OneField(forms.Field):
    """One text as it was given; never invalid."""

    def clean(self, value: Any) -> str:
        return str(value or "").strip()


class Several(Filter):
    """A parameter that may be repeated."""

    field_class = SeveralField


class One(Filter):
    """A parameter that is given once."""

    field_class = OneField


class SearchFilter(FilterSet):
    """What a search can be asked. `query()` reads it; `ignored` then says what was left out, in whole sentences.

    `actor`: who asks; only their own purchases can be asked about (`eligible`, which `purchase` then names).
    """

    q = One(label=gettext_lazy("搜索词"))
    match = One(label=gettext_lazy("匹配方式"))
    kind = Several(label=gettext_lazy("类别"))
    category = Several(label=FACETS["category"].label)
    item = Several(label=FACETS["item"].label)
    price_min = One(label=gettext_lazy("最低价"))
    price_max = One(label=gettext_lazy("最高价"))
    days = One(label=FACETS["days"].label)
    qualification = Several(label=FACETS["qualification"].label)
    grade = Several(label=FACETS["grade"].label)
    requirement = Several(label=FACETS["requirement"].label)
    state = Several(label=FACETS["state"].label)
    method = Several(label=FACETS["method"].label)
    funds = Several(label=FACETS["funds"].label)
    region = Several(label=FACETS["region"].label)
    credit = Several(label=FACETS["credit"].label)
    industry = Several(label=FACETS["industry"].label)
    admitted = One(label=FACETS["admitted"].label)
    published = One(label=FACETS["published"].label)
    rating = One(label=FACETS["rating"].label)
    eligible = One(label=gettext_lazy("能承接的采购项目"))
    sort = One(label=gettext_lazy("排序"))
    page = One(label=gettext_lazy("页码"))

    class Meta:
        model = SearchDocument
        fields: list[str] = []

    def __init__(self, data: QueryDict, labels: Labels, actor: Actor | None = None) -> None:
        super().__init__(data, SearchDocument.objects.none())
        self.labels = labels
        self.actor = actor
        self.purchase: Purchase | None = None
        self.ignored: list[str] = []

    def query(self, *, kind: str = "", facets: Iterable[str] = ()) -> Query:
        """The search that was asked for, of one kind if it is given."""
        self.form.is_valid()
        given = self.form.cleaned_data
        self.ignored = []
        words = understand(given["q"], any_of=given["match"] == "any")
        self.ignored += [_("搜索时忽略了%(what)s。") % {"what": what} for what in words.ignored]
        self.ignored += words.told
        price_from, price_to = self._prices(given["price_min"], given["price_max"])
        days = self._number("days", given["days"], Decimal(3650))
        kinds = (kind,) if kind else self._known("kind", given["kind"], KINDS)
        self.purchase = self._purchase(kinds, given["eligible"])
        return Query(
            words=words,
            kinds=(AGENCY,) if self.purchase is not None else kinds,
            choices={name: known for name in CHOICES if (known := self._choices(name, given[name]))},
            price_from=price_from,
            price_to=price_to,
            days_to=None if days is None else int(days),
            rating_from=self._number("rating", given["rating"], Decimal(5)),
            admitted_from=self._day("admitted", given["admitted"]),
            published_from=self._day("published", given["published"]),
            keys=None if self.purchase is None else agencies_for(self.purchase),
            sort=self._sort(given["sort"]),
            page=self._page(given["page"]),
            facets=tuple(facets),
        )

    def _choices(self, name: str, values: tuple[str, ...]) -> tuple[str, ...]:
        usable = [value for value in values[:MOST_VALUES] if _usable(value)]
        return self._known(name, values, self.labels.of(name, usable) if usable else {})

    def _known(self, name: str, values: tuple[str, ...], known: Iterable[str]) -> tuple[str, ...]:
        there = set(known)
        if unknown := [value for value in values if value not in there]:
            self._leave_out(name, "、".join(unknown[:3]))
        return tuple(value for value in values if value in there)

    def _prices(self, low: str, high: str) -> tuple[Decimal | None, Decimal | None]:
        price_from = self._number("price_min", low, LARGEST)
        price_to = self._number("price_max", high, LARGEST)
        if price_from is not None and price_to is not None and price_from > price_to:
            self.ignored.append(_("最低价高于最高价，已对调。"))
            return price_to, price_from
        return price_from, price_to

    def _number(self, name: str, text: str, largest: Decimal) -> Decimal | None:
        if not text:
            return None
        try:
            number = Decimal(unicodedata.normalize("NFKC", text[:40]).replace(",", "").lstrip("¥").strip())
        except InvalidOperation:
            number = Decimal("NaN")
        if number.is_finite() and 0 <= number <= largest:
            return number
        self._leave_out(name, text)
        return None

    def _day(self, name: str, text: str) -> str | None:
        if not text:
            return None
        try:
            return date.fromisoformat(unicodedata.normalize("NFKC", text[:40])).isoformat()
        except ValueError:
            self._leave_out(name, text)
            return None

    def _purchase(self, kinds: tuple[str, ...], text: str) -> Purchase | None:
        """The purchase that agencies are to be able to take; a stranger's is as unknown as one that doesn't exist."""
        if not text:
            return None
        if kinds and AGENCY not in kinds:
            self.ignored.append(_("“能承接我的项目”只用于找机构，已忽略。"))
            return None
        found = purchase(self.actor, text) if _usable(text) else None
        if found is None:
            self._leave_out("eligible", text)
        return found

    def _sort(self, text: str) -> Sort:
        if not text:
            return Sort.RELEVANCE
        if text in set(Sort):
            return Sort(text)
        self._leave_out("sort", text)
        return Sort.RELEVANCE

    def _page(self, text: str) -> int:
        digits = text.lstrip("+-")
        if not text:
            return 1
        if not digits.isdecimal():
            self._leave_out("page", text)
            return 1
        return 1 if text.startswith("-") else int(digits) if len(digits) <= 4 else LAST_PAGE

    def _leave_out(self, name: str, text: str) -> None:
        shown = analysis.clean(text)
        values = {"label": self.filters[name].label, "text": f"{shown[:30]}…" if len(shown) > 30 else shown}
        self.ignored.append(_("“%(text)s”不是可用的%(label)s，已忽略。") % values)


def _usable(value: str) -> bool:
    return len(value) <= LONGEST_VALUE and analysis.clean(value) == value
