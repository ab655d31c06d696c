"""The state of a search as a query string: one for the page's address, the API, saved searches and exports."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from search.filters import SearchFilter
from search.kinds import EVERYTHING, KINDS, Kind
from search.labels import Labels
from search.panels import chips
from search.query import Query

PASSING = ("page",)  # where one is in the list is no part of what one looks for
LONGEST = 2000


def state_of(parameters: QueryDict, kind: str = "") -> str:
    """The parameters that a search has, in one order, empty ones left out; `kind` is that of a list of its own."""
    pairs = [("kind", kind)] if kind else []
    for name in SearchFilter.base_filters:
        if name in PASSING or (kind and name == "kind"):
            continue
        pairs += [(name, value) for each in parameters.getlist(name) if (value := each.strip())]
    return urlencode(list(dict.fromkeys(pairs)), errors="replace")


def address(state: str) -> str:
    """The page that shows it."""
    return f"{reverse('search')}?{state}" if state else reverse("search")


def query_of(state: str, labels: Labels) -> Query:
    """The search itself."""
    return SearchFilter(QueryDict(state), labels).query()


@dataclass(frozen=True)
class Reading:
    """A state in words."""

    kind: str
    words: str
    conditions: tuple[str, ...]

    @property
    def title(self) -> str:
        """A name for it."""
        return " · ".join(part for part in (self.words, self.kind, *self.conditions) if part)


def read(state: str, labels: Labels) -> Reading:
    """Say what a state looks for."""
    query = query_of(state, labels)
    kinds: list[Kind] = [KINDS[name] for name in query.kinds] or [EVERYTHING]
    conditions = tuple(chip.label for chip in chips(query, labels, QueryDict(state)))
    return Reading("、".join(str(kind.label) for kind in kinds), query.words.text, conditions)


def links(state: str) -> Mapping[str, str]:
    """Where the state can be taken: saved, as a table, as a feed."""
    names = {"save": "saved_search_new", "csv": "search_csv", "xlsx": "search_xlsx", "feed": "search_feed"}
    return {what: f"{reverse(name)}?{state}" for what, name in names.items()}


def only(query: Query, kind: str, keys: tuple[str, ...]) -> Query:
    """The same search among these documents of a kind."""
    return replace(query, kinds=(kind,), keys=keys, page=1, page_size=len(keys), facets=())
