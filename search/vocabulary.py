"""The field's words: what sentences are cut by, what misspelt words are compared with, and what means the same.

Made of the catalogue and the editors' synonyms, and kept in the process. Each search asks one small question, whether
a synonym has changed since: so a change counts at once, in every process. The catalogue's names are looked at anew
once in a minute.
"""

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from django.db.models import Count, F, Sum, TextField, Value
from django.db.models.functions import Cast

from marketplace.catalogue.models import QualificationType, Region, ServiceItem
from search import analysis, synonyms
from search.models import SynonymGroup

KEPT_SECONDS = 60


def _listed() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in Path(__file__).with_name("words.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            kind, _, words = line.partition(":")
            found.setdefault(kind, set()).update(words.split())
    return {kind: frozenset(words) for kind, words in found.items()}


_LISTED = _listed()
FUNCTION_WORDS, GENERIC_WORDS = _LISTED["function"], _LISTED["generic"]
SUBJECT_WORDS, SETTING_WORDS = _LISTED["subject"], _LISTED["setting"]
_HEADS = ("生产建设项目", "固定资产投资项目", "建设项目", "建设工程", "建设用地", "工程建设项目")
_TAILS = ("报告编制", "编制", "技术服务", "申请技术服务", "单位资质", "机构资质", "资质", "审批", "备案", "核发")
_ADMINISTRATIVE = ("经济技术开发区", "高新区", "自治区", "自治州", "市", "县", "区", "省", "镇", "乡")


@dataclass(frozen=True)
class Segment:
    """A piece of a Chinese run: a word that is known, or what is left between such.

    `is_content`: says something of what is looked for; `is_setting`: only of the circumstances.
    """

    text: str
    is_known: bool = False
    is_content: bool = True
    is_setting: bool = False


@dataclass(frozen=True)
class Vocabulary:
    """Known words: `han` of the field in Chinese, `latin` in letters; `equals`: word → words that mean the same."""

    han: frozenset[str] = frozenset()
    latin: frozenset[str] = frozenset()
    equals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def others(self, word: str) -> tuple[str, ...]:
        """The words that mean the same as this one, in their compared form."""
        return self.equals.get(word, ())

    @cached_property
    def long(self) -> tuple[str, ...]:
        """The Chinese words long enough to be misspelt."""
        return tuple(sorted((word for word in self.han if len(word) >= 4), key=lambda word: (-len(word), word)))

    @cached_property
    def _lengths(self) -> tuple[int, ...]:
        every = self.han | FUNCTION_WORDS | GENERIC_WORDS | SUBJECT_WORDS | SETTING_WORDS
        return tuple(sorted({len(word) for word in every}, reverse=True))

    def segments(self, run: str) -> list[Segment]:
        """A folded Chinese run cut into known words, the longest first, and what stands between them."""
        found: list[Segment] = []
        left, place = "", 0
        while place < len(run):
            segment = self._at(run, place)
            if segment is None:
                left += run[place]
                place += 1
                continue
            if left:
                found.append(Segment(left, is_content=len(left) > 1))
                left = ""
            found.append(segment)
            place += len(segment.text)
        return [*found, Segment(left, is_content=len(left) > 1)] if left else found

    def _at(self, run: str, place: int) -> Segment | None:
        for length in self._lengths:
            word = run[place : place + length]
            if len(word) < length:
                continue
            if word in GENERIC_WORDS:
                return Segment(word, is_known=True, is_content=False)
            if word in SETTING_WORDS:
                return Segment(word, is_known=True, is_setting=True)
            if word in self.han or word in SUBJECT_WORDS:
                return Segment(word, is_known=True)
            if word in FUNCTION_WORDS:
                return Segment(word, is_known=True, is_content=False)
        return None


_kept: tuple[float, tuple[Any, ...], Vocabulary] | None = None


def current() -> Vocabulary:
    """The vocabulary as it is now: one query, or two where it must be made anew."""
    global _kept
    stamp = SynonymGroup.objects.aggregate(groups=Count("pk"), sum=Sum("stamp"))
    key, now = (stamp["groups"], stamp["sum"]), time.monotonic()
    if _kept is None or _kept[1] != key or now - _kept[0] > KEPT_SECONDS:
        _kept = now, key, _made()
    return _kept[2]


def forget() -> None:
    """Make it anew at the next search: an item has another name."""
    global _kept
    _kept = None


def _read() -> tuple[list[str], list[str], list[str]]:
    """The groups of synonyms, the names of items and certificates, and those of regions, in one statement."""
    item, no = ServiceItem.objects.filter(is_active=True), Value("")
    listed = (Cast(name, TextField()) for name in ("abbreviations", "needed_by"))
    rows = _named("synonym", SynonymGroup.objects.filter(is_active=True), F("words"), no, no, no, no).union(
        _named("item", item, F("name"), F("en"), F("practitioner"), *listed),
        _named("type", QualificationType.objects, F("name"), F("abbr"), no, no, no),
        _named("region", Region.objects, F("name"), no, no, no, no),
        all=True,
    )
    groups: list[str] = []
    names: list[str] = []
    regions: list[str] = []
    for what, first, second, third, *lists in rows:
        if what == "synonym":
            groups.append(first)
        elif what == "region":
            regions.append(first)
        else:
            names += [first, second, third, *(name for each in lists if each for name in json.loads(each))]
    return groups, names, regions


def _named(what: str, found: Any, *columns: Any) -> Any:
    named = {f"c{n}": Cast(column, TextField()) for n, column in enumerate(columns)}
    return found.order_by().annotate(what=Value(what), **named).values_list("what", *named)


def _made() -> Vocabulary:
    groups, names, regions = _read()
    equals = synonyms.equals(groups)
    words = set(_parts([*equals, *names]))
    han = {word for word in words if analysis.is_han(word) and len(word) > 1}
    han |= {piece for word in han for piece in _pieces(word)}
    for name in regions:
        han |= _places(analysis.fold(name))
    latin = frozenset(word for word in words if word.isascii() and word.isalpha() and len(word) > 3)
    return Vocabulary(frozenset(han) - GENERIC_WORDS - FUNCTION_WORDS, latin, equals)


def _parts(names: Iterable[str]) -> Iterable[str]:
    for name in names:
        yield from analysis.parts(analysis.fold(name))


def _pieces(word: str) -> Iterable[str]:
    """A name without the words that such names begin and end with."""
    cores = [word]
    cores += [word.removeprefix(head) for head in _HEADS if word.startswith(head)]
    for core in list(cores):
        cores += [core.removesuffix(tail) for tail in _TAILS if core.endswith(tail)]
    return (core for core in cores if len(core) > 2)


def _places(name: str) -> set[str]:
    short = next((name.removesuffix(end) for end in _ADMINISTRATIVE if name.endswith(end)), name)
    return {each for each in (name, short) if len(each) > 1}
