"""A document's words by part, the same for every engine: what is matched is decided here and nowhere else."""

from collections.abc import Iterator
from dataclasses import dataclass

from search import analysis
from search.documents import Document

# How many words of each part are kept in their places; PostgreSQL counts places up to 16,383.
LIMITS = {"title": 400, "terms": 6000, "body": 9000}
GAP = "¦"
_APART = 4


@dataclass(frozen=True)
class Texts:
    """A document's words by part."""

    title: analysis.Words
    terms: analysis.Words
    body: analysis.Words


def texts_of(document: Document) -> Texts:
    """Analyse a document. The parts' places follow each other with a gap; title and terms are found by sound too."""
    named = (document.title, *document.names)
    title = analysis.analyse(() if document.is_part else named, limit=LIMITS["title"], sounds=True)
    listed = (*(named if document.is_part else ()), *document.terms, *document.codes)
    terms = analysis.analyse(listed, start=title.end + _APART, limit=LIMITS["terms"], sounds=True)
    tails = tuple(tail for code in document.codes for tail in analysis.tails(_plain(code)))
    terms = analysis.Words(terms.placed, tuple(dict.fromkeys((*terms.loose, *tails))), terms.end)
    written = (document.summary, document.body)
    return Texts(title, terms, analysis.analyse(written, start=terms.end + _APART, limit=LIMITS["body"]))


def _plain(code: str) -> str:
    return "".join(run.text for run in analysis.runs(analysis.fold(code)))


def in_order(words: analysis.Words) -> Iterator[str]:
    """The words with a filler at every free place, then those without a place."""
    expected = words.placed[0][0] if words.placed else 0
    for place, word in words.placed:
        if place > expected:
            yield GAP
        yield word
        expected = place + 1
    yield GAP
    yield from words.loose
