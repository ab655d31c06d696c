"""Grades of a qualification type: a list, highest first."""

from collections.abc import Sequence


def level_of(grades: Sequence[str], grade: str) -> int:
    """The grade's level: 1 for the lowest upwards; 1 where the type has no grades, 0 for an unknown one.

    Source: selection-rules, *The case file* (`level`).
    """
    if not grades:
        return 1
    return len(grades) - grades.index(grade) if grade in grades else 0


def grade_at_least(grades: Sequence[str], have: str, needed: str) -> bool:
    """Whether the grade `have` is as high as `needed`; no grade needed ("") is always met, an unknown one never."""
    if not needed or not grades:
        return True
    return needed in grades and level_of(grades, have) >= level_of(grades, needed)
