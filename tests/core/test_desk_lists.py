"""Every list of the operators' desk is read by people: no codes, no attribute paths, no UTC."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import get_resolver
from django.utils.translation import override
from wagtail.admin.viewsets import viewsets

from marketplace.core.desk_lists import ReadableList, ReadableRecord

CHINESE = re.compile("[\u4e00-\u9fff]")


def desk_viewsets() -> list[Any]:
    """All viewsets of ours in the admin, those inside groups too."""
    assert get_resolver().url_patterns  # the hooks register them
    viewsets.populate()
    found = [view for top in viewsets.viewsets for view in _with_parts(top)]
    ours = [view for view in found if type(view).__module__.split(".")[0] in {"marketplace", "payments"}]
    return list({type(view): view for view in ours}.values())


def _with_parts(top: Any) -> Iterator[Any]:
    if hasattr(top, "list_display"):
        yield top
    for part in getattr(top, "registerables", []):
        yield from _with_parts(part)


@pytest.mark.django_db
def test_every_column_and_every_heading_of_a_spreadsheet_is_chinese() -> None:
    odd = []
    with override("zh-hans"):
        for viewset in desk_viewsets():
            view = viewset.index_view_class()
            view.setup_done = True
            view.model = viewset.model
            view.export_headings = viewset.export_headings if isinstance(viewset.export_headings, dict) else {}
            exported = viewset.list_export if isinstance(viewset.list_export, list) else []
            labels = [view.get_heading(viewset.model.objects.none(), path) for path in exported]
            for column in viewset.list_display if isinstance(viewset.list_display, list) else []:
                named = column if not isinstance(column, str) else view._get_custom_column(column)
                labels.append(str(named.label))
            fields = viewset.inspect_view_fields if isinstance(viewset.inspect_view_fields, list) else []
            labels += [viewset.inspect_view_class(model=viewset.model).get_field_label(name, None) for name in fields]
            odd += [f"{type(viewset).__name__}: {label}" for label in labels if not CHINESE.search(str(label))]
    assert odd == [], "\n".join(odd)


def test_every_list_and_record_of_the_desk_is_readable() -> None:
    odd = [v for v in desk_viewsets() if not issubclass(v.index_view_class, ReadableList)]
    odd += [
        v for v in desk_viewsets() if v.inspect_view_enabled and not issubclass(v.inspect_view_class, ReadableRecord)
    ]
    assert [type(viewset).__name__ for viewset in odd] == []
