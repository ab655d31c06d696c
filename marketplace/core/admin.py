"""The operators' desk of the core: the working-day calendar and the audit log, in Wagtail's admin."""

from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet

from marketplace.core.models import CalendarDay, Zone


class CalendarViewSet(ModelViewSet):
    """Holidays and worked weekends, corrected by hand."""

    model = CalendarDay
    icon = "calendar"
    form_fields = ["date", "is_workday", "name"]
    list_display = ["date", "is_workday", "name", "provisional"]
    list_filter = ["is_workday", "provisional"]
    list_export = ["date", "is_workday", "name", "provisional"]
    search_fields = ["name"]
    menu_label = "工作日历"
    add_to_settings_menu = False


class ZoneViewSet(ModelViewSet):
    """Who runs this site."""

    model = Zone
    icon = "site"
    form_fields = [
        "name",
        "owner",
        "region_code",
        "region_name",
        "phone",
        "supervision_phone",
        "hours",
        "address",
        "email",
    ]
    list_display = ["name", "owner", "region_name"]
    menu_label = "运行区域"


class CoreGroup(ViewSetGroup):
    """Menu group of the installation's basics."""

    items = (CalendarViewSet, ZoneViewSet)
    menu_label = "基础设置"
    menu_icon = "cogs"
    menu_order = 900
