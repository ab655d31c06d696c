"""Wagtail's own search, of pages, images, documents and snippets, with the house's analysis of Chinese.

Wagtail's database search keeps a whole run of Chinese characters as one word, so a word inside a title is not found.
Here each object's texts are cut before they are indexed, and what is looked for is cut in the same way; everything
else is Wagtail's backend for the database at hand. After a change of the analysis: `manage.py wagtail_update_index`.
"""

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from modelsearch.backends.database import SearchBackend as DatabaseBackend
from modelsearch.index import RelatedFields
from modelsearch.query import MATCH_NONE, And, Boost, Not, Or, Phrase, PlainText, SearchQuery

from search import analysis
from search.texts import in_order

LONGEST = 12_000  # words of one field


def cut(value: Any) -> Any:
    """The texts in a value of a field, each as words with spaces between them."""
    if isinstance(value, str):
        return " ".join(in_order(analysis.analyse([value], limit=LONGEST)))
    if isinstance(value, Mapping):
        return {key: cut(each) for key, each in value.items()}
    return [cut(each) for each in value] if isinstance(value, list | tuple) else value


def understood(query: Any) -> Any:
    """The query with each Chinese run as a phrase of its pairs: found wherever the run stands."""
    if isinstance(query, PlainText):
        parts = [_part(part) for part in analysis.parts(analysis.fold(query.query_string))]
        if not parts:
            return MATCH_NONE
        return parts[0] if len(parts) == 1 else Or(parts) if query.operator == "or" else And(parts)
    if isinstance(query, Phrase):
        words = [word for _place, word in analysis.analyse([query.query_string]).placed]
        return Phrase(" ".join(words)) if len(words) > 1 else understood(PlainText(query.query_string))
    if isinstance(query, And | Or):
        return type(query)([understood(each) for each in query.subqueries])
    if isinstance(query, Not):
        return Not(understood(query.subquery))
    return Boost(understood(query.subquery), query.boost) if isinstance(query, Boost) else query


def _part(part: str) -> SearchQuery:
    run = next(analysis.runs(part))
    if not run.is_han:
        return PlainText(" ".join(each.text for each in analysis.runs(part)))
    return PlainText(run.text) if len(run.text) == 1 else Phrase(" ".join(analysis.pairs(run.text)))


class _CutObject:
    """An object whose search fields give cut texts; the index reads nothing else of it."""

    def __init__(self, item: Any) -> None:
        self.pk = item.pk
        self._item = item

    def get_search_fields(self) -> list[Any]:
        return [_cut_field(field, self._item) for field in self._item.get_search_fields()]


def _cut_field(field: Any, item: Any = None) -> Any:
    """The field, giving cut texts: of `item` if it is given, else of whatever it is asked about."""
    changed = copy.copy(field)
    if isinstance(field, RelatedFields):
        changed.fields = [_cut_field(each) for each in field.fields]
        changed.get_value = lambda asked: field.get_value(item if item is not None else asked)
    else:
        changed.get_value = lambda asked: cut(field.get_value(item if item is not None else asked))
    return changed


def SearchBackend(params: dict[str, Any]) -> Any:
    """Wagtail's backend for the database at hand, cutting what is written and what is asked."""
    backend = DatabaseBackend({"SEARCH_CONFIG": "simple", **params})
    plain = type(backend)

    class Index(plain.index_class):  # type: ignore[name-defined]
        def add_items(self, model: Any, items: Iterable[Any]) -> None:
            super().add_items(model, [_CutObject(item) for item in items])

    class Backend(plain):  # type: ignore[misc, valid-type]
        index_class = Index

        def _search(self, compiler: Any, query: Any, model_or_queryset: Any, **options: Any) -> Any:
            """Over all indexed fields: one field by itself stands nowhere in its cut form."""
            if isinstance(query, str):
                query = PlainText(query, operator=options.get("operator") or "and")
            return super()._search(compiler, understood(query), model_or_queryset, **{**options, "fields": None})

    return Backend({"SEARCH_CONFIG": "simple", **params})
