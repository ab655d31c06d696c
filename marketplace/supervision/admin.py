"""Cards and complaints in Wagtail's admin: to look at; complaints are answered on the supervisors' desk."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.viewsets.base import ViewSetGroup

from marketplace.accounts.roles import StaffRole
from marketplace.catalogue.admin.base import let
from marketplace.contracts.admin import LookOnly
from marketplace.core.desk_lists import MomentColumn
from marketplace.supervision.models import Card, Complaint

let(Card)
let(Complaint, view=(StaffRole.SUPERVISOR,))


class CardViewSet(LookOnly):
    """Every card that was raised, standing and cleared."""

    model = Card
    name = "supervision_cards"
    icon = "warning"
    menu_label = _("预警与黄红牌")
    ordering = "-raised_at"
    list_display = [
        "title",
        "level",
        "responsible",
        MomentColumn("due_at", label=_("期限")),
        MomentColumn("raised_at", label=_("发出时间")),
        MomentColumn("cleared_at", label=_("解除时间")),
    ]
    list_filter = ["level", "kind", "raised_at", "cleared_at"]
    list_export = ["title", "get_level_display", "responsible", "due_at", "raised_at", "cleared_at"]
    export_headings = {"get_level_display": _("级别")}
    search_fields = ["title", "responsible"]


class ComplaintViewSet(LookOnly):
    """Every complaint, for supervisors; the complainant's name and contact stay on the supervisors' desk."""

    model = Complaint
    name = "supervision_complaints"
    icon = "comment"
    menu_label = _("投诉举报")
    inspect_view_enabled = True
    ordering = "-received_at"
    list_display = [
        "number",
        "kind",
        Column("about", label=_("涉及对象")),
        "state",
        MomentColumn("received_at", label=_("收到时间")),
        MomentColumn("due_at", label=_("办理期限")),
        MomentColumn("decided_at", label=_("答复时间")),
    ]
    list_filter = ["state", "kind", "received_at", "due_at"]
    list_export = [
        "number",
        "get_kind_display",
        "about",
        "get_state_display",
        "received_at",
        "accepted_at",
        "due_at",
        "decided_at",
    ]
    export_headings = {"get_kind_display": _("类别"), "get_state_display": _("状态")}
    search_fields = ["number", "about"]
    inspect_view_fields = [
        "number",
        "kind",
        "about",
        "text",
        "state",
        "reason",
        "answer",
        "received_at",
        "accept_by",
        "accepted_at",
        "due_at",
        "decided_at",
        "decided_by",
    ]


class SupervisionGroup(ViewSetGroup):
    """Menu group of supervision."""

    items = (CardViewSet, ComplaintViewSet)
    menu_label = _("监管")
    menu_icon = "warning"
    menu_order = 380
