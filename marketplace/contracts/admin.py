"""Contracts and published reviews on the operators' desk: to look at; only the two parties act on a contract."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.viewsets.base import ViewSetGroup

from marketplace.catalogue.admin.base import DeskViewSet, let
from marketplace.contracts.models import Contract, Review
from marketplace.core import display
from marketplace.core.desk_lists import MomentColumn, ReadableList

let(Contract)
let(Review)


class LookOnly(DeskViewSet):
    """A list without any way to add, change or delete."""

    exclude_form_fields: list[str] = []
    kept = frozenset({"index", "index_results", "inspect", "history", "history_results"})

    def get_urlpatterns(self) -> list[Any]:
        return [pattern for pattern in super().get_urlpatterns() if pattern.name in self.kept]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        every = ("add_url_name", "edit_url_name", "delete_url_name", "history_url_name", "usage_url_name")
        gone = {name: None for name in every if name.removesuffix("_url_name") not in self.kept}
        return super().get_common_view_kwargs(**{**gone, **kwargs})


class ContractIndex(ReadableList):
    """Contracts with both parties and the tender."""

    def get_base_queryset(self) -> QuerySet[Contract]:
        return Contract.objects.select_related("buyer", "agency__organisation", "award__tender")


class ContractViewSet(LookOnly):
    """Every contract."""

    model = Contract
    name = "contracts_contracts"
    icon = "doc-full-inverse"
    menu_label = _("合同")
    index_view_class = ContractIndex
    inspect_view_enabled = True
    list_display = [
        "number",
        "title",
        "buyer",
        "agency",
        "amount",
        "state",
        Column("sign_by", label=_("签订期限"), accessor=lambda c: display.moment(c.sign_by), sort_key="sign_by"),
        Column("due_on", label=_("应完成日期"), accessor=lambda c: display.day(c.due_on), sort_key="due_on"),
    ]
    list_filter = ["state", "created_at", "sign_by", "due_on"]
    list_export = [
        "number",
        "award.tender.number",
        "title",
        "buyer.name",
        "buyer.credit_code",
        "agency.organisation.name",
        "agency.organisation.credit_code",
        "amount",
        "days",
        "version",
        "get_state_display",
        "created_at",
        "sign_by",
        "filed_at",
        "due_on",
        "completed_at",
        "terminated_at",
        "termination_reason",
    ]
    export_headings = {
        "award.tender.number": _("采购项目编号"),
        "buyer.name": _("采购人"),
        "buyer.credit_code": _("采购人统一社会信用代码"),
        "agency.organisation.name": _("中介服务机构"),
        "agency.organisation.credit_code": _("机构统一社会信用代码"),
        "get_state_display": _("状态"),
    }
    search_fields = ["number", "title", "buyer__name", "agency__organisation__name"]
    inspect_view_fields = [
        "number",
        "title",
        "buyer",
        "agency",
        "amount",
        "days",
        "version",
        "state",
        "sign_by",
        "buyer_signed_at",
        "agency_signed_at",
        "filed_at",
        "due_on",
        "completed_at",
        "terminated_at",
        "termination_reason",
        "terms",
    ]


class PublishedReviews(ReadableList):
    """Reviews that can be read: before publication operators don't see them either."""

    def get_base_queryset(self) -> QuerySet[Review]:
        return Review.objects.exclude(published_at=None).select_related("contract")


class ReviewViewSet(LookOnly):
    """Published reviews of both sides."""

    model = Review
    name = "contracts_reviews"
    icon = "pick"
    menu_label = _("评价")
    kept = frozenset({"index", "index_results"})
    index_view_class = PublishedReviews
    ordering = "-published_at"
    list_display = [
        Column("contract__number", label=_("合同编号"), accessor="contract.number"),
        "side",
        "quality",
        "timeliness",
        "attitude",
        "fee",
        "compliance",
        "text",
        "is_default",
        MomentColumn("published_at", label=_("公布时间")),
    ]
    list_filter = ["side", "is_default", "published_at"]
    list_export = [
        "contract.number",
        "contract.title",
        "get_side_display",
        "quality",
        "timeliness",
        "attitude",
        "fee",
        "compliance",
        "text",
        "answer",
        "is_default",
        "published_at",
    ]
    export_headings = {
        "contract.number": _("合同编号"),
        "contract.title": _("项目名称"),
        "get_side_display": _("评价方"),
    }
    search_fields = ["contract__number", "contract__title", "text"]


class ContractsGroup(ViewSetGroup):
    """Menu group of contracts."""

    items = (ContractViewSet, ReviewViewSet)
    menu_label = _("合同与评价")
    menu_icon = "doc-full-inverse"
    menu_order = 350
