"""The words of a query, by `elasticsearch.dsl`: the same match as the embedded engine's, term for term."""

from collections.abc import Sequence
from typing import Any

from elasticsearch.dsl import query as q

from search.query import Term, Way, Words

# What a find counts by the part where it stands; the embedded engine weighs them alike.
PARTS = {"words.title": 8.0, "words.terms": 3.0, "words.body": 1.0}
LONGEST_BEGINNINGS = 1000  # how many words may begin alike
_ELSEWHERE = 0.1  # what a find in a second part adds


def matching(words: Words) -> q.Query:
    """The query that a document fulfils if it holds the words."""
    terms = [_term(term, words.any_of) for term in words.terms]
    if words.any_of:
        return q.Bool(should=terms, minimum_should_match=1)
    return q.Bool(must=terms)


def _term(term: Term, any_of: bool) -> q.Query:
    if any_of and not term.begins:
        return q.Bool(should=[_in_any_part((word,), False, 1.0) for word in term.loosely()], minimum_should_match=1)
    ways = [_in_any_part(term.words, term.begins, 1.0)]
    ways += [_in_any_part((term.whole,), True, 1.0)] if term.whole else []
    ways += [_in_any_part((term.tail,), False, 1.0)] if term.tail else []
    ways += [_in_any_part(way.words, way.begins, way.weight * _share(way, term)) for way in term.others]
    return ways[0] if len(ways) == 1 else q.DisMax(queries=ways)


def _share(way: Way, term: Term) -> float:
    """A row's find counts the more the more words it has; another way must not count more for being longer."""
    return min(1.0, len(term.words) / len(way.words))


def _in_any_part(row: Sequence[str], begins: bool, weight: float) -> q.Query:
    """Words in a row, in one of the parts; the best counts."""
    found: list[q.Query] = []
    for field, boost in PARTS.items():
        found.append(_in_a_row(field, row, begins, boost * weight))
        if begins and len(row) == 1:  # the whole word is a better find than a longer one that begins so
            found.append(q.Term(**{field: {"value": row[0], "boost": boost * weight}}))
    return q.DisMax(queries=found, tie_breaker=_ELSEWHERE)


def _in_a_row(field: str, row: Sequence[str], begins: bool, boost: float) -> q.Query:
    if len(row) == 1:
        asked: dict[str, Any] = {field: {"value": row[0], "boost": boost}}
        return q.Prefix(**asked) if begins else q.Term(**asked)
    text = " ".join(row)
    if begins:
        return q.MatchPhrasePrefix(**{field: {"query": text, "boost": boost, "max_expansions": LONGEST_BEGINNINGS}})
    return q.MatchPhrase(**{field: {"query": text, "boost": boost}})
