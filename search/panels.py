"""The filters beside a list: each facet with its choices and how many hits each would give."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.http import QueryDict
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.core import display
from search import eligible
from search.backends.base import Results
from search.facets import FACETS, Bound, Facet, Shape
from search.kinds import AGENCY, EVERYTHING, Kind
from search.labels import Labels
from search.query import Query

OPEN_PANELS = 5
MOST_CHOICES = 60
BY_COUNT = {
    "item",
    "qualification",
    "industry",
}  # long ones; a choice does not move its siblings, as it does not change their counts


@dataclass(frozen=True)
class Choice:
    """One value of a facet. `url`: where choosing it leads, for choices that are links; `depth`: how deep in a tree."""

    value: str
    label: str
    count: int | None
    selected: bool = False
    url: str = ""
    depth: int = 0


@dataclass(frozen=True)
class Bar:
    """One bar of a histogram, in a picture 100 wide and 32 high; `on`: within what is chosen."""

    x: int
    y: int
    width: int
    height: int
    on: bool


@dataclass(frozen=True)
class Panel:
    """What `components/facets.html` takes for one facet."""

    name: str
    label: str
    choices: Sequence[Choice]
    open: bool
    single: bool = False
    kind: str = ""
    low_name: str = "price_min"
    high_name: str = "price_max"
    low: str = ""
    high: str = ""
    unit: str = ""
    bars: Sequence[Bar] = ()


def panels(query: Query, results: Results, labels: Labels, parameters: QueryDict) -> list[Panel]:
    """The panels of the facets that were counted; one without any choice is left out."""
    found: list[Panel] = []
    for name in query.facets:
        facet, counts = FACETS[name], results.facets[name]
        chosen = facet.is_chosen(query)
        if facet.shape is Shape.BETWEEN:
            choices = _ranges(facet, counts, parameters)
        elif facet.is_day:
            choices = _days(facet, query, counts, parameters)
        elif facet.shape is Shape.ONE_OF:
            choices = _values(facet, query, counts, labels)
        else:
            choices = _steps(facet, query, counts)
        if not chosen and not any(choice.count for choice in choices if choice.value):
            continue
        panel = _panel(facet, query, choices, is_open=chosen or len(found) < OPEN_PANELS)
        found.append(replace(panel, bars=_bars(facet, query, counts)) if panel.kind == "range" else panel)
    return found


def own_purchases(kind: Kind, actor: Actor | None, chosen: eligible.Purchase | None) -> list[Panel]:
    """The panel of one's own purchases, on lists where agencies stand: who could take it?"""
    if kind.name not in (AGENCY, EVERYTHING.name):
        return []
    offered = {each.value: each for each in eligible.purchases(actor)}
    if chosen is not None:
        offered[chosen.value] = chosen
    if not offered:
        return []
    value = "" if chosen is None else chosen.value
    choices = [Choice("", _("不限"), None, not value)]
    choices += [Choice(each.value, each.label, None, each.value == value) for each in offered.values()]
    return [Panel("eligible", _("能承接我的项目"), choices, bool(value), single=True)]


def _panel(facet: Facet, query: Query, choices: Sequence[Choice], *, is_open: bool) -> Panel:
    if facet.is_day:
        low = str(facet.bounds(query)[0] or "")
        return Panel(facet.name, str(facet.label), choices, is_open, kind="day", low_name=facet.name, low=low)
    if facet.shape is not Shape.BETWEEN:
        return Panel(facet.name, str(facet.label), choices, is_open, single=facet.shape is not Shape.ONE_OF)
    low, high = (_plain(value) for value in facet.bounds(query))
    return Panel(facet.name, str(facet.label), choices, is_open, kind="range", low=low, high=high, unit=str(facet.unit))


def _values(facet: Facet, query: Query, counts: Mapping[str, int], labels: Labels) -> list[Choice]:
    chosen = query.chosen(facet.name)
    shown = _near(counts, chosen) if facet.name == "region" else set(counts) | set(chosen)
    # An industry is its own name; those that are counted exist.
    named = {value: value for value in sorted(shown)} if facet.name == "industry" else labels.of(facet.name, shown)
    choices = [
        Choice(
            value, label, counts.get(value, 0), value in chosen, depth=_depth(value) if facet.name == "region" else 0
        )
        for value, label in named.items()
    ]
    if facet.name in BY_COUNT:
        choices.sort(key=lambda choice: -(choice.count or 0))
    return choices[:MOST_CHOICES]


def _near(counts: Mapping[str, int], chosen: Sequence[str]) -> set[str]:
    """Provinces, and what lies within a chosen region or beside it; with a single province, all of its cities."""
    provinces = {code for code in counts if _depth(code) == 0}
    opened = {_parent(code, depth) for code in chosen for depth in range(_depth(code) + 1)}
    if len(provinces) == 1:
        opened |= provinces
    inside = {code for code in counts if _depth(code) and _parent(code, _depth(code) - 1) in opened}
    return provinces | inside | set(chosen)


def _depth(code: str) -> int:
    """0 for a province, 1 for a city, 2 for a county: the digits of a region's code, two by two."""
    return 0 if code.endswith("0000") else 1 if code.endswith("00") else 2


def _parent(code: str, depth: int) -> str:
    return code[: 2 * (depth + 1)].ljust(6, "0")


def _steps(facet: Facet, query: Query, counts: Mapping[str, int]) -> list[Choice]:
    low, high = facet.bounds(query)
    bound = low if facet.shape is Shape.AT_LEAST else high
    chosen = None if bound is None else Decimal(bound)
    words = _("%(n)s 分以上") if facet.shape is Shape.AT_LEAST else _("%(n)s 个工作日内")
    choices = [Choice("", _("不限"), None, chosen is None)]
    offered = [Decimal(step) for step in facet.steps]
    if chosen is not None and chosen not in offered:
        offered = sorted([*offered, chosen], reverse=facet.shape is Shape.AT_LEAST)
    for step in offered:
        value = _plain(step)
        choices.append(Choice(value, words % {"n": value}, counts.get(value), step == chosen))
    return choices


def _days(facet: Facet, query: Query, counts: Mapping[str, int], parameters: QueryDict) -> list[Choice]:
    """The first days of years as links."""
    chosen = facet.bounds(query)[0]
    choices = []
    for step in map(str, facet.steps):
        label = _("%(year)s 年以来") % {"year": step[:4]}
        choices.append(
            Choice(step, label, counts.get(step, 0), step == chosen, url_with(parameters, {facet.name: step}))
        )
    return [choice for choice in choices if choice.count or choice.selected]


def _bars(facet: Facet, query: Query, counts: Mapping[str, int]) -> list[Bar]:
    """The counts of a range's steps as a picture; the same numbers stand beside it as text."""
    starts = [Decimal(0), *(Decimal(step) for step in facet.steps)]
    numbers = [counts.get(_plain(start), 0) for start in starts]
    most, width = max(numbers), 100 // len(starts)
    if not most:
        return []
    low, high = facet.bounds(query)
    bars = []
    for place, (start, number) in enumerate(zip(starts, numbers, strict=True)):
        end = starts[place + 1] if place + 1 < len(starts) else None
        height = max(round(30 * number / most), 1 if number else 0)
        inside = (low is None or end is None or end > Decimal(low)) and (high is None or start < Decimal(high))
        bars.append(Bar(place * width, 32 - height, width - 1, height, inside and facet.is_chosen(query)))
    return bars


def _ranges(facet: Facet, counts: Mapping[str, int], parameters: QueryDict) -> list[Choice]:
    """The steps of the price as links that fill in both ends."""
    ends = [*(_plain(Decimal(step)) for step in facet.steps), ""]
    starts = ["0", *ends[:-1]]
    choices = []
    for low, high in zip(starts, ends, strict=True):
        wanted = {"price_min": "" if low == "0" else low, "price_max": high}
        selected = all(parameters.get(name, "") == value for name, value in wanted.items())
        choices.append(Choice(low, _range_label(low, high), counts.get(low, 0), selected, url_with(parameters, wanted)))
    return [choice for choice in choices if choice.count or choice.selected]


def _range_label(low: str, high: str) -> str:
    if low == "0":
        return _("%(high)s 以下") % {"high": display.money(high)}
    if not high:
        return _("%(low)s 以上") % {"low": display.money(low)}
    return f"{display.money(low)}–{display.money(high)}"


def url_with(parameters: QueryDict, changes: Mapping[str, str]) -> str:
    """The page's own address with some parameters set, "" takes one away; the page number goes."""
    changed = parameters.copy()
    for name, value in {"page": "", **changes}.items():
        changed.pop(name, None)
        if value:
            changed[name] = value
    return f"?{changed.urlencode()}"


def _plain(value: Bound) -> str:
    return "" if value is None else f"{Decimal(value).normalize():f}"


@dataclass(frozen=True)
class Chip:
    """A condition that is on, and the address without it."""

    label: str
    url: str


def chips(query: Query, labels: Labels, parameters: QueryDict, purchase: eligible.Purchase | None = None) -> list[Chip]:
    """The conditions that are on, so that each can be taken off."""
    found = []
    if purchase is not None:
        label = _("能承接：%(title)s") % {"title": purchase.label}
        found.append(Chip(label, url_with(parameters, {"eligible": ""})))
    for facet in FACETS.values():
        if not facet.is_chosen(query):
            continue
        if facet.shape is Shape.ONE_OF:
            for value, label in labels.of(facet.name, query.chosen(facet.name)).items():
                found.append(Chip(f"{facet.label}：{label}", _url_without(parameters, facet.name, value)))
        else:
            names = {"price_min": "", "price_max": ""} if facet.shape is Shape.BETWEEN else {facet.name: ""}
            found.append(Chip(f"{facet.label}：{_bounds_label(facet, query)}", url_with(parameters, names)))
    return found


def _bounds_label(facet: Facet, query: Query) -> str:
    if facet.is_day:
        return _("%(day)s 以来") % {"day": facet.bounds(query)[0]}
    low, high = (_plain(value) for value in facet.bounds(query))
    if facet.shape is Shape.BETWEEN:
        return _range_label(low or "0", high) if high or low else ""
    return (_("%(n)s 分以上") if low else _("%(n)s 个工作日内")) % {"n": low or high}


def _url_without(parameters: QueryDict, name: str, value: str) -> str:
    changed = parameters.copy()
    changed.setlist(name, [each for each in changed.getlist(name) if each.strip() != value])
    changed.pop("page", None)
    return f"?{changed.urlencode()}"
