"""The arithmetic of route maps: order, critical path, leaving out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.projects.rules import graph
from marketplace.projects.rules.errors import RouteCycle
from marketplace.projects.rules.graph import Task


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, tuple[str, ...]]:
    """A directed acyclic graph: each step waits for some of those before it."""
    size = draw(st.integers(1, 12))
    return {
        f"s{n}": tuple(f"s{m}" for m in draw(st.sets(st.integers(0, n - 1), max_size=3)) if n) if n else ()
        for n in range(size)
    }


def reachable(after: dict[str, tuple[str, ...]]) -> set[tuple[str, str]]:
    """All pairs (before, behind), worked out the slow way."""
    pairs = {(before, key) for key, befores in after.items() for before in befores}
    while True:
        more = {(a, d) for a, b in pairs for c, d in pairs if b == c} - pairs
        if not more:
            return pairs
        pairs |= more


def days_of(after: dict[str, tuple[str, ...]]) -> list[Task]:
    return [Task(key, (7 * n) % 5 + 1, befores) for n, (key, befores) in enumerate(after.items())]


@given(st.lists(st.lists(st.integers(0, 30), min_size=1, max_size=4), min_size=1, max_size=6))
def test_parallel_branches_never_lengthen_the_critical_path_beyond_their_longest(branches: list[list[int]]) -> None:
    tasks = [Task("begin", 3)]
    for b, branch in enumerate(branches):
        before = "begin"
        for n, days in enumerate(branch):
            tasks.append(Task(f"b{b}-{n}", days, (before,)))
            before = f"b{b}-{n}"
    ends = tuple(f"b{b}-{len(branch) - 1}" for b, branch in enumerate(branches))
    tasks.append(Task("end", 2, ends))
    assert graph.schedule(tasks).finish == 3 + max(sum(branch) for branch in branches) + 2


@given(graphs(), st.sets(st.integers(0, 11), max_size=8))
def test_leaving_out_steps_keeps_the_order_of_the_others(after: dict[str, tuple[str, ...]], gone: set[int]) -> None:
    left_out = {f"s{n}" for n in gone} & after.keys()
    kept = {(a, b) for a, b in reachable(after) if not {a, b} & left_out}
    assert reachable(graph.without(after, left_out)) == kept


@given(graphs())
def test_drawing_fewer_lines_says_the_same_order(after: dict[str, tuple[str, ...]]) -> None:
    fewer = graph.reduced(after)
    assert reachable(fewer) == reachable(after)
    assert all(
        not any((before, other) in reachable(after) for other in befores)
        for befores in fewer.values()
        for before in befores
    )


@given(graphs())
def test_each_step_begins_when_the_last_before_it_has_ended(after: dict[str, tuple[str, ...]]) -> None:
    plan = graph.schedule(days_of(after))
    for key, befores in after.items():
        assert plan.slots[key].start == max([0, *(plan.slots[name].finish for name in befores)])


@given(graphs())
def test_the_critical_chain_alone_takes_as_long_as_everything(after: dict[str, tuple[str, ...]]) -> None:
    tasks = days_of(after)
    plan = graph.schedule(tasks)
    days = {task.key: task.days for task in tasks}
    assert sum(days[key] for key in plan.critical) == plan.finish
    assert all(a in after[b] for a, b in zip(plan.critical, plan.critical[1:], strict=False))


@given(graphs(), st.integers(0, 11), st.integers(1, 9))
def test_a_step_off_the_critical_chain_may_only_hurt_by_what_exceeds_its_slack(
    after: dict[str, tuple[str, ...]], number: int, more: int
) -> None:
    tasks = days_of(after)
    longer = [Task(t.key, t.days + more if n == number else t.days, t.after) for n, t in enumerate(tasks)]
    before, behind = graph.schedule(tasks).finish, graph.schedule(longer).finish
    assert before <= behind <= before + more


def test_a_cycle_is_named() -> None:
    with pytest.raises(RouteCycle) as caught:
        graph.ordered({"a": (), "b": ("a", "d"), "c": ("b",), "d": ("c",)})
    loop = caught.value.details["loop"]
    assert loop[0] == loop[-1]
    assert set(loop) == {"b", "c", "d"}


def test_what_is_known_stays_where_it_is() -> None:
    plan = graph.schedule([Task("a", 5, starts=-9, ends=-2), Task("b", 4, ("a",)), Task("c", 1, ("a",), not_before=20)])
    assert (plan.slots["a"].start, plan.slots["a"].finish) == (-9, -2)
    assert plan.slots["b"].start == 0
    assert plan.critical == ("a", "c")
    assert plan.finish == 21
