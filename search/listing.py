"""A page of a list, made ready for its template: what was understood, tabs, filters, hits, and the way on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from search.backends import engine
from search.backends.base import Hit, Results
from search.cards import Card, card
from search.filters import SearchFilter
from search.kinds import AGENCY, EVERYTHING, ITEM, KINDS, RARE, Kind
from search.labels import Labels
from search.panels import Chip, Panel, chips, own_purchases, panels, url_with
from search.query import LAST_PAGE, Query, last_page
from search.sorts import sorts_of
from search.state import links, state_of
from search.suggestions import nearest
from search.why import why

MOST_WORDS = 4


class HitPaginator(Paginator[Hit]):
    """Pages of hits that the engine has cut already."""

    def __init__(self, total: int, page_size: int) -> None:
        super().__init__([], page_size)
        self.total = total

    @cached_property
    def count(self) -> int:
        return self.total

    @cached_property
    def num_pages(self) -> int:
        return last_page(self.total, int(self.per_page))


@dataclass(frozen=True)
class Link:
    """A tab, a sort order, or a way out of an empty list."""

    label: str
    url: str
    current: bool = False
    count: int | None = None
    value: str = ""


@dataclass(frozen=True)
class Listing:
    """Everything the list's template shows."""

    kind: Kind
    title: str
    query: Query
    results: Results
    ignored: list[str]
    tabs: list[Link]
    sorts: list[Link]
    panels: list[Panel]
    chips: list[Chip]
    cards: list[Card]
    page: Page[Hit]
    kept: list[tuple[str, str]]
    clear_url: str
    all_count: int
    suggestions: list[Link]
    links: Mapping[str, str]

    @property
    def may_compare(self) -> bool:
        """Whether agencies stand in this list, which can be ticked for the comparison."""
        return self.kind.name in ("", AGENCY)

    @property
    def chosen_items(self) -> tuple[str, ...]:
        """The chosen items, which a comparison is to be about."""
        return self.query.chosen("item")

    @property
    def is_cut(self) -> bool:
        """Whether there are more hits than pages are given."""
        return self.results.total > LAST_PAGE * self.query.page_size


def listing(kind: Kind, parameters: QueryDict, actor: Actor | None = None) -> Listing:
    """Search, and make the page ready. `actor`: who looks, for what only they may ask about."""
    labels, index = Labels(), engine()
    asked = SearchFilter(parameters, labels, actor)
    query = asked.query(kind=kind.name)
    shown = KINDS[query.kinds[0]] if len(query.kinds) == 1 else EVERYTHING
    query = replace(query, facets=shown.facets)
    results = index.search(query)
    page = HitPaginator(results.total, query.page_size).page(results.page)
    return Listing(
        kind=shown,
        title=_title(shown, query),
        query=query,
        results=results,
        ignored=asked.ignored,
        tabs=_tabs(shown, query, results),
        sorts=_sorts(shown, query, parameters),
        panels=[*panels(query, results, labels, parameters), *own_purchases(shown, actor, asked.purchase)],
        chips=chips(query, labels, parameters, asked.purchase),
        cards=_cards(query, results, shown, page.start_index()),
        page=page,
        kept=[*_given(parameters, "q", "match", "sort"), *[("kind", each) for each in query.kinds if not kind.name]],
        clear_url="?"
        + urlencode([*_given(parameters, "q", "sort"), *[("kind", k) for k in query.kinds if not kind.name]]),
        all_count=sum(n for name, n in results.kinds.items() if not query.kinds or name in query.kinds),
        suggestions=[] if results.total else _suggestions(query, parameters),
        links=links(state_of(parameters, kind.name)),
    )


def _given(parameters: QueryDict, *names: str) -> list[tuple[str, str]]:
    return [(name, str(parameters[name])) for name in names if parameters.get(name)]


def _title(kind: Kind, query: Query) -> str:
    titles = {"agency_list": _("找机构"), "item_list": _("服务事项"), "tender_list": _("采购公告")}
    if query.words:
        return _("“%(words)s”的搜索结果") % {"words": query.words.text}
    return titles.get(kind.url_name, _("搜索") if not kind.name else str(kind.label))


def _tabs(current: Kind, query: Query, results: Results) -> list[Link]:
    """The kinds, with the hits of the words alone; the present one with those of the conditions too."""
    found = []
    for kind in (EVERYTHING, *KINDS.values()):
        count = results.kinds.get(kind.name, 0) if kind.name else sum(results.kinds.values())
        if kind.name in RARE and not count and current is not kind:
            continue
        values = [("q", query.words.text)] if query.words.text else []
        if not kind.url_name:
            values.append(("kind", kind.name))
        address = reverse(kind.url_name or "search") + (f"?{urlencode(values)}" if values else "")
        found.append(Link(str(kind.label), address, kind is current, count))
    return found


def _sorts(kind: Kind, query: Query, parameters: QueryDict) -> list[Link]:
    names = sorts_of(kind.name, has_words=bool(query.words))
    return [
        Link(label, url_with(parameters, {"sort": name}), name is query.sort, value=name)
        for name, label in names.items()
    ]


def _cards(query: Query, results: Results, kind: Kind, start: int) -> list[Card]:
    offering: Mapping[str, int] = {hit.key: hit.offered for hit in results.hits if hit.offered is not None}
    if any(hit.kind == ITEM and hit.offered is None for hit in results.hits):
        offers = Query(kinds=(AGENCY,), page_size=0, facets=("item",))
        offering = engine().search(offers).facets["item"]
    with clock.at(clock.now()):  # one moment for all of the page; inside a transaction each look is a query
        return [
            card(hit, query, offering=offering, with_kind=not kind.name, why=why(hit, query, results.best, rank))
            for rank, hit in enumerate(results.hits, start)
        ]


def _suggestions(query: Query, parameters: QueryDict) -> list[Link]:
    found = []
    for change in nearest(query, engine()):
        url = url_with(parameters, change.parameters)
        if change.everywhere:
            url = f"{reverse('search')}?{urlencode({'q': query.words.text})}"
        found.append(_counted(change.label, url, change.count))
    return found or _broadest(query)


def _broadest(query: Query) -> list[Link]:
    """Where no single change helps: any of the words without conditions, here or everywhere, and each word alone."""
    any_word = {"q": query.words.text, "match": "any"}
    bare = Query(words=replace(query.words, any_of=True), page_size=0)
    ways = [(_("在全部类别中匹配部分文字"), any_word, bare)]
    if query.kinds:
        ways.insert(0, (_("不限条件，只匹配部分文字"), any_word, replace(bare, kinds=query.kinds)))
    for term in query.words.terms[:MOST_WORDS] if len(query.words.terms) > 1 else ():
        alone = Query(words=replace(query.words, text=term.text, terms=(term,), any_of=False), page_size=0)
        ways.append((_("只搜“%(word)s”") % {"word": term.text}, {"q": term.text}, alone))
    if not query.words:
        return []
    found = []
    for (label, values, asked), count in zip(ways, engine().count([way[2] for way in ways]), strict=True):
        pairs = [*values.items(), *(("kind", kind) for kind in asked.kinds)]
        if count:
            found.append(_counted(label, f"{reverse('search')}?{urlencode(pairs)}", count))
    return found[:MOST_WORDS]


def _counted(label: str, url: str, count: int) -> Link:
    return Link(_("%(change)s（%(n)d 条）") % {"change": label, "n": count}, url)
