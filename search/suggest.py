"""What stands under a search box while somebody types: the best of every kind, or the nearest words that find some."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, zip_longest

from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from search.backends import engine
from search.backends.base import Hit
from search.cards import localised, marked
from search.filters import SearchFilter
from search.kinds import KINDS
from search.labels import Labels
from search.suggestions import nearest

MOST = 8
CANDIDATES = 32  # the best by words; of these each kind gets its turn


@dataclass(frozen=True)
class Suggestion:
    """One line: where it leads (`url`), or which words it puts into the box (`text`)."""

    title: SafeString
    kind: str
    detail: str = ""
    url: str = ""
    text: str = ""


def suggested(parameters: QueryDict) -> list[Suggestion]:
    """At most eight lines for `q`, of the kinds that `kind` names, in four statements once the words are known."""
    asked = QueryDict(mutable=True)
    for name in ("q", "kind"):
        asked.setlist(name, parameters.getlist(name))
    query = replace(SearchFilter(asked, Labels()).query(), page_size=CANDIDATES)
    if not query.words:
        return []
    index = engine()
    found = index.search(query)
    if found.total:
        return [_line(hit) for hit in _mixed(found.hits)]
    changes = [change for change in nearest(query, index) if change.parameters.get("q")]
    return [
        Suggestion(marked(change.parameters["q"]), _("改搜"), _("%(n)d 条") % {"n": change.count}, text=words)
        for change in changes[:MOST]
        if (words := change.parameters["q"])
    ]


def _mixed(hits: Sequence[Hit]) -> list[Hit]:
    """Kinds in turns, each in the order of its best hit; then by kind, so that the list reads in groups."""
    by_kind: dict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        by_kind[hit.kind].append(hit)
    turns = chain.from_iterable(zip_longest(*by_kind.values()))
    chosen = [hit for hit in turns if hit is not None][:MOST]
    return [hit for kind in by_kind for hit in chosen if hit.kind == kind]


def _line(hit: Hit) -> Suggestion:
    english = str(hit.data.get("en") or "") if (get_language() or "").startswith("en") else ""
    return Suggestion(
        title=marked(english or hit.highlights.get("title") or hit.title),
        kind=str(KINDS[hit.kind].label),
        detail=str(hit.data.get("agency") or hit.data.get("region") or hit.data.get("code") or ""),
        url=localised(hit.url),
    )
