"""Route maps taken over from the data, what is wrong with broken ones, and what the answers make of them."""

from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

import marketplace.projects
from marketplace.projects.rules import RoutePlan, graph, metro
from marketplace.projects.rules.errors import (
    BadCondition,
    DuplicateStep,
    Malformed,
    PromiseAboveLimit,
    RouteCycle,
    StepWithoutUnit,
    Unanswered,
    UnknownService,
    UnknownStep,
)
from marketplace.projects.rules.questions import clean, known

DATA = yaml.safe_load((Path(marketplace.projects.__file__).parent / "data" / "routes.yaml").read_text("utf-8"))
CODES = {f"ZJ-{n:03d}" for n in range(1, 45)}
SMALL: dict[str, Any] = {
    "funding": "private",
    "land": "owned",
    "floor_area": 6000.0,
    "energy": 20,
    "eia": "registration",
    **dict.fromkeys(
        ["hazardous", "forest", "water", "earthwork", "relics", "civil_defence", "special_equipment"], False
    ),
}
LARGE: dict[str, Any] = {key: True if value is False else value for key, value in SMALL.items()} | {
    "land": "granted",
    "floor_area": 60000.0,
    "energy": 5000,
    "eia": "book",
}


def plan(key: str) -> RoutePlan:
    route = next(route for route in DATA["routes"] if route["key"] == key)
    return RoutePlan.from_json({**route, "questionnaire": DATA["questionnaire"]})


def broken(**changes: Any) -> RoutePlan:
    """A route of two steps, the second with these changes."""
    first = {"key": "a", "stage": "一", "name": "甲", "unit": "发展改革", "limit": 5, "promised": 2, "after": []}
    second = {**first, "key": "b", "name": "乙", "after": ["a"], **changes}
    return RoutePlan.from_json(
        {"key": "x", "name": "x", "steps": [first, second], "questionnaire": DATA["questionnaire"]}
    )


@pytest.mark.parametrize("key", ["factory", "public_building"])
def test_the_real_routes_have_no_problem(key: str) -> None:
    assert plan(key).problems(CODES) == []


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"services": [{"code": "ZJ-999"}]}, UnknownService),
        ({"unit": ""}, StepWithoutUnit),
        ({"unit": "  "}, StepWithoutUnit),
        ({"promised": 6}, PromiseAboveLimit),
        ({"promised": 4, "limits": [{"if": "forest", "limit": 3}]}, PromiseAboveLimit),
        ({"promised": 11, "limit": 14, "limit_unit": "calendar"}, PromiseAboveLimit),
        ({"after": ["nobody"]}, UnknownStep),
        ({"together_with": "nobody"}, UnknownStep),
        ({"key": "a"}, DuplicateStep),
        ({"if": "nobody_asks_this"}, BadCondition),
        ({"if": "__import__('os')"}, BadCondition),
        ({"services": [{"code": "ZJ-001", "if": "(("}]}, BadCondition),
    ],
)
def test_a_broken_template_is_refused_by_the_name_of_its_fault(changes: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        broken(**changes).check(CODES)


def test_a_cycle_is_refused() -> None:
    with pytest.raises(RouteCycle):
        RoutePlan.from_json(
            {
                "key": "x",
                "steps": [
                    {"key": "a", "stage": "一", "name": "甲", "unit": "甲", "after": ["b"]},
                    {"key": "b", "stage": "一", "name": "乙", "unit": "乙", "after": ["a"]},
                ],
            }
        ).check(CODES)


@pytest.mark.parametrize(
    "changes",
    [{"promised": "two"}, {"promised": -1}, {"after": "a"}, {"name": ""}, {"limit_unit": "moons"}, {"services": [{}]}],
)
def test_a_field_of_the_wrong_kind_is_named(changes: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        broken(**changes)


def test_every_problem_is_found_at_once() -> None:
    found = broken(unit="", promised=9, services=[{"code": "ZJ-999"}], after=["nobody"]).problems(CODES)
    assert {problem.code for problem in found} == {
        "step_without_unit",
        "promise_above_limit",
        "unknown_service",
        "unknown_step",
    }


def test_a_small_factory_needs_few_steps_and_a_large_hazardous_one_all() -> None:
    small, large = plan("factory").for_answers(SMALL), plan("factory").for_answers(LARGE)
    left_out = {"land_contract", "forest", "energy", "eia", "water_soil", "water_taking", "safety_conditions", "relics"}
    assert left_out.isdisjoint(step.key for step in small)
    assert len(large) == 32
    assert len(small) == 17


def test_a_step_that_is_left_out_hands_its_predecessors_on() -> None:
    steps = {step.key: step for step in plan("factory").for_answers(SMALL)}
    assert steps["land_planning"].after == ("filing",)  # land_contract is out
    assert "filing" in steps["construction_permit"].after  # for eia, energy and water_soil
    assert steps["discharge"].after == ("filing",)


def test_a_step_decided_together_with_one_that_is_left_out_stands_by_itself() -> None:
    small = {step.key: step for step in plan("factory").for_answers(SMALL)}
    large = {step.key: step for step in plan("factory").for_answers(LARGE)}
    assert small["land_planning"].together_with == ""
    assert small["land_planning"].days == 1
    assert large["land_planning"].together_with == "land_contract"
    assert large["land_planning"].days == 0


def test_an_environmental_form_has_thirty_calendar_days_and_a_book_sixty() -> None:
    form = {s.key: s for s in plan("factory").for_answers({**SMALL, "eia": "form"})}["eia"]
    book = {s.key: s for s in plan("factory").for_answers({**SMALL, "eia": "book"})}["eia"]
    assert (form.limit, book.limit) == (30, 60)
    assert form.limit_unit == "calendar"


def test_services_under_a_false_condition_are_left_out() -> None:
    def codes(answers: dict[str, Any], key: str) -> list[str]:
        return [s.code for s in {p.key: p for p in plan("factory").for_answers(answers)}[key].services]

    assert codes(SMALL, "site_design") == ["ZJ-027"]
    assert codes(LARGE, "site_design") == ["ZJ-027", "ZJ-040"]
    assert "ZJ-031" not in codes(SMALL, "contractor")
    assert "ZJ-031" in codes({**SMALL, "funding": "government"}, "contractor")


@pytest.mark.parametrize("key", ["factory", "public_building"])
def test_every_questionnaire_gives_a_map_that_can_be_run_and_drawn(key: str) -> None:
    route = plan(key)
    for land, eia, flag, energy in product(
        ["granted", "allocated", "owned"], ["book", "registration"], [True, False], [0, 1000]
    ):
        answers = {k: flag if isinstance(v, bool) else v for k, v in SMALL.items()} | {
            "land": land,
            "eia": eia,
            "energy": energy,
        }
        steps = route.for_answers(answers)
        keys = {step.key for step in steps}
        assert all(set(step.after) <= keys for step in steps)
        assert sum(not step.after for step in steps) == 1  # one beginning
        plan_of = graph.schedule([graph.Task(s.key, s.days, s.after) for s in steps])
        stations = [metro.Station(s.key, s.stage, s.short, s.after) for s in steps]
        lines = graph.reduced({s.key: s.after for s in steps})
        places, _lanes = metro.places_of(stations, plan_of.critical, lines)
        assert len(set(places.values())) == len(steps)
        assert all(places[before].column < places[key].column for key, befores in lines.items() for before in befores)
        drawing = metro.draw(stations, plan_of.critical)
        assert len(drawing.nodes) == len(steps)
        assert len(drawing.stages) == len({step.stage for step in steps})
        assert all(0 < node.x < drawing.width and 0 < node.y < drawing.height for node in drawing.nodes)


def test_on_the_real_maps_no_line_passes_through_a_station() -> None:
    for key, answers in product(["factory", "public_building"], [SMALL, LARGE]):
        steps = plan(key).for_answers(answers)
        chain = graph.schedule([graph.Task(s.key, s.days, s.after) for s in steps]).critical
        drawing = metro.draw([metro.Station(s.key, s.stage, s.short, s.after) for s in steps], chain)
        stations = {(node.x, node.y) for node in drawing.nodes}
        for edge in drawing.edges:
            inside = _flat_points(edge.d)
            assert not inside & stations, edge.d


def test_every_step_of_the_real_routes_has_a_short_name_that_fits() -> None:
    for key in ("factory", "public_building"):
        assert all(1 <= len(step.short) <= 8 for step in plan(key).steps)
    assert metro.lines_of("施工图联审") == ("施工图", "联审")
    assert metro.lines_of("设计方案联审") == ("设计方案", "联审")
    assert metro.lines_of("施工") == ("施工",)


def test_only_the_questions_that_matter_are_asked() -> None:
    assert [question.key for question in plan("public_building").asked] == ["land", "energy", "eia", "earthwork"]


def test_an_answer_that_is_missing_or_impossible_is_named() -> None:
    asked = plan("factory").asked
    with pytest.raises(Unanswered) as caught:
        clean(asked, {**SMALL, "eia": "poem"})
    assert caught.value.field == "eia"
    with pytest.raises(Unanswered):
        clean(asked, {**SMALL, "energy": "-4"})
    with pytest.raises(Unanswered):
        clean(asked, {key: value for key, value in SMALL.items() if key != "forest"})
    assert clean(asked, SMALL) == SMALL


def test_the_registration_answers_what_it_knows() -> None:
    assert known("public", 1200) == {"funding": "government", "floor_area": 1200.0}
    assert known("private", None) == {"funding": "private", "floor_area": 0.0}


def _flat_points(path: str) -> set[tuple[int, int]]:
    """The grid's places strictly inside the horizontal runs of a path."""
    found: set[tuple[int, int]] = set()
    x = y = 0
    for token in path.replace("M", " M ").replace("H", " H ").replace("L", " L ").replace("V", " V ").split(" "):
        token = token.strip()
        if token in {"M", "L", "H", "V"}:
            act = token
            pair = []
        elif token:
            pair.append(int(token))
            if act == "H":
                low, high = sorted((x, pair[0]))
                found |= {(px, y) for px in range(low + 1, high)}
                x = pair[0]
            elif act == "V":
                y = pair[0]
            elif len(pair) == 2:
                x, y = pair
    return found
