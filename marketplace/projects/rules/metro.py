"""The route map as a metro line, laid out by a rule: stages are bands from left to right, a step stands one column
behind the last step it waits for, the critical chain runs straight, and no line passes through a station.

Columns and lanes are whole numbers; the drawing's units are those of templates/components/route_metro.html.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from marketplace.projects.rules import graph

COLUMN, LANE = 92, 58
LEFT, TOP, BOTTOM = 48, 72, 56
BEND = 16
LEAVE = 38  # how far behind a station its lines turn off, and how far before one they come in
LINE = 4  # characters of a short name in one line


@dataclass(frozen=True)
class Station:
    """A step to draw. `mark` is the tone and the words of its services, where something is to be said of them."""

    key: str
    stage: str
    name: str
    after: tuple[str, ...]
    state: str = "todo"  # done, now, todo
    url: str = ""
    mark: tuple[str, str] | None = None


@dataclass(frozen=True)
class Place:
    """Where a step stands: column and lane."""

    column: int
    lane: int

    @property
    def x(self) -> int:
        """Its place in the drawing."""
        return LEFT + COLUMN * self.column

    @property
    def y(self) -> int:
        """Its place in the drawing."""
        return TOP + LANE * self.lane


@dataclass(frozen=True)
class Band:
    """A stage."""

    x: int
    width: int
    label: str


@dataclass(frozen=True)
class Edge:
    """A line between two steps, as an SVG path."""

    d: str
    critical: bool


@dataclass(frozen=True)
class Node:
    """A station."""

    x: int
    y: int
    state: str
    critical: bool
    lines: tuple[str, ...]
    url: str


@dataclass(frozen=True)
class Mark:
    """The diamond of a step's services."""

    x: int
    y: int
    tone: str
    label: str


@dataclass(frozen=True)
class Metro:
    """A whole drawing."""

    width: int
    height: int
    stages: tuple[Band, ...]
    edges: tuple[Edge, ...]
    nodes: tuple[Node, ...]
    marks: tuple[Mark, ...]
    title: str = ""
    description: str = ""
    today_x: int = 0
    today: str = ""


@dataclass
class _Lanes:
    """Which places (lane, column) of the grid are taken by stations, and which lines (from, to) run through each."""

    cells: set[tuple[int, int]] = field(default_factory=set)
    runs: dict[tuple[int, int], set[tuple[str, str]]] = field(default_factory=dict)

    def run(self, lane: int, columns: Iterable[int], line: tuple[str, str]) -> None:
        """Note that a line runs along the lane over these columns."""
        for column in columns:
            self.runs.setdefault((lane, column), set()).add(line)

    def strangers(self, lane: int, columns: Iterable[int], line: tuple[str, str]) -> int:
        """In how many of these places lines run that share neither begin nor end with this one.

        In lane 0 each other line is a stranger: it would hide under the critical chain.
        """

        def strange(other: tuple[str, str]) -> bool:
            apart = other[0] != line[0] and other[1] != line[1]
            return other != line and (lane == 0 or apart)

        return sum(any(map(strange, self.runs.get((lane, column), ()))) for column in columns)

    def free(self, lane: int, columns: Iterable[int]) -> bool:
        """Whether nothing stands or runs in the lane over these columns."""
        return all((lane, column) not in self.cells and (lane, column) not in self.runs for column in columns)

    @property
    def deepest(self) -> int:
        """The lowest lane in use."""
        return max((lane for lane, _column in self.cells | self.runs.keys()), default=0)


def draw(stations: Sequence[Station], critical: Sequence[str], *, title: str = "", description: str = "") -> Metro:
    """The drawing of the steps; `critical` is the chain that decides, in order."""
    lines = graph.reduced({station.key: station.after for station in stations})
    places, lanes = places_of(stations, critical, lines)
    chain = set(pairwise(critical))
    edges = tuple(
        Edge(_path((before, key), places, lanes), (before, key) in chain)
        for key, befores in lines.items()
        for before in befores
    )
    columns = max((place.column for place in places.values()), default=0)
    return Metro(
        width=2 * LEFT + COLUMN * columns,
        height=TOP + LANE * max(lanes.deepest, 1) + BOTTOM,
        stages=_bands(stations, places, columns),
        edges=edges,
        nodes=tuple(_node(station, places[station.key], station.key in critical) for station in stations),
        marks=tuple(_marks(stations, places)),
        title=title,
        description=description,
    )


def places_of(
    stations: Sequence[Station], critical: Sequence[str], lines: Mapping[str, Sequence[str]]
) -> tuple[dict[str, Place], _Lanes]:
    """Column and lane of each step; no two share a place."""
    columns = _columns(stations, lines)
    lanes = _Lanes()
    places: dict[str, Place] = {}
    for key in critical:  # the critical chain first, straight through lane 0
        if (0, columns[key]) not in lanes.cells:
            places[key] = Place(columns[key], 0)
            lanes.cells.add((0, columns[key]))
    for line in pairwise(critical):
        lanes.run(0, range(columns[line[0]] + 1, columns[line[1]]), line)
    for key in graph.ordered(lines):
        if key in places:
            continue
        before = max((name for name in lines[key] if name in places), key=lambda name: places[name].column, default="")
        start = places[before].column + 1 if before else columns[key]
        span = range(min(start, columns[key]), columns[key] + 1)
        wanted = places[before].lane if before else 0
        lane = next(lane for lane in _nearest(wanted, lanes.deepest + 1) if lanes.free(lane, span))
        places[key] = Place(columns[key], lane)
        lanes.cells.add((lane, columns[key]))
        lanes.run(lane, span, (before, key))
    return places, lanes


def lines_of(name: str) -> tuple[str, ...]:
    """A short name in one or two lines under its station."""
    if len(name) <= LINE:
        return (name,)
    first = 3 if len(name) == LINE + 1 else LINE
    return (name[:first], name[first : 2 * LINE + 2])


def _columns(stations: Sequence[Station], lines: Mapping[str, Sequence[str]]) -> dict[str, int]:
    stages = list(dict.fromkeys(station.stage for station in stations))
    stage_of = {station.key: station.stage for station in stations}
    depth: dict[str, int] = {}
    for key in graph.ordered(lines):
        inside = [depth[name] for name in lines[key] if name in depth and stage_of[name] == stage_of[key]]
        depth[key] = max(inside, default=-1) + 1
    begin, columns = 0, {}
    for stage in stages:
        mine = [key for key in depth if stage_of[key] == stage]
        columns.update({key: begin + depth[key] for key in mine})
        begin += max(depth[key] for key in mine) + 1
    return columns


def _nearest(lane: int, deepest: int) -> list[int]:
    """Lanes from 1 down (0 is the critical chain's), the nearest to `lane` first."""
    return sorted(range(1, deepest + 2), key=lambda other: (abs(other - lane), other))


def _path(line: tuple[str, str], places: Mapping[str, Place], lanes: _Lanes) -> str:
    """A line from station to station, along the lane in which it meets no station and the fewest other lines."""
    start, end = places[line[0]], places[line[1]]
    if end.column <= start.column:  # a step of an earlier stage that waits for a later one
        return f"M{start.x} {start.y}L{end.x} {end.y}"
    between = range(start.column + 1, end.column)
    lane = min(
        [end.lane, start.lane, *range(1, lanes.deepest + 2)],
        key=lambda lane: (
            sum((lane, column) in lanes.cells for column in between),
            lanes.strangers(lane, between, line),
            (lane != start.lane) + (lane != end.lane),
            abs(lane - start.lane) + abs(lane - end.lane),
            lane,
        ),
    )
    lanes.run(lane, between, line)
    y = TOP + LANE * lane
    first = _turn(start.x + LEAVE, start.y, y) if lane != start.lane else ""
    second = _turn(end.x - LEAVE, y, end.y) if lane != end.lane else ""
    return f"M{start.x} {start.y}{first}{second}H{end.x}"


def _turn(x: int, y: int, to: int) -> str:
    """Along the lane to `x`, across to the other lane with cut corners, and on."""
    down = BEND if to > y else -BEND
    return f"H{x - BEND}L{x} {y + down}V{to - down}L{x + BEND} {to}"


def _bands(stations: Sequence[Station], places: Mapping[str, Place], columns: int) -> tuple[Band, ...]:
    stages = list(dict.fromkeys(station.stage for station in stations))
    firsts = [min(places[s.key].column for s in stations if s.stage == stage) for stage in stages]
    edges = [0, *(LEFT + COLUMN * first - COLUMN // 2 for first in firsts[1:]), 2 * LEFT + COLUMN * columns]
    return tuple(Band(edges[n], edges[n + 1] - edges[n], f"{n + 1} {stage}") for n, stage in enumerate(stages))


def _node(station: Station, place: Place, critical: bool) -> Node:
    return Node(place.x, place.y, station.state, critical, lines_of(station.name), station.url)


def _marks(stations: Sequence[Station], places: Mapping[str, Place]) -> Iterable[Mark]:
    for station in stations:
        if station.mark:
            place = places[station.key]
            yield Mark(place.x - COLUMN // 2, place.y, *station.mark)
