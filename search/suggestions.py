"""When nothing is found: the nearest changes that would find something, with how much."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from search.backends.base import Engine
from search.facets import FACETS, Shape
from search.query import Query

MOST = 4


@dataclass(frozen=True)
class Change:
    """A change of the search: parameters to set ("" takes one away), and how many hits it has then."""

    label: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    everywhere: bool = False
    count: int = 0


def nearest(query: Query, engine: Engine) -> list[Change]:
    """The changes that give results, the smallest first; one statement whatever their number."""
    candidates = [*_without_a_condition(query), *_without_a_word(query), *_wider(query)]
    counts = engine.count([changed for _change, changed in candidates])
    counted = [replace(change, count=n) for (change, _), n in zip(candidates, counts, strict=True) if n]
    return counted[:MOST]


def _without_a_condition(query: Query) -> list[tuple[Change, Query]]:
    found = []
    for facet in FACETS.values():
        if not facet.is_chosen(query):
            continue
        change = Change(_("不限%(facet)s") % {"facet": facet.label}, dict.fromkeys(_parameters(facet.name), ""))
        found.append((change, without(query, facet.name)))
    if query.keys is not None:
        change = Change(_("不限能承接我的项目的机构"), {"eligible": ""})
        found.append((change, replace(query, keys=None)))
    return found


def _without_a_word(query: Query) -> list[tuple[Change, Query]]:
    if len(query.words.terms) < 2:
        return []
    found = []
    for term in query.words.terms:
        words = query.words.without(term)
        change = Change(_("去掉“%(word)s”") % {"word": term.text}, {"q": words.text})
        found.append((change, replace(query, words=words)))
    return found


def _wider(query: Query) -> list[tuple[Change, Query]]:
    found = []
    narrowed = [facet.name for facet in FACETS.values() if facet.is_chosen(query)]
    bare = query
    for name in narrowed:
        bare = without(bare, name)
    if query.words and not query.words.any_of:
        loose = replace(query, words=replace(query.words, any_of=True))
        found.append((Change(_("只匹配部分文字"), {"match": "any"}), loose))
    if len(narrowed) > 1:
        gone = {name: "" for each in narrowed for name in _parameters(each)}
        found.append((Change(_("清除全部筛选条件"), gone), bare))
    if query.kinds and query.words:
        found.append((Change(_("在全部类别中搜索"), everywhere=True), replace(bare, kinds=())))
    return found


def _parameters(facet: str) -> tuple[str, ...]:
    return ("price_min", "price_max") if FACETS[facet].shape is Shape.BETWEEN else (facet,)


def without(query: Query, facet: str) -> Query:
    """The query without what was chosen in one facet."""
    changes = {
        "price": {"price_from": None, "price_to": None},
        "days": {"days_to": None},
        "rating": {"rating_from": None},
        "admitted": {"admitted_from": None},
        "published": {"published_from": None},
    }
    if facet in changes:
        return replace(query, **changes[facet])  # type: ignore[arg-type]
    return replace(query, choices={name: values for name, values in query.choices.items() if name != facet})
