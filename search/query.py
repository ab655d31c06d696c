"""What somebody looks for: the words, read once and never wrongly, and the conditions beside them.

No text is an error. What can't be searched for is left out and told.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext as _

from search import analysis

LONGEST_TEXT = 200
MOST_TERMS = 16
PAGE_SIZE = 20
LAST_PAGE = 500
_OPERATORS = frozenset({"AND", "OR", "NOT", "NEAR"})
_SYNTAX = re.compile(r"[*\"^~\\:;=<>|&!(){}\[\]+$%#@`?]|--")


@dataclass(frozen=True)
class Way:
    """Other words in a row that fulfil a term: a synonym, a pinyin, a correction. `begins`: the last one may go on.

    `weight`, above 0 and at most 1, is what finding it this way counts against finding the term as it was typed.
    """

    words: tuple[str, ...]
    begins: bool = False
    weight: float = 1.0


@dataclass(frozen=True)
class Term:
    """One thing that a document must hold: words in a row.

    `begins`: the last word may go on (letters and digits are found by their beginning). `whole`: the same written
    without its hyphens, "" where there are none; `tail`: the marked ending under which a code is found, "" for none.
    `others`: what fulfils it as well.
    """

    text: str
    words: tuple[str, ...]
    begins: bool = False
    whole: str = ""
    tail: str = ""
    others: tuple[Way, ...] = ()

    def loosely(self) -> tuple[str, ...]:
        """Any of these words is enough where a part of the text will do."""
        return tuple(dict.fromkeys([*self.words, *(word for way in self.others for word in way.words)]))


@dataclass(frozen=True)
class Words:
    """A text as it was understood. `ignored`: sentences about what was left out."""

    text: str = ""
    terms: tuple[Term, ...] = ()
    ignored: tuple[str, ...] = ()
    any_of: bool = False

    def __bool__(self) -> bool:
        return bool(self.terms)

    def without(self, term: Term) -> "Words":
        """The same text without one of its terms."""
        rest = tuple(each for each in self.terms if each != term)
        return replace(self, text=" ".join(each.text for each in rest), terms=rest)


class Sort(StrEnum):
    """In which order hits stand."""

    RELEVANCE = "relevance"
    RATING = "rating"
    PRICE = "price"
    DAYS = "days"
    NEWEST = "newest"


@dataclass(frozen=True)
class Query:
    """A whole search: words and conditions, all of which a hit fulfils.

    `choices`: values by facet name; any one of a facet's values will do. `price_from`/`price_to` in yuan and
    `days_to` in working days are about one and the same offer, and about the chosen items when there are any.
    `keys`: only these documents of the kind are looked at, None for all. With a `page_size` of 0 only counts are
    wanted.
    """

    words: Words = field(default_factory=Words)
    kinds: tuple[str, ...] = ()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    price_from: Decimal | None = None
    price_to: Decimal | None = None
    days_to: int | None = None
    rating_from: Decimal | None = None
    keys: tuple[str, ...] | None = None
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    page_size: int = PAGE_SIZE
    facets: tuple[str, ...] = ()

    def chosen(self, name: str) -> tuple[str, ...]:
        """The chosen values of a facet."""
        return self.choices.get(name, ())


def last_page(total: int, page_size: int) -> int:
    """The number of the last page that is given; nobody needs the ten thousandth."""
    return min(max(-(-total // page_size), 1), LAST_PAGE)


def parse(text: str, *, any_of: bool = False) -> Words:
    """Read what somebody typed; whatever it is, this gives an answer.

    Chinese runs are looked for as they stand; words of letters and digits by their beginning, numbers with hyphens
    also without them, and codes by their last four or more characters. `any_of`: one pair of characters is enough.
    """
    ignored: list[str] = []
    usable = analysis.clean(text)
    if usable != text:
        ignored.append(_("不可见的控制字符"))
    usable = " ".join(usable.split())
    if len(usable) > LONGEST_TEXT:
        usable = usable[:LONGEST_TEXT]
        ignored.append(_("第 %(n)d 个字之后的内容") % {"n": LONGEST_TEXT})
    plain, operators = _without_syntax(usable)
    if operators:
        ignored.append(_("符号和运算词 %(what)s") % {"what": " ".join(operators)})
    terms = tuple(dict.fromkeys(_term(part) for part in analysis.parts(analysis.fold(plain))))
    if len(terms) > MOST_TERMS:
        terms = terms[:MOST_TERMS]
        ignored.append(_("第 %(n)d 个词之后的内容") % {"n": MOST_TERMS})
    if usable and not terms:
        ignored = [_("全部输入内容：其中没有可以搜索的文字")]
    return Words(usable, terms, tuple(ignored), any_of)


def _without_syntax(text: str) -> tuple[str, list[str]]:
    """The text without the syntax of query languages, and what that was."""
    found = dict.fromkeys(_SYNTAX.findall(text))
    words = []
    for word in _SYNTAX.sub(" ", text).split():
        if word in _OPERATORS:
            found[word] = None
        else:
            words.append(word)
    return " ".join(words), list(found)


def _term(part: str) -> Term:
    run = next(analysis.runs(part))
    if run.is_han:
        return Term(part, analysis.pairs(part))
    words = tuple(each.text for each in analysis.runs(part))
    whole = "".join(words)[: analysis.LONGEST_WORD]
    long_enough = analysis.TAIL_MINIMUM <= len(whole) <= analysis.TAIL_MAXIMUM and whole.isascii()
    return Term(
        part,
        words,
        begins=len(words[-1]) > 1 or len(words) > 1,
        whole=whole if len(words) > 1 else "",
        tail=analysis.TAIL + whole if long_enough else "",
    )
