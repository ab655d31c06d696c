"""How text becomes searchable words: one analysis for documents and for queries, on every engine.

Both sides are folded character by character (NFKC, simplified characters, lower case), so a part of a text folds to
the same part of the folded text: whatever stands in a document is found in it. A run of Chinese characters becomes its
overlapping pairs in order (`环境影响` → 环境 境影 影响), so that a phrase of pairs is exactly "contains"; single
characters stand beside them. Letters and digits stay whole words. Names are found by how they sound, too (`pinyin`).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from search import pinyin

# The mark of "ends with": an own word, so that a tail is never mistaken for the beginning of another number.
TAIL = "⋯"
TAIL_MINIMUM = 4
TAIL_MAXIMUM = 17
LONGEST_WORD = 60  # letters; the rest of a longer word is not looked at

_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(rf"(?P<han>[{_HAN}]+)|(?P<word>[^\W_{_HAN}]+)")
# Begins at a word's start only: tried from every letter of a long word it would take time by the square of its length.
_JOINED = re.compile(rf"(?<![^\W_{_HAN}])[^\W_{_HAN}]+(?:[-./][^\W_{_HAN}]+)+")
_PARTS = re.compile(rf"{_JOINED.pattern}|[{_HAN}]+|[^\W_{_HAN}]+")
_UNUSABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ue000\ue001\ud800-\udfff]"
)


class _Simplified(dict[int, str]):
    """Character → its simplified form, learnt from OpenCC one by one as characters come."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        self[code] = _convert(character) if character >= "\u3400" else character
        return self[code]


_simplified = _Simplified()
_converter = None


def _convert(character: str) -> str:
    global _converter
    if _converter is None:
        from opencc import OpenCC  # its dictionaries are read at the first traditional text, not at every start

        _converter = OpenCC("t2s")
    simplified: str = _converter.convert(character)
    return simplified


@dataclass(frozen=True)
class Run:
    """A stretch of folded text without a break: Chinese characters, or a word of letters and digits."""

    text: str
    is_han: bool


def clean(text: str) -> str:
    """The text without characters that no store or screen takes: controls, half surrogates, invisible marks."""
    return _UNUSABLE.sub("", text)


def fold(text: str) -> str:
    """One form for all ways of writing the same: half width, simplified, lower case."""
    return unicodedata.normalize("NFKC", clean(text)).translate(_simplified).casefold()


def runs(text: str) -> Iterator[Run]:
    """The runs of a folded text, in order."""
    for found in _RUNS.finditer(text):
        is_han = found.lastgroup == "han"
        yield Run(found.group() if is_han else found.group()[:LONGEST_WORD], is_han)


def parts(text: str) -> list[str]:
    """What a folded text asks for: Chinese runs, words, and numbers with their hyphens."""
    return [part for part, _ in parts_with_places(text)]


def parts_with_places(text: str) -> list[tuple[str, int]]:
    """The parts of a folded text, and where each begins."""
    return [(found.group(), found.start()) for found in _PARTS.finditer(text)]


def is_han(text: str) -> bool:
    """Whether a part is a Chinese run."""
    return _RUNS.match(text).lastgroup == "han"  # type: ignore[union-attr]


def pairs(run: str) -> tuple[str, ...]:
    """The overlapping pairs of a Chinese run; a single character is itself."""
    return tuple(run[i : i + 2] for i in range(len(run) - 1)) or (run,)


def joined(text: str) -> Iterator[str]:
    """Numbers written with hyphens, points or slashes, without them: `zj-005` → `zj005`. Of folded text."""
    for found in _JOINED.finditer(text):
        yield re.sub(r"[-./]", "", found.group())[:LONGEST_WORD]


def tails(code: str) -> Iterator[str]:
    """The marked endings of a code, from four characters on, so that its last part finds it."""
    for length in range(TAIL_MINIMUM, min(len(code), TAIL_MAXIMUM + 1)):
        yield TAIL + code[-length:]


@dataclass(frozen=True)
class Words:
    """An analysed text: words in their places (a place is left free wherever a run ends), and words without a place."""

    placed: tuple[tuple[int, str], ...]
    loose: tuple[str, ...]
    end: int


def analyse(texts: Iterable[str], *, start: int = 1, limit: int = 4000, sounds: bool = False) -> Words:
    """All words of some texts, for the index; places are counted from `start`, at most `limit` of them.

    `sounds`: with the marked words of how the Chinese runs sound.
    """
    placed: list[tuple[int, str]] = []
    loose: dict[str, None] = {}
    place = start
    for text in texts:
        folded = fold(text)
        before = -1
        for found in _RUNS.finditer(folded):
            is_han = found.lastgroup == "han"
            if is_han or found.start() != before + 1:  # parts of one number stand side by side: zj-005
                place += 1
            for word in pairs(found.group()) if is_han else (found.group()[:LONGEST_WORD],):
                if place >= start + limit:
                    return Words(tuple(placed), tuple(loose), place)
                placed.append((place, word))
                place += 1
            before = -1 if is_han else found.end()
            if is_han:
                loose.update(dict.fromkeys(found.group()))
                if sounds:
                    loose.update(dict.fromkeys(pinyin.words_of(found.group())))
        loose.update(dict.fromkeys(joined(folded)))
        place += 1
    return Words(tuple(placed), tuple(loose), place)
