"""Writing many rows' values in one statement a batch, and what belongs together in one statement.

`bulk_update` builds a CASE of as many branches as rows for each field, which takes tens of times as long: at the
opening of thousands of responses that is the difference between seconds and minutes.
"""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, models

MOST_STATEMENTS = 200
BATCH = 500  # SQLite takes 32,766 values in one statement


def write(objects: Sequence[models.Model], fields: Sequence[str]) -> None:
    """Write these fields of saved objects of one model, as `bulk_update` does. Inside a transaction."""
    waiting = iter(objects)
    while batch := list(islice(waiting, BATCH)):
        _write(batch, fields)


_inserts: dict[tuple[Any, ...], list[tuple[str, list[Any]]]] = {}


def insert(*objects: models.Model) -> None:
    """Insert new objects of any models, which name their own keys, in one statement where the database takes it.

    Neither `save()` nor its signals: for an act's own few rows, whose models have nobody who listens. Inside a
    transaction.
    """
    kinds = (connection.vendor, *(type(each) for each in objects))
    statements = _inserts.get(kinds) or _compiled(kinds)
    waiting = iter(objects)
    with connection.cursor() as cursor:
        for sql, groups in statements:
            values = []
            for fields, each in zip(groups, waiting, strict=False):
                values += [field.get_db_prep_save(field.pre_save(each, add=True), connection) for field in fields]
                each._state.adding, each._state.db = False, DEFAULT_DB_ALIAS
            cursor.execute(sql, values)


def _compiled(kinds: tuple[Any, ...]) -> list[tuple[str, list[Any]]]:
    """The statements for objects of these models in this order, and the fields that each takes of each object."""
    vendor, *found = kinds
    groups = [list(model._meta.concrete_fields) for model in found]
    texts = [_insertion(model, fields) for model, fields in zip(found, groups, strict=True)]
    if vendor == "postgresql":
        first = ", ".join(f"w{n} AS ({text})" for n, text in enumerate(texts[:-1]))
        statements = [(f"WITH {first} {texts[-1]}" if first else texts[-1], groups)]
    else:
        statements = [(text, [fields]) for text, fields in zip(texts, groups, strict=True)]
    if len(_inserts) >= MOST_STATEMENTS:
        _inserts.clear()
    _inserts[kinds] = statements
    return statements


def _insertion(model: Any, fields: Sequence[Any]) -> str:
    quote = connection.ops.quote_name
    columns, marks = ", ".join(quote(each.column) for each in fields), ", ".join(["%s"] * len(fields))
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})"


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
