"""Showing why something was found: the sought words marked in a text, and a piece of text that holds them."""

import re
from collections.abc import Iterable, Iterator, Sequence

from search import analysis, pinyin
from search.backends.base import MARK_END, MARK_START
from search.query import Term, Way, Words

LONGEST = 4000
BEFORE, AFTER = 18, 48
_NOT_INSIDE = r"(?<![^\W_\u3005\u3007\u3400-\u9fff\uf900-\ufaff])"


def mark(text: str, words: Words) -> str:
    """The text with the found words between MARK_START and MARK_END."""
    return _marked(text, _spans(text, words.terms, words.any_of))


def highlights(words: Words, title: str, summary: str, more: Iterable[str]) -> dict[str, str]:
    """Title and summary marked; where they don't show every word, a snippet of `more` that shows a missing one."""
    if not words:
        return {}
    found = {"title": mark(title, words), "summary": mark(summary, words)}
    shown = analysis.fold(f"{title}\n{summary}")
    missing = [term for term in words.terms if not _spans(shown, (term,), words.any_of)]
    if missing and (snippet := _snippet(more, missing, words)):
        found["snippet"] = snippet
    return found


def _snippet(texts: Iterable[str], missing: Sequence[Term], words: Words) -> str:
    for text in texts:
        spans = _spans(text, missing, words.any_of)
        if not spans:
            continue
        start, end = max(0, spans[0][0] - BEFORE), spans[0][1] + AFTER
        if len(text) <= BEFORE + AFTER:
            start, end = 0, len(text)
        piece = " ".join(text[start:end].split())
        return f"{'…' if start else ''}{mark(piece, words)}{'…' if end < len(text) else ''}"
    return ""


def _spans(text: str, terms: Iterable[Term], any_of: bool) -> list[tuple[int, int]]:
    """Where the terms stand in the text as it is written, in order and merged."""
    folded, origin = _folded(text[:LONGEST])
    places = [(origin[start], origin[end - 1] + 1) for term in terms for start, end in _places(folded, term, any_of)]
    merged: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _places(folded: str, term: Term, any_of: bool) -> Iterator[tuple[int, int]]:
    """Where a term, or what fulfils it as well, stands in a folded text."""
    is_han = analysis.is_han(term.text)
    loose = any_of and not term.begins
    for pattern in [_pattern((word,), True) for word in term.words] if loose else [_pattern(term.words, is_han)]:
        yield from (found.span() for found in pattern.finditer(folded))
    for way in term.others:
        if way.words[0][0] in (pinyin.SOUND, pinyin.INITIALS):
            yield from _sounding(folded, way)
        else:
            pattern = _pattern(way.words, analysis.is_han(way.words[0]))
            yield from (found.span() for found in pattern.finditer(folded))


def _sounding(folded: str, way: Way) -> Iterator[tuple[int, int]]:
    for part, place in analysis.parts_with_places(folded):
        if analysis.is_han(part):
            yield from ((place + start, place + end) for start, end in pinyin.spans(part, way.words[0]))


def _pattern(words: Sequence[str], is_han: bool) -> re.Pattern[str]:
    if is_han:  # overlapping pairs, put together again
        return re.compile(re.escape(words[0] + "".join(word[-1] for word in words[1:])))
    return re.compile(_NOT_INSIDE + r"[-./ ]?".join(re.escape(word) for word in words))


def _folded(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters the place it came from."""
    folded: list[str] = []
    origin: list[int] = []
    for place, character in enumerate(text):
        form = analysis.fold(character)
        folded.append(form)
        origin.extend([place] * len(form))
    return "".join(folded), origin


def _marked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    parts, last = [], 0
    for start, end in spans:
        parts += [text[last:start], MARK_START, text[start:end], MARK_END]
        last = end
    return "".join([*parts, text[last:]])
