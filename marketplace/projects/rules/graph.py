"""A route map as a graph: what comes before what, and when each step can begin and end."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from marketplace.projects.rules.errors import RouteCycle

After = Mapping[str, Collection[str]]


@dataclass(frozen=True)
class Task:
    """A step to schedule, in whole working days counted from day 0 (today).

    `not_before`: the first day on which it can begin whatever its predecessors do; `starts`, `ends`: known days
    (negative in the past), where the step has begun or is over.
    """

    key: str
    days: int
    after: tuple[str, ...] = ()
    not_before: int = 0
    starts: int | None = None
    ends: int | None = None


@dataclass(frozen=True)
class Slot:
    """When a step begins and ends."""

    start: int
    finish: int


@dataclass(frozen=True)
class Schedule:
    """The earliest times of all steps, the chain that decides when the last one ends, and that end."""

    slots: Mapping[str, Slot]
    critical: tuple[str, ...]
    finish: int


def ordered(after: After) -> tuple[str, ...]:
    """The steps so that each stands behind those it waits for, otherwise in the order given.

    Names in `after` that are no steps are not looked at. RouteCycle, naming the cycle.
    """
    waiting = {key: {before for before in befores if before in after} for key, befores in after.items()}
    done: list[str] = []
    while waiting:
        free = next((key for key, befores in waiting.items() if not befores), None)
        if free is None:
            raise _cycle(waiting)
        done.append(free)
        del waiting[free]
        for befores in waiting.values():
            befores.discard(free)
    return tuple(done)


def schedule(tasks: Sequence[Task]) -> Schedule:
    """Earliest start and finish of each step, and the critical chain. RouteCycle when they wait for each other."""
    by_key = {task.key: task for task in tasks}
    slots: dict[str, Slot] = {}
    for key in _order(tuple((task.key, task.after) for task in tasks)):
        slots[key] = _slot(by_key[key], slots)
    if not slots:
        return Schedule({}, (), 0)
    last = max(by_key, key=lambda key: (slots[key].finish, slots[key].start))
    return Schedule(slots, _chain(last, by_key, slots), slots[last].finish)


def ancestors(after: After) -> dict[str, frozenset[str]]:
    """For each step all those that must be over before it, however far away."""
    found: dict[str, frozenset[str]] = {}
    for key in ordered(after):
        before = [name for name in after[key] if name in after]
        found[key] = frozenset(before).union(*(found[name] for name in before))
    return found


def reduced(after: After) -> dict[str, tuple[str, ...]]:
    """The same order with every line left out that another way shows already: what a map draws."""
    far = ancestors(after)
    return {
        key: tuple(name for name in befores if not any(name in far[other] for other in befores if other in far))
        for key, befores in after.items()
    }


def without(after: After, left_out: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The graph without some steps: each hands those it waited for to those that waited for it."""
    gone = set(left_out)
    heirs: dict[str, tuple[str, ...]] = {}
    for key in ordered(after):
        befores: list[str] = []
        for name in after[key]:
            befores += heirs.get(name, ()) if name in gone else (name,)
        heirs[key] = tuple(dict.fromkeys(befores))
    return {key: heirs[key] for key in after if key not in gone}


@lru_cache(maxsize=1024)
def _order(shape: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[str, ...]:
    """`ordered` of the same graph again and again: projects of one route map have few shapes."""
    return ordered(dict(shape))


def _slot(task: Task, slots: Mapping[str, Slot]) -> Slot:
    if task.ends is not None:
        return Slot(task.starts if task.starts is not None else task.ends - task.days, task.ends)
    before = [slots[name].finish for name in task.after if name in slots]
    start = task.starts if task.starts is not None else max([task.not_before, *before])
    return Slot(start, start + task.days)


def _chain(last: str, by_key: Mapping[str, Task], slots: Mapping[str, Slot]) -> tuple[str, ...]:
    chain = [last]
    while before := [name for name in by_key[chain[-1]].after if name in slots]:
        chain.append(max(before, key=lambda name: slots[name].finish))
    return tuple(reversed(chain))


def _cycle(waiting: Mapping[str, set[str]]) -> RouteCycle:
    path = [next(iter(waiting))]
    while (step := next(iter(sorted(waiting[path[-1]])))) not in path:
        path.append(step)
    loop = [*path[path.index(step) :], step]
    return RouteCycle(_("环节互相等待：%(loop)s。") % {"loop": " → ".join(loop)}, loop=loop)
