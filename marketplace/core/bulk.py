"""Writing many rows' values in one statement a batch.

`bulk_update` builds a CASE of as many branches as rows for each field, which takes tens of times as long: at the
opening of thousands of responses that is the difference between seconds and minutes.
"""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from django.db import connection, models

BATCH = 500  # SQLite takes 32,766 values in one statement


def write(objects: Sequence[models.Model], fields: Sequence[str]) -> None:
    """Write these fields of saved objects of one model, as `bulk_update` does. Inside a transaction."""
    waiting = iter(objects)
    while batch := list(islice(waiting, BATCH)):
        _write(batch, fields)


def _write(batch: Sequence[models.Model], names: Sequence[str]) -> None:
    meta = batch[0]._meta
    fields: list[Any] = [meta.pk, *(meta.get_field(name) for name in names)]
    quote = connection.ops.quote_name
    table, pk = quote(meta.db_table), quote(str(meta.pk.column))
    sets = ", ".join(f"{quote(f.column)} = {_typed(f, n)}" for n, f in enumerate(fields[1:], start=2))
    rows = ", ".join([f"({', '.join(['%s'] * len(fields))})"] * len(batch))
    values = [f.get_db_prep_save(getattr(each, f.attname), connection) for each in batch for f in fields]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {sets} FROM (VALUES {rows}) AS given WHERE {table}.{pk} = {_typed(fields[0], 1)}",
            values,
        )


def _typed(field: Any, place: int) -> str:
    """The given value as the column's type: PostgreSQL takes a row of NULLs and texts for texts, SQLite converts."""
    if connection.vendor != "postgresql":
        return f"given.column{place}"
    kind = field.rel_db_type(connection) if field.primary_key else field.db_type(connection)
    return f"CAST(given.column{place} AS {kind})"
