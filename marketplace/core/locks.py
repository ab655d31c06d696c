"""Row locks, taken in one order: counter → organisation → agency → tender → bid → contract → project.

On SQLite every writing transaction already holds the one writer's lock (BEGIN IMMEDIATE), so these only read.
"""

from typing import Any, TypeVar

from django.db import connection, models

from marketplace.core.models import Counter

M = TypeVar("M", bound=models.Model)


def exclusive(model: type[M], pk: Any) -> M:
    """The row, FOR UPDATE; raises model.DoesNotExist. Inside a transaction."""
    return model._default_manager.select_for_update(of=("self",)).get(pk=pk)


def shared(model: type[M], pk: Any) -> M:
    """The row, FOR SHARE: many holders at once, but no `exclusive` one. Inside a transaction."""
    if connection.vendor == "postgresql":
        quote = connection.ops.quote_name
        column = quote(str(model._meta.pk.column))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {quote(model._meta.db_table)} WHERE {column} = %s FOR SHARE", [pk])
    return model._default_manager.get(pk=pk)


def counter(name: str) -> Counter:
    """The counter's row, FOR UPDATE, made when it is missing."""
    Counter.objects.get_or_create(name=name)
    return Counter.objects.select_for_update().get(name=name)


def next_number(prefix: str, year: int) -> str:
    """The next number of a series, like ZJ-2026-000123; gaps only where a transaction was undone."""
    row = counter(f"{prefix}-{year}")
    row.value += 1
    row.save(update_fields=["value"])
    return f"{prefix}-{year}-{row.value:06d}"
