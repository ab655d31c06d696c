"""A question that is asked thousands of times a minute: its statement is compiled once and then only carried out.

Building and compiling a queryset costs several times what the database needs to answer a look-up by key. The queryset
stays the one definition; whoever changes it changes the prepared one too.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

_SAMPLE = 1_000_000_007
Kind = type[int] | type[str] | type[UUID]


class Prepared:
    """`build(*values)` as a statement: a queryset of `values_list`, in which each value is of its kind.

    The shape of the statement must not depend on the values: no None, and no list of another length.
    """

    def __init__(self, build: Callable[..., "QuerySet[Any, Any]"], *kinds: Kind) -> None:
        self._build = build
        self._samples = [_sample(kind, n) for n, kind in enumerate(kinds, start=_SAMPLE)]
        self._compiled: dict[str, tuple[str, tuple[Any, ...], Any]] = {}

    def rows(self, *values: Any) -> list[tuple[Any, ...]]:
        """The rows for these values, as the queryset would give them."""
        sql, places, compiler = self._compiled.get(connection.vendor) or self._compile()
        given: dict[Any, Any] = {}
        for sample, value in zip(self._samples, values, strict=True):
            given[sample] = value
            if isinstance(sample, UUID):  # SQLite keeps a UUID as its digits
                given[sample.hex] = value.hex
        with connection.cursor() as cursor:
            cursor.execute(sql, [given.get(each, each) for each in places])
            found = cursor.fetchall()
        return [tuple(row) for row in compiler.results_iter(results=[found])]

    def _compile(self) -> tuple[str, tuple[Any, ...], Any]:
        compiler = self._build(*self._samples).query.get_compiler(connection=connection)
        sql, places = compiler.as_sql()
        found = (sql, tuple(places), compiler)
        self._compiled[connection.vendor] = found
        return found


def _sample(kind: Kind, number: int) -> Any:
    """A value that stands in no statement by itself."""
    return UUID(int=number) if kind is UUID else str(number) if kind is str else number
