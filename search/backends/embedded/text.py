"""Full text in the database at hand. Both dialects index the same words (`analysis`) and read the same terms."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from django.db import connection

from search.backends.embedded.sql import Sql
from search.query import Term, Words
from search.texts import Texts, in_order


class TextIndex(Protocol):
    """What a database does with the words. `source` joins documents as `d`."""

    source: str

    def matching(self, words: Words) -> Sql:
        """The condition that a document holds the words."""

    def score(self, words: Words) -> Sql:
        """A number that is greater the better a document fits."""

    def among(self, column: str, values: Sequence[str]) -> Sql:
        """The condition that a column holds one of very many values."""

    def age(self, column: str, on: datetime) -> Sql:
        """The days from a time to another, negative where it lies after it."""

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
        return Sql("search_text MATCH %s", (self._query(words),))

    def score(self, words: Words) -> Sql:
        found = "search_text.rowid IN (SELECT rowid FROM search_text WHERE search_text MATCH %s)"
        return Sql("-bm25(search_text, 8.0, 3.0, 1.0)") + _weighed(words, lambda one: Sql(found, (self._query(one),)))

    def among(self, column: str, values: Sequence[str]) -> Sql:
        return Sql(f"{column} IN (SELECT value FROM json_each(%s))", (json.dumps(list(values)),))

    def age(self, column: str, on: datetime) -> Sql:
        return Sql(f"julianday(%s) - julianday({column})", (on.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),))

    def write(self, rows: Sequence[tuple[int, Texts]]) -> None:
        self.delete([pk for pk, _ in rows])
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO search_text (rowid, title, terms, body) VALUES (%s, %s, %s, %s)",
                [(pk, *(" ".join(in_order(part)) for part in (t.title, t.terms, t.body))) for pk, t in rows],
            )

    def delete(self, ids: Sequence[int]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany("DELETE FROM search_text WHERE rowid = %s", [(pk,) for pk in ids])

    def take_turns(self, names: Sequence[str]) -> None:
        """Whoever writes holds the one writer's lock already."""

    @classmethod
    def _query(cls, words: Words) -> str:
        operator = " OR " if words.any_of else " AND "
        return operator.join(cls._term(term, words.any_of) for term in words.terms)

    @staticmethod
    def _term(term: Term, any_of: bool) -> str:
        if any_of and not term.begins:
            return "(" + " OR ".join(f'"{word}"' for word in term.loosely()) + ")"
        ways = [f'"{" ".join(term.words)}"' + ("*" if term.begins else "")]
        ways += [f'"{term.whole}"*'] if term.whole else []
        ways += [f'"{term.tail}"'] if term.tail else []
        ways += [f'"{" ".join(way.words)}"' + ("*" if way.begins else "") for way in term.others]
        return f"({' OR '.join(ways)})"


class PostgreSQLText:
    """A `tsvector` made here word by word: PostgreSQL's own parser would keep a Chinese run as one word."""

    source = "search_text JOIN search_searchdocument d ON d.id = search_text.document_id"

    def matching(self, words: Words) -> Sql:
        return Sql("search_text.vector @@ %s::tsquery", (self._query(words),))

    def score(self, words: Words) -> Sql:
        # By cover density: the plain rank of many words in a row is nearly 1 wherever they stand.
        rank = Sql("ts_rank_cd('{0.1, 0.2, 0.4, 1.0}', search_text.vector, %s::tsquery, 1)", (self._query(words),))
        return rank + _weighed(words, lambda one: Sql("search_text.vector @@ %s::tsquery", (self._query(one),)))

    def among(self, column: str, values: Sequence[str]) -> Sql:
        return Sql(f"{column} = ANY(%s)", (list(values),))

    def age(self, column: str, on: datetime) -> Sql:
        return Sql(f"EXTRACT(EPOCH FROM (%s - {column})) / 86400.0", (on,))

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
            return "(" + " | ".join(f"'{word}'" for word in term.loosely()) + ")"
        ways = [_row(term.words, term.begins), *(_row(way.words, way.begins) for way in term.others)]
        ways += [f"'{term.whole}':*"] if term.whole else []
        ways += [f"'{term.tail}'"] if term.tail else []
        return f"({' | '.join(f'({way})' for way in ways)})"


def _weighed(words: Words, holds: Callable[[Words], Sql]) -> Sql:
    """What the score is multiplied by: 1 for the words as typed, else the weight of the way that was needed."""
    weights = sorted({way.weight for term in words.terms for way in term.others}, reverse=True)
    if words.any_of or not weights:
        return Sql("")
    cases = Sql(" * (CASE")
    for least, weight in zip((None, *weights), (1.0, *weights[:-1]), strict=False):
        cases += " WHEN " + holds(_with_ways(words, least)) + f" THEN {weight}"
    return cases + f" ELSE {weights[-1]} END)"


def _with_ways(words: Words, least: float | None) -> Words:
    """The words with the ways of at least this weight; none at all for None."""
    kept = [
        replace(term, others=tuple(way for way in term.others if least is not None and way.weight >= least))
        for term in words.terms
    ]
    return replace(words, terms=tuple(kept))


def _row(words: Sequence[str], begins: bool) -> str:
    """A `tsquery` for words in a row."""
    return " <-> ".join(f"'{word}'" for word in words) + (":*" if begins else "")


def text_index() -> TextIndex:
    """The dialect of the database at hand."""
    return PostgreSQLText() if connection.vendor == "postgresql" else SQLiteText()


def source_of(words: Words, text: TextIndex) -> tuple[str, list[Sql]]:
    """What to select from, with documents as `d`, and the condition of the words if there are any."""
    if not words:
        return "search_searchdocument d", []
    return text.source, [text.matching(words)]
