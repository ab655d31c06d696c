"""The operators' desk of the core in Wagtail's admin: the working-day calendar, the zone, and the logs."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet

from marketplace.core import calendar, log, zones
from marketplace.core.desk_lists import MomentColumn, ReadableList, ReadableRecord
from marketplace.core.models import CalendarDay, LogEntry, Zone


class _Plain(ModelViewSet):
    """A viewset that writes through services: no copies, no history of its own (the audit log has it)."""

    index_view_class = ReadableList
    inspect_view_class = ReadableRecord
    copy_view_enabled = False
    add_to_reference_index = False
    pages: tuple[str, ...] = ()

    def get_urlpatterns(self) -> list[Any]:
        return [
            pattern for pattern in super().get_urlpatterns() if pattern.name in {"index", "index_results", *self.pages}
        ]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        gone = {
            f"{page}_url_name": None for page in ("add", "edit", "delete", "history", "usage") if page not in self.pages
        }
        return super().get_common_view_kwargs(**{**gone, **kwargs})


# --- calendar ---------------------------------------------------------------------------------------------------------
class CalendarCreateView(generic.CreateView):
    """A day that is not what its weekday says."""

    def save_instance(self) -> CalendarDay:
        return _correct(self)


class CalendarEditView(generic.EditView):
    """A day corrected by hand."""

    def save_instance(self) -> CalendarDay:
        return _correct(self)


class CalendarDeleteView(generic.DeleteView):
    """A day taken off the table: its weekday counts again."""

    def delete_action(self) -> None:
        calendar.drop(self.object, by=self.request.actor)


def _correct(view: Any) -> CalendarDay:
    data = view.form.cleaned_data
    moved = getattr(view, "object", None)
    if moved is not None and moved.pk and "date" in view.form.changed_data:
        calendar.drop(CalendarDay.objects.get(pk=moved.pk), by=view.request.actor)
    return calendar.correct(data["date"], is_workday=data["is_workday"], name=data["name"], by=view.request.actor)


class CalendarViewSet(_Plain):
    """Holidays and worked weekends, corrected by hand."""

    model = CalendarDay
    icon = "calendar"
    pages = ("add", "edit", "delete")
    add_view_class = CalendarCreateView
    edit_view_class = CalendarEditView
    delete_view_class = CalendarDeleteView
    form_fields = ["date", "is_workday", "name"]
    list_display = ["date", "is_workday", "name", "provisional"]
    list_filter = ["date", "is_workday", "provisional"]
    list_export = ["date", "is_workday", "name", "provisional"]
    search_fields = ["name"]
    ordering = ["-date"]
    menu_label = _("工作日历")


# --- zone -------------------------------------------------------------------------------------------------------------
class ZoneEditView(generic.EditView):
    """What is said about the zone."""

    def save_instance(self) -> Zone:
        return zones.save_zone(self.form.cleaned_data, by=self.request.actor)


class ZoneViewSet(_Plain):
    """Who runs this site; `manage.py setup` opens it."""

    model = Zone
    icon = "site"
    pages = ("edit",)
    edit_view_class = ZoneEditView
    form_fields = list(zones.FIELDS)
    list_display = ["name", "owner", "region_name"]
    menu_label = _("运行区域")


# --- logs -------------------------------------------------------------------------------------------------------------
class LogIndexView(ReadableList):
    """Both logs; entries whose time has not come are not there."""

    def get_base_queryset(self) -> QuerySet[LogEntry]:
        return log.visible()


class LogInspectView(ReadableRecord):
    """One entry with its data and its leaf hash."""

    def get_object(self, queryset: Any = None) -> LogEntry:
        return get_object_or_404(log.visible(), pk=self.pk)


class LogViewSet(_Plain):
    """Who did what, when, to which object; nobody changes it."""

    model = LogEntry
    name = "core_log"
    icon = "list-ul"
    pages = ("inspect",)
    index_view_class = LogIndexView
    inspect_view_enabled = True
    inspect_view_class = LogInspectView
    inspect_view_fields = [
        "log",
        "number",
        "at",
        "actor_label",
        "organisation_code",
        "action",
        "subject",
        "subject_label",
        "data",
        "hash",
    ]
    exclude_form_fields: list[str] = []
    list_display = [
        "action",
        "subject_label",
        "actor_label",
        MomentColumn("at", label=_("时间"), sort_key="at"),
        "log",
        Column("number", label=_("编号"), sort_key="number"),
    ]
    list_filter = ["log", "at", "action", "organisation_code"]
    list_export = [
        "log",
        "number",
        "at",
        "actor_label",
        "organisation_code",
        "action",
        "subject",
        "subject_label",
        "hash",
    ]
    search_fields = ["action", "subject", "subject_label", "actor_label", "organisation_code"]
    ordering = ["-at", "-pk"]
    list_per_page = 50
    menu_label = _("操作日志")


class CoreGroup(ViewSetGroup):
    """Menu group of the installation's basics."""

    items = (CalendarViewSet, ZoneViewSet, LogViewSet)
    menu_label = _("基础设置")
    menu_icon = "cogs"
    menu_order = 900
