"""The lists, spreadsheets and single records of the operators' desk, as people read them.

Wagtail's own show a choice's code, `None`, `True`, paths of attributes as headings, spreadsheets in UTC, and times only
as "how long ago" by the machine's clock. Here: labels, the zone's wall clock, and one way to name a column.
"""

from collections import OrderedDict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.admin.utils import label_for_field
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic

from marketplace.core import clock, display

MONEY_DIGITS, FEN = 10, 2  # a decimal field of this size or more, with two places, holds yuan

LABELS: dict[str, str | Promise] = {  # fields that no form shows have no label of their own
    "agency": gettext_lazy("机构"),
    "organisation": gettext_lazy("单位"),
    "user": gettext_lazy("申请人"),
    "parent": gettext_lazy("上级区划"),
    "proposed_by": gettext_lazy("提出人"),
    "approved_by": gettext_lazy("批准人"),
    "decided_by": gettext_lazy("办理人"),
    "decided_at": gettext_lazy("办结时间"),
    "created_at": gettext_lazy("建立时间"),
    "proof_at": gettext_lazy("上传凭证时间"),
    "statutory_text": gettext_lazy("法定时限"),
    "promised_text": gettext_lazy("承诺时限"),
    "log": gettext_lazy("日志"),
    "number": gettext_lazy("编号"),
    "data": gettext_lazy("内容"),
    "hash": gettext_lazy("散列值"),
    "previous_hash": gettext_lazy("上一条散列值"),
}


class MomentColumn(Column):
    """A moment or a day as people write it, on the site's clock."""

    def get_value(self, instance: Any) -> str:
        return display.moment(super().get_value(instance))


class _ReadableColumn(Column):
    """A plain column of a field, in words."""

    field: models.Field[Any, Any] | None = None

    def get_value(self, instance: Any) -> Any:
        return shown(super().get_value(instance), self.field)


def shown(value: Any, field: models.Field[Any, Any] | None = None) -> Any:
    """A value of a field in words: yes or no, yuan, a moment, `—` for nothing; anything else as it is."""
    if value is None or value == "":
        return display.NOTHING
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, date):  # a datetime is one, too
        return display.moment(value)  # type: ignore[arg-type]
    if isinstance(value, Decimal) and is_money(field):
        return display.money(value)
    return value


def is_money(field: models.Field[Any, Any] | None) -> bool:
    """Whether a field holds an amount in yuan."""
    is_decimal = isinstance(field, models.DecimalField)
    return is_decimal and field.decimal_places == FEN and field.max_digits >= MONEY_DIGITS  # type: ignore[union-attr]


def label(model: type[models.Model], name: str) -> str:
    """What a field is called."""
    field = _field(model, name)
    given = field.verbose_name if field is not None else ""
    is_named = field is not None and str(given) != name.replace("_", " ")
    if not is_named and name in LABELS:
        return str(LABELS[name])
    return capfirst(str(label_for_field(name, model)))


def heading(model: type[models.Model], path: str) -> str:
    """What a column is called: the label of its field, after the label of what it belongs to (`buyer.credit_code`)."""
    *owners, last = path.split(".")
    labels = []
    for owner in owners:
        relation = model._meta.get_field(owner)
        labels.append(label(model, owner))
        if relation.related_model is None or isinstance(relation.related_model, str):
            break
        model = relation.related_model
    last = last.removeprefix("get_").removesuffix("_display")
    if labels and last == "name":
        return labels[-1]
    own = label(model, last)
    return " · ".join([labels[-1], own]) if labels else own


class ReadableList(generic.IndexView):
    """A list whose columns and spreadsheet are in words and on the site's clock."""

    def _get_custom_column(self, field_name: str, column_class: type[Column] = Column, **kwargs: Any) -> Column:
        readable = _ReadableColumn if column_class is Column else column_class
        column: Column = super()._get_custom_column(field_name, readable, **kwargs)
        if isinstance(column, _ReadableColumn):
            column.field = _field(self.model, field_name)
        if column.label and "__" not in field_name:
            column.label = label(self.model, field_name)
        return column

    def to_row_dict(self, item: models.Model) -> "OrderedDict[str, Any]":
        """A row of the spreadsheet: labels instead of codes, moments on the wall clock, numbers as numbers."""
        return OrderedDict((path, self.cell(item, path)) for path in self.list_export)

    def cell(self, item: Any, path: str) -> Any:
        """One cell of the spreadsheet."""
        *owners, last = path.split(".")
        for owner in owners:
            item = getattr(item, owner, None)
        if item is None:
            return ""
        value = getattr(item, f"get_{last}_display", None) or getattr(item, last)
        value = value() if callable(value) else value
        if isinstance(value, datetime):
            return clock.local(value).replace(tzinfo=None, microsecond=0)
        return shown(value) if isinstance(value, bool) else value if value is not None else ""

    def get_heading(self, queryset: Any, field: str) -> str:
        """The heading of a spreadsheet's column."""
        if field in self.export_headings:
            return str(self.export_headings[field])
        try:
            return heading(self.model, field)
        except (AttributeError, FieldDoesNotExist):
            return str(super().get_heading(queryset, field))


class ReadableRecord(generic.InspectView):
    """One record with its fields in words."""

    def get_field_label(self, field_name: str, field: Any) -> str:
        return label(self.model, field_name)

    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        value = super().get_field_display_value(field_name, field)
        return shown(value, field)


def _field(model: type[models.Model], name: str) -> models.Field[Any, Any] | None:
    try:
        found = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, models.Field) else None
