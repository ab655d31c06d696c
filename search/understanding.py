"""What somebody means by what was typed: other words for it, its parts where it is a sentence, a slip put right.

A text has several readings, from the narrowest to the widest. The first that finds anything is taken, told by counts in
one statement, and only where there is a choice at all. The readings are made here of plain words, and so every engine
finds the same.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from search import analysis, corrections, vocabulary
from search.backends import engine
from search.backends.embedded.names import titles_like
from search.query import Query, Term, Way, Words, parse, phrase, terms_of
from search.vocabulary import GENERIC_WORDS, Segment, Vocabulary

SYNONYM, INSIDE, PART, REST, PAIR = 0.9, 0.8, 0.6, 0.3, 0.2
MOST_WAYS = 40
NAMES_LOOKED_AT = 20


def understand(text: str, *, any_of: bool = False) -> Words:
    """Read what somebody typed and choose the reading that finds something; asks the index only where it must."""
    words = parse(text, any_of=any_of)
    if not words or any_of:
        return words
    known = vocabulary.current()
    readings = list(dict.fromkeys(readings_of(words, known)))
    strange = [term for term in words.terms if _may_be_misspelt(term, known)]
    if len(readings) == 1 and not strange:
        return readings[0]
    best = _first_that_finds(readings)
    if strange and (best is None or _is_last_resort(best)) and (named := _named(words, strange)):
        return next(readings_of(named, known))  # a title holds it, so it finds something
    return best or readings[0]


def readings_of(words: Words, known: Vocabulary) -> Iterator[Words]:
    """The readings of a text, the narrowest first."""
    yield replace(words, terms=tuple(_widened(term, known) for term in words.terms))
    corrected = _corrected(words, known)
    if corrected is not None:
        yield replace(corrected, terms=tuple(_widened(term, known) for term in corrected.terms))
        words = corrected
    parts = tuple(dict.fromkeys(part for term in words.terms for part in _parts(term, known)))
    if parts and parts != words.terms and not _is_question(parts, known):
        yield replace(words, terms=tuple(_widened(part, known) for part in parts))
    loose = _any_part(parts, known) if parts != words.terms else None
    if loose is not None:
        yield replace(
            words, terms=(loose,), told=(*words.told, _("没有完全符合的，按其中的词搜索，符合多的排在前面。"))
        )


# --- the same in other words ------------------------------------------------------------------------------------------
def _widened(term: Term, known: Vocabulary) -> Term:
    """The term with all that means the same."""
    if not analysis.is_han(term.text):
        return _also(term, (phrase(each, SYNONYM) for each in _one_part(known.others(term.text))))
    ways = [_way(each, SYNONYM) for each in known.others(term.text)]
    segments = known.segments(term.text)
    if len(segments) > 1:
        for place, segment in enumerate(segments):
            for other in _one_part(known.others(segment.text)):
                pieces = [each.text for each in segments]
                pieces[place] = other
                if analysis.is_han(other):
                    ways.append(_way("".join(pieces), SYNONYM))
        content = [segment for segment in segments if segment.is_content]
        if len(content) == 1 and content[0].is_known:
            ways.append(_way(content[0].text, INSIDE))
            ways += [_way(other, INSIDE) for other in known.others(content[0].text)]
    return _also(term, ways)


def _also(term: Term, ways: Iterable[Way]) -> Term:
    return replace(term, others=tuple(dict.fromkeys((*term.others, *ways)))[:MOST_WAYS])


def _one_part(words: Iterable[str]) -> Iterator[str]:
    return (word for word in words if " " not in word)


def _way(word: str, weight: float) -> Way:
    """A way for one word, or several of letters."""
    if " " in word:
        return Way(tuple(word.split()), begins=True, weight=weight)
    return phrase(word, weight)


# --- sentences --------------------------------------------------------------------------------------------------------
def _parts(term: Term, known: Vocabulary) -> list[Term]:
    """The words of a term that say what is looked for."""
    if not analysis.is_han(term.text):
        return [term]
    segments = known.segments(term.text)
    content = [segment for segment in segments if segment.is_content]
    if len(segments) == 1:
        return [term]
    if not content:
        content = [segment for segment in segments if segment.text in GENERIC_WORDS]
    return [Term(each.text, analysis.pairs(each.text)) for each in _specific(content)]


def _specific(content: list[Segment]) -> list[Segment]:
    """Without the single characters left between words, unless there is nothing else."""
    return [each for each in content if len(each.text) > 1] or content


def _any_part(parts: Iterable[Term], known: Vocabulary) -> Term | None:
    """A term that any of the parts fulfils, the more of them the better; None where no part is a word of the field."""
    found = list(parts)
    if _is_question(found, known):  # of the circumstances alone nobody wants anything
        found = [part for part in found if part.begins or not known.segments(part.text)[0].is_setting]
    named = [part for part in found if part.begins or _names(part, known)]
    if not named:
        return None
    ways: list[Way] = []
    for part in found:
        if part in named:
            ways.append(Way(part.words, part.begins, PART))
            ways += [_way(other, PART) for other in known.others(part.text)]
        else:
            ways.append(Way(part.words, weight=REST))
            ways += [
                Way((pair,), weight=PAIR) for pair in part.words if len(part.words) > 1 and pair not in GENERIC_WORDS
            ]
    first = named[0]
    whole = "".join(part.text for part in found if analysis.is_han(part.text))
    if not whole:
        return replace(first, others=tuple(ways[:MOST_WAYS]))
    return Term(whole, analysis.pairs(whole), others=tuple(dict.fromkeys(ways))[:MOST_WAYS])


def _is_question(parts: Iterable[Term], known: Vocabulary) -> bool:
    """Whether there are but general words and circumstances: nobody means that all of them must stand somewhere."""
    han = [known.segments(part.text)[0] for part in parts if analysis.is_han(part.text)]
    settings = [segment for segment in han if segment.is_setting]
    return bool(settings) and len(han) > len(settings) and all(segment.is_known for segment in han)


def _names(part: Term, known: Vocabulary) -> bool:
    """Whether a part is a word for something that can be wanted."""
    segment = known.segments(part.text)[0]
    return segment.is_known and not segment.is_setting


# --- misspelt words ---------------------------------------------------------------------------------------------------
def _may_be_misspelt(term: Term, known: Vocabulary) -> bool:
    """Whether there is anything in a long Chinese run that the field has no word for."""
    if not analysis.is_han(term.text) or not corrections.SHORTEST_HAN <= len(term.text) <= corrections.LONGEST:
        return False
    return any(not segment.is_known for segment in known.segments(term.text))


def _is_last_resort(words: Words) -> bool:
    """Whether any of the parts was enough."""
    return len(words.terms) == 1 and any(way.weight == PART for way in words.terms[0].others)


def _corrected(words: Words, known: Vocabulary) -> Words | None:
    """The text with misspelt words of the field put right."""
    return _with(words, {term.text: _put_right(term, known) for term in words.terms})


def _put_right(term: Term, known: Vocabulary) -> str:
    if not analysis.is_han(term.text):
        return corrections.corrected_word(term.text, known.latin)
    if all(segment.is_known for segment in known.segments(term.text)):
        return ""
    return corrections.corrected_run(term.text, known.long)


def _named(words: Words, strange: Iterable[Term]) -> Words | None:
    """The text with a misspelt name of something in the index put right."""
    found: dict[str, str] = {}
    for term in strange:
        titles = titles_like(Words(term.text, (replace(term, others=()),), any_of=True), NAMES_LOOKED_AT)
        runs = {part for title in titles for part in analysis.parts(analysis.fold(title)) if analysis.is_han(part)}
        found[term.text] = corrections.corrected_run(term.text, sorted(runs))
    return _with(words, found)


def _with(words: Words, put_right: dict[str, str]) -> Words | None:
    """The words with some in place of others, and what to say about it; None if there are none."""
    changed = {wrong: right for wrong, right in put_right.items() if right}
    if not changed:
        return None
    terms = [each for term in words.terms for each in (terms_of(changed.get(term.text, "")) or (term,))]
    said = [_("没有找到“%(wrong)s”，已改为搜索“%(right)s”。") % {"wrong": w, "right": r} for w, r in changed.items()]
    return replace(words, terms=tuple(dict.fromkeys(terms)), told=(*words.told, *said))


def _first_that_finds(readings: Iterable[Words]) -> Words | None:
    every = list(readings)
    counts = engine().count([Query(words=each) for each in every])
    return next((each for each, number in zip(every, counts, strict=True) if number), None)
