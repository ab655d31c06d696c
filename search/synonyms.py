"""Words that mean the same. Editors keep the groups in Wagtail; a search finds any word of a group by each of them."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from search import analysis

MOST_WORDS = 20
LONGEST = 30  # characters of a word
_BETWEEN = re.compile(r"[\n\r、，,；;=＝]+")


def split(text: str) -> tuple[str, ...]:
    """The words of a group as somebody wrote them: one a line, or with commas between."""
    return tuple(word for part in _BETWEEN.split(text) if (word := " ".join(part.split())))


def form(word: str) -> str:
    """The form in which words are compared."""
    return " ".join(analysis.parts(analysis.fold(word)))


def is_usable(word: str) -> bool:
    """Whether it is one Chinese word, or words of letters and digits: nothing with punctuation or a mixture in it."""
    parts = analysis.parts(analysis.fold(word))
    kinds = {analysis.is_han(part) for part in parts}
    plain = "".join(analysis.fold(word).split())
    return len(kinds) == 1 and "".join(parts) == plain and (False in kinds or len(parts) == 1)


def equals(groups: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Each word in its compared form → the other words of its group in theirs."""
    found: dict[str, tuple[str, ...]] = {}
    for group in groups:
        words = tuple(dict.fromkeys(form(word) for word in split(group)))
        found |= {word: tuple(other for other in words if other != word) for word in words if word}
    return found


def usual() -> list[str]:
    """The groups a plain installation begins with, as editors would write them."""
    lines = Path(__file__).with_name("synonyms.txt").read_text(encoding="utf-8").splitlines()
    return ["\n".join(line.split()) for line in lines if line and not line.startswith("#")]
