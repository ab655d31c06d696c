"""The names that are in the index. The embedded tables are kept whichever engine answers: all hear the same."""

from django.db import connection

from search.backends.embedded.sql import Sql, join
from search.backends.embedded.text import source_of, text_index
from search.query import Words


def titles_like(words: Words, number: int) -> list[str]:
    """The titles of the documents that hold most of the words."""
    text = text_index()
    source, conditions = source_of(words, text)
    statement = Sql(f"SELECT d.title FROM {source} WHERE ") + join(" AND ", conditions)
    statement += " ORDER BY " + text.score(words) + Sql(" DESC, d.id LIMIT %s", (number,))
    with connection.cursor() as cursor:
        cursor.execute(statement.text, statement.values)
        return [title for (title,) in cursor.fetchall()]
