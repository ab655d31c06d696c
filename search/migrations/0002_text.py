"""The words of the embedded engine, in the form that the database at hand searches fastest."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# `ascii` takes everything beyond ASCII for parts of words: the cutting into words is done before, in `search.analysis`.
SQLITE = "CREATE VIRTUAL TABLE search_text USING fts5(title, terms, body, tokenize = 'ascii', prefix = '2 3 4')"
POSTGRESQL = (
    "CREATE TABLE search_text (document_id bigint PRIMARY KEY REFERENCES search_searchdocument (id) "
    "ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED, vector tsvector NOT NULL)",
    "CREATE INDEX search_text_vector ON search_text USING gin (vector)",
)


def make(apps: Apps, schema: BaseDatabaseSchemaEditor) -> None:
    for statement in POSTGRESQL if schema.connection.vendor == "postgresql" else (SQLITE,):
        schema.execute(statement)


def drop(apps: Apps, schema: BaseDatabaseSchemaEditor) -> None:
    schema.execute("DROP TABLE search_text")


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]
    operations: list[Any] = [migrations.RunPython(make, drop)]
