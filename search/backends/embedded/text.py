"""Full text in the database at hand. Both dialects index the same words (`analysis`) and read the same terms."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.db import connection

from search import analysis
from search.backends.embedded.sql import Sql
from search.documents import Document
from search.query import Term, Words

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
    """Analyse a document. The parts' places follow each other with a gap."""
    title = analysis.analyse((document.title, *document.names), limit=LIMITS["title"])
    listed = (*document.terms, *document.codes)
    terms = analysis.analyse(listed, start=title.end + _APART, limit=LIMITS["terms"])
    tails = tuple(tail for code in document.codes for tail in analysis.tails(_plain(code)))
    terms = analysis.Words(terms.placed, tuple(dict.fromkeys((*terms.loose, *tails))), terms.end)
    written = (document.summary, document.body)
    return Texts(title, terms, analysis.analyse(written, start=terms.end + _APART, limit=LIMITS["body"]))


def _plain(code: str) -> str:
    return "".join(run.text for run in analysis.runs(analysis.fold(code)))


class TextIndex(Protocol):
    """What a database does with the words. `source` joins documents as `d`."""

    source: str

    def matching(self, words: Words) -> Sql:
        """The condition that a document holds the words."""

    def score(self, words: Words) -> Sql:
        """A number that is greater the better a document fits."""

    def write(self, rows: Sequence[tuple[int, Texts]]) -> None:
        """Put the words of documents, given by primary key, in place of the old ones."""

    def delete(self, ids: Sequence[int]) -> None:
        """Forget the words of these documents."""

    def take_turns(self, names: Sequence[str]) -> None:
        """See `base.Engine.take_turns`."""


class SQLiteText:
    """FTS5 with its simplest tokenizer: only ASCII separates words, all cutting is done by `analysis`."""

    source = "search_text JOIN search_searchdocument d ON d.id = search_text.rowid"

    def matching(self, words: Words) -> Sql:
        operator = " OR " if words.any_of else " AND "
        return Sql("search_text MATCH %s", (operator.join(self._term(term, words.any_of) for term in words.terms),))

    def score(self, words: Words) -> Sql:
        return Sql("-bm25(search_text, 8.0, 3.0, 1.0)")

    def write(self, rows: Sequence[tuple[int, Texts]]) -> None:
        self.delete([pk for pk, _ in rows])
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO search_text (rowid, title, terms, body) VALUES (%s, %s, %s, %s)",
                [(pk, *(" ".join(_in_order(part)) for part in (t.title, t.terms, t.body))) for pk, t in rows],
            )

    def delete(self, ids: Sequence[int]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany("DELETE FROM search_text WHERE rowid = %s", [(pk,) for pk in ids])

    def take_turns(self, names: Sequence[str]) -> None:
        """Whoever writes holds the one writer's lock already."""

    @staticmethod
    def _term(term: Term, any_of: bool) -> str:
        if any_of and not term.begins:
            return "(" + " OR ".join(f'"{word}"' for word in term.words) + ")"
        ways = [f'"{" ".join(term.words)}"' + ("*" if term.begins else "")]
        ways += [f'"{term.whole}"*'] if term.whole else []
        ways += [f'"{term.tail}"'] if term.tail else []
        return f"({' OR '.join(ways)})"


def _in_order(words: analysis.Words) -> Iterator[str]:
    """The words with a filler at every free place, then those without a place."""
    expected = words.placed[0][0] if words.placed else 0
    for place, word in words.placed:
        if place > expected:
            yield GAP
        yield word
        expected = place + 1
    yield GAP
    yield from words.loose


class PostgreSQLText:
    """A `tsvector` made here word by word: PostgreSQL's own parser would keep a Chinese run as one word."""

    source = "search_text JOIN search_searchdocument d ON d.id = search_text.document_id"

    def matching(self, words: Words) -> Sql:
        return Sql("search_text.vector @@ %s::tsquery", (self._query(words),))

    def score(self, words: Words) -> Sql:
        return Sql("ts_rank('{0.1, 0.2, 0.4, 1.0}', search_text.vector, %s::tsquery, 1)", (self._query(words),))

    def write(self, rows: Sequence[tuple[int, Texts]]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO search_text (document_id, vector) VALUES (%s, %s::tsvector) "
                "ON CONFLICT (document_id) DO UPDATE SET vector = excluded.vector",
                [(pk, self._vector(texts)) for pk, texts in rows],
            )

    def delete(self, ids: Sequence[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_text WHERE document_id = ANY(%s)", [list(ids)])

    def take_turns(self, names: Sequence[str]) -> None:
        with connection.cursor() as cursor:
            for name in sorted(names):  # in one order, or two who want several would wait for each other
                cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"search {name}"])

    @staticmethod
    def _vector(texts: Texts) -> str:
        places: dict[str, list[str]] = {}
        for weight, words in (("A", texts.title), ("B", texts.terms), ("D", texts.body)):
            for place, word in words.placed:
                places.setdefault(word, []).append(f"{place}{weight}")
            for word in words.loose:
                places.setdefault(word, []).append(f"{words.end}{weight}")
        return " ".join(f"'{word}':{','.join(at)}" for word, at in places.items())

    @classmethod
    def _query(cls, words: Words) -> str:
        operator = " | " if words.any_of else " & "
        return operator.join(cls._term(term, words.any_of) for term in words.terms)

    @staticmethod
    def _term(term: Term, any_of: bool) -> str:
        if any_of and not term.begins:
            return "(" + " | ".join(f"'{word}'" for word in term.words) + ")"
        ways = [" <-> ".join(f"'{word}'" for word in term.words) + (":*" if term.begins else "")]
        ways += [f"'{term.whole}':*"] if term.whole else []
        ways += [f"'{term.tail}'"] if term.tail else []
        return f"({' | '.join(f'({way})' for way in ways)})"


def text_index() -> TextIndex:
    """The dialect of the database at hand."""
    return PostgreSQLText() if connection.vendor == "postgresql" else SQLiteText()


def source_of(words: Words, text: TextIndex) -> tuple[str, list[Sql]]:
    """What to select from, with documents as `d`, and the condition of the words if there are any."""
    if not words:
        return "search_searchdocument d", []
    return text.source, [text.matching(words)]
