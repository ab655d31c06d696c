"""Payments and the ledger on the operators' desk: to look at, never to change."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.base import BaseObjectMixin, WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet

from marketplace.core import display, log
from marketplace.core.desk_lists import MomentColumn, ReadableList, ReadableRecord
from payments.models import LedgerLine, Payment


class PaymentHistory(PermissionCheckedMixin, WagtailAdminTemplateMixin, BaseObjectMixin, TemplateView):
    """What was done with a payment, from the audit log, and its lines in the ledger."""

    any_permission_required = ["view"]
    template_name = "payments/admin/history.html"
    page_title = _("办理记录")
    header_icon = "history"
    index_url_name: str | None = None
    results_only = False

    def get_page_subtitle(self) -> str:
        return str(self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lines = LedgerLine.objects.filter(entry__payment=self.object).select_related("entry")
        return super().get_context_data(**kwargs, entries=log.history(self.object), lines=lines)


class LookOnly(ModelViewSet):
    """A list with filters, search and export, without any way to add, change or delete."""

    index_view_class = ReadableList
    inspect_view_class = ReadableRecord
    copy_view_enabled = False
    add_to_reference_index = False
    exclude_form_fields: list[str] = []
    list_per_page = 30
    kept = frozenset({"index", "index_results", "inspect"})

    def get_urlpatterns(self) -> list[Any]:
        return [pattern for pattern in super().get_urlpatterns() if pattern.name in self.kept]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        every = ("add_url_name", "edit_url_name", "delete_url_name", "history_url_name", "usage_url_name")
        gone = {name: None for name in every if name.removesuffix("_url_name") not in self.kept}
        return super().get_common_view_kwargs(**{**gone, **kwargs})


class PaymentIndex(ReadableList):
    """Payments with both parties."""

    def get_base_queryset(self) -> QuerySet[Payment]:
        return Payment.objects.select_related("payer", "payee")


class LedgerIndex(ReadableList):
    """Lines with their entry and payment."""

    def get_base_queryset(self) -> QuerySet[LedgerLine]:
        return LedgerLine.objects.select_related("entry__payment")


class PaymentViewSet(LookOnly):
    """Every payment."""

    model = Payment
    name = "payments_payments"
    icon = "tablet-alt"
    menu_label = _("付款")
    index_view_class = PaymentIndex
    kept = frozenset({"index", "index_results", "inspect", "history", "history_results"})
    history_view_class = PaymentHistory
    history_template_name = "payments/admin/history.html"
    inspect_view_enabled = True
    list_display = [
        "reference",
        "description",
        "payer",
        "payee",
        "amount",
        "state",
        Column("due_on", label=_("应付日期"), accessor=lambda payment: display.day(payment.due_on), sort_key="due_on"),
        MomentColumn("paid_at", label=_("到账确认时间")),
    ]
    list_filter = ["state", "due_on", "paid_at"]
    list_export = [
        "reference",
        "description",
        "payer.name",
        "payer.credit_code",
        "payee.name",
        "payee.credit_code",
        "amount",
        "currency",
        "get_state_display",
        "due_on",
        "paid_at",
    ]
    export_headings = {
        "payer.name": _("付款方"),
        "payer.credit_code": _("付款方统一社会信用代码"),
        "payee.name": _("收款方"),
        "payee.credit_code": _("收款方统一社会信用代码"),
        "get_state_display": _("状态"),
    }
    search_fields = ["reference", "description", "payer__name", "payee__name"]
    inspect_view_fields = [
        "reference",
        "description",
        "payer",
        "payee",
        "amount",
        "currency",
        "state",
        "due_on",
        "proof_at",
        "paid_at",
        "dispute_reason",
    ]


class LedgerViewSet(LookOnly):
    """Every line of the ledger."""

    model = LedgerLine
    name = "payments_ledger"
    icon = "list-ol"
    menu_label = _("账目")
    ordering = "-id"
    index_view_class = LedgerIndex
    list_display = [
        "entry",
        "account",
        "amount",
        "currency",
        MomentColumn("entry__at", label=_("时间"), accessor="entry.at"),
    ]
    list_filter = ["entry__movement", "entry__at"]
    list_export = ["entry.at", "entry.payment.reference", "entry.movement", "account", "amount", "currency"]
    export_headings = {
        "entry.at": _("时间"),
        "entry.payment.reference": _("付款编号"),
        "entry.movement": _("变动"),
    }
    search_fields = ["account", "entry__payment__reference"]


class PaymentsGroup(ViewSetGroup):
    """Menu group of money."""

    items = (PaymentViewSet, LedgerViewSet)
    menu_label = _("付款与账目")
    menu_icon = "tablet-alt"
    menu_order = 360
