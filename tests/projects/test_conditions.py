"""Conditions of a route map are read, never run."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.projects.rules import conditions
from marketplace.projects.rules.errors import BadCondition

ANSWERS = {"land": "granted", "energy": 1200, "forest": True, "water": False, "eia": "form", "floor_area": None}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("forest", True),
        ("water", False),
        ("not water", True),
        ("land == 'granted'", True),
        ("land != 'granted'", False),
        ("energy >= 1000", True),
        ("1000 < energy < 1200", False),
        ("eia in ('book','form')", True),
        ("eia not in ['book']", True),
        ("forest and energy > 2000 or eia == 'form'", True),
        ("floor_area >= 50000", False),
        ("nobody_asked == 1", False),
        ("land > 3", False),
    ],
)
def test_a_condition_is_judged_by_the_answers(text: str, expected: bool) -> None:
    assert conditions.read(text).holds(ANSWERS) is expected


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "open('/etc/passwd')",
        "land.upper()",
        "answers['land']",
        "(lambda: 1)()",
        "[x for x in (1, 2)]",
        "energy + 1 > 2",
        "2 ** 99999999",
        "f'{land}'",
        "land if forest else water",
        "land := 'granted'",
        "land is None",
        "b'bytes'",
        "-1",
        "land ==",
        "",
        "energy > 1\nforest",
        "x" * 301,
        " or ".join(["forest"] * 40),
    ],
)
def test_whatever_is_no_plain_condition_is_refused(text: str) -> None:
    with pytest.raises(BadCondition):
        conditions.read(text)


def test_a_condition_names_the_questions_it_looks_at() -> None:
    assert conditions.read("forest and (energy > 3 or eia in ('book', 'form'))").names == {"forest", "energy", "eia"}


@given(st.text(max_size=60))
def test_no_text_at_all_does_more_than_be_read_or_refused(text: str) -> None:
    with suppress(BadCondition):
        conditions.read(text).holds(ANSWERS)
