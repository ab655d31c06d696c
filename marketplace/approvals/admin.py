"""Approval items on the operators' desk."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSetGroup

from marketplace.accounts.roles import StaffRole
from marketplace.approvals import services
from marketplace.approvals.models import ApprovalItem, Department
from marketplace.catalogue.admin.base import DeskViewSet, ThroughService, let
from marketplace.catalogue.admin.forms import LinesField

let(ApprovalItem, change=(StaffRole.OPERATOR,))
let(Department)


class ApprovalItemForm(forms.ModelForm):
    """What operators may correct; the standard form itself comes from the department."""

    aliases = LinesField(label=_("别名"), required=False, help_text=_("一行一个。"))

    class Meta:
        model = ApprovalItem
        fields = ["name", "aliases", "department", "ready_class", "visits", "services"]
        widgets = {"services": forms.CheckboxSelectMultiple}


class EditItem(ThroughService, generic.EditView):
    """An approval item."""

    def save_instance(self) -> ApprovalItem:
        chosen = list(self.form.cleaned_data["services"])
        return services.save_item(self.form.instance, chosen, by=self.request.actor)


class ApprovalItemViewSet(DeskViewSet):
    """Approval items."""

    model = ApprovalItem
    name = "approvalitem"
    icon = "doc-full"
    menu_label = _("政务服务事项")
    edit_view_class = EditItem
    inspect_view_enabled = True
    inspect_view_fields = [
        "code",
        "name",
        "department",
        "ready_class",
        "statutory_text",
        "promised_text",
        "visits",
        "services",
    ]
    list_display = ["name", "code", "department", "ready_class", "visits"]
    list_filter = ["department", "ready_class"]
    list_export = ["code", "name", "department", "ready_class", "statutory", "promised", "visits"]
    search_fields = ["name", "code", "search_text"]

    def get_form_class(self, for_update: bool = False) -> Any:
        return ApprovalItemForm


class DepartmentViewSet(DeskViewSet):
    """The zone's authorities."""

    model = Department
    name = "department"
    icon = "group"
    menu_label = _("审批部门")
    form_fields = ["name", "code", "credit_code"]
    inspect_view_enabled = True
    list_display = ["name", "code", "credit_code"]
    list_export = ["name", "code", "credit_code"]


class ApprovalsGroup(ViewSetGroup):
    """Menu group of government service."""

    items = (ApprovalItemViewSet, DepartmentViewSet)
    menu_label = _("政务服务")
    menu_icon = "doc-full"
    menu_order = 320
