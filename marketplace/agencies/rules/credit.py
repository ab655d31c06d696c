"""The credit record: points in a sliding window, and the grade they give.

Source: supermarket §2.5: base 80 for a new agency, entries count until they expire, A from 90, B from 75, C from 60.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

LINES: Mapping[str, int] = {"A": 90, "B": 75, "C": 60, "D": 0}
LOWEST, HIGHEST = 0, 100


@dataclass(frozen=True)
class Points:
    """One entry of the record: points (negative for a deduction) and the day from which it no longer counts."""

    points: int
    expires_on: date


def credit_grade(score: int, lines: Mapping[str, int] = LINES) -> str:
    """A, B, C or D: the best grade whose line the score reaches."""
    return next((grade for grade in "ABC" if score >= lines[grade]), "D")


def credit_score(entries: Iterable[Points], on: date, *, initial: int = 80, most_rewards: int = 10) -> int:
    """The score on a day: the initial one plus what still counts, rewards up to their cap, within 0 to 100."""
    counting = [entry.points for entry in entries if entry.expires_on > on]
    rewards = min(sum(points for points in counting if points > 0), most_rewards)
    deductions = sum(points for points in counting if points < 0)
    return max(LOWEST, min(HIGHEST, initial + rewards + deductions))
