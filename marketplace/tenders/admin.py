"""Tenders on the operators' desk: the announcements to check, and everything that was announced, to look at.

Nothing here knows of responses: before the close nobody but their authors does, and afterwards the public page tells.
"""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column
from wagtail.admin.viewsets.base import ViewSetGroup

from marketplace.accounts.decorators import acting, staff_needed
from marketplace.accounts.roles import StaffRole
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.admin.base import DeskViewSet, let
from marketplace.core.desk_lists import ReadableList
from marketplace.core.display import moment, money
from marketplace.core.forms import service_errors
from marketplace.tenders import presentation, queries, services
from marketplace.tenders.admin_roster import COLUMNS, URLS, RosterIndexView
from marketplace.tenders.admin_value import missing, value
from marketplace.tenders.filters import TenderFilterSet
from marketplace.tenders.forms import ReturnForm
from marketplace.tenders.models import Award, Roster, Tender
from marketplace.tenders.selection import registry

let(Tender)
let(Award)
let(Roster)


def moment_column(name: str, label: Any) -> Column:
    """A moment as people write it; Wagtail's own column only knows how long ago something was."""
    return Column(name, label=label, accessor=lambda row: moment(getattr(row, name)), sort_key=name)


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


# --- what waits for a check -------------------------------------------------------------------------------------------
class CheckIndexView(ReadableList):
    """The queue, the oldest on top; each line leads to the announcement."""

    page_title = gettext_lazy("公告核对")

    default_ordering = "submitted_at"

    def get_edit_url(self, instance: Tender) -> str:
        return reverse("tenders_review:review", args=[instance.pk])

    def get_base_queryset(self) -> QuerySet[Tender]:
        return queries.checking(acting(self.request))


@staff_needed(StaffRole.OPERATOR)
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """An announcement of public money as it will be published: pass it, or return it with all reasons at once."""
    actor = acting(request)
    waiting = queries.checking(actor).select_related("region", "chosen_agency__organisation")
    tender = get_object_or_404(waiting, pk=pk)
    if request.method == "POST" and "pass" in request.POST:
        services.pass_check(tender, by=actor)
        messages.success(request, _("已核对通过并发布：%(number)s。") % {"number": tender.number})
        return redirect("tenders_review:index")
    form = ReturnForm(request.POST if "return" in request.POST else None, actor=actor)
    if form.is_valid():
        with service_errors(form):
            services.return_check(tender, form.all_reasons(), by=actor)
            messages.success(request, _("已退回，采购人会收到全部原因。"))
            return redirect("tenders_review:index")
    return render(request, "tenders/admin/review.html", _review_context(tender, form))


def _review_context(tender: Tender, form: ReturnForm) -> dict[str, Any]:
    index = reverse("tenders_review:index")
    return {
        "tender": tender,
        "form": form,
        "problems": services.problems(tender),
        "overridden": services.overridden(tender),
        "related": services.related_purchases(tender, catalogue.current_rules().limits.splitting_months),
        "method": registry.get(tender.method),
        "asked": presentation.asked_for(tender, list(tender.requirements.select_related("type"))),
        "dates": presentation.dates(tender, catalogue.current_rules()),
        "files": list(tender.attachments.all()),
        "usual": queries.usual_price(tender.item),
        "header_title": _("公告核对"),
        "page_title": _("公告核对"),
        "page_subtitle": tender.title,
        "header_icon": "doc-full",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("首页")},
            {"url": index, "label": _("公告核对")},
            {"url": "", "label": tender.number},
        ],
    }


@staff_needed(StaffRole.OPERATOR)
def review_amendment(request: HttpRequest, pk: int) -> HttpResponse:
    """An amendment of public money: pass it, or return it with all reasons at once."""
    actor = acting(request)
    amendment = get_object_or_404(queries.amendments_to_check(actor), pk=pk)
    if request.method == "POST" and "pass" in request.POST:
        services.pass_amendment(amendment, by=actor)
        messages.success(request, _("变更已核对通过并发布：%(number)s。") % {"number": amendment.tender.number})
        return redirect("tenders_review:index")
    form = ReturnForm(request.POST if "return" in request.POST else None, actor=actor)
    if form.is_valid():
        with service_errors(form):
            services.return_amendment(amendment, form.all_reasons(), by=actor)
            messages.success(request, _("已退回，采购人会收到全部原因。"))
            return redirect("tenders_review:index")
    context = {
        "amendment": amendment,
        "tender": amendment.tender,
        "form": form,
        "changes": presentation.changes_of(amendment),
        "header_title": _("变更核对"),
        "page_title": _("变更核对"),
        "page_subtitle": amendment.tender.title,
        "header_icon": "doc-full",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("首页")},
            {"url": reverse("tenders_review:index"), "label": _("公告核对")},
            {"url": "", "label": str(amendment)},
        ],
    }
    return render(request, "tenders/admin/amendment.html", context)


class CheckViewSet(LookOnly):
    """Announcements of public money that wait for an operator."""

    model = Tender
    name = "tenders_review"
    icon = "tasks"
    menu_label = gettext_lazy("公告核对")
    index_view_class = CheckIndexView
    kept = frozenset({"index", "index_results"})
    list_display = [
        "number",
        "title",
        "buyer",
        "item",
        Column("ceiling", label=gettext_lazy("最高限价"), accessor=lambda row: money(row.ceiling), sort_key="ceiling"),
        moment_column("submitted_at", gettext_lazy("提交时间")),
        moment_column("check_by", gettext_lazy("核对期限")),
    ]
    list_filter = ["submitted_at"]
    search_fields = ["number", "title", "buyer__name"]

    def get_urlpatterns(self) -> list[Any]:
        own = [
            path("review/<int:pk>/", review, name="review"),
            path("amendment/<int:pk>/", review_amendment, name="amendment"),
            path("value/<int:pk>/", value, name="value"),
            path("value/<int:pk>/missing/", missing, name="missing"),
        ]
        return [*super().get_urlpatterns(), *own]


# --- everything that was announced ------------------------------------------------------------------------------------
class TenderIndexView(ReadableList):
    """What operators and supervisors may see: everything but drafts."""

    def get_base_queryset(self) -> QuerySet[Tender]:
        return queries.visible_to(acting(self.request)).select_related("item", "buyer")


class TenderViewSet(LookOnly):
    """All purchases; no number, name or figure of a response."""

    model = Tender
    name = "tenders_tenders"
    icon = "doc-full"
    menu_label = gettext_lazy("采购项目")
    index_view_class = TenderIndexView
    inspect_view_enabled = True
    ordering = "-published_at"
    list_display = [
        "number",
        "title",
        "buyer",
        "item",
        "funds",
        Column("method", label=gettext_lazy("选取方式"), accessor=lambda row: registry.get(row.method).label),
        Column("ceiling", label=gettext_lazy("最高限价"), accessor=lambda row: money(row.ceiling), sort_key="ceiling"),
        "state",
        moment_column("published_at", gettext_lazy("发布时间")),
        moment_column("closes_at", gettext_lazy("截止时间")),
    ]
    filterset_class = TenderFilterSet
    list_export = [
        "number",
        "attempt",
        "title",
        "buyer.name",
        "buyer.credit_code",
        "item.code",
        "item.name",
        "project_code",
        "project_name",
        "funds",
        "budget",
        "ceiling",
        "days",
        "method",
        "state",
        "published_at",
        "closes_at",
        "opened_at",
        "publicity_until",
        "fail_reason",
        "cancel_reason",
    ]
    search_fields = ["number", "title", "buyer__name", "project_code", "project_name"]
    inspect_view_fields = [
        "number",
        "attempt",
        "title",
        "buyer",
        "item",
        "content",
        "project_code",
        "project_name",
        "funds",
        "budget",
        "ceiling",
        "days",
        "method",
        "response_days",
        "contact_name",
        "contact_phone",
        "complaint_phone",
        "lint_reason",
        "splitting_reason",
        "state",
        "submitted_at",
        "published_at",
        "closes_at",
        "opened_at",
        "publicity_until",
        "fail_reason",
        "cancel_reason",
    ]


class AwardIndexView(ReadableList):
    """Awards whose notice has gone out."""

    def get_base_queryset(self) -> QuerySet[Award]:
        return queries.awards()


class AwardViewSet(LookOnly):
    """All award notices."""

    model = Award
    name = "tenders_awards"
    icon = "success"
    menu_label = gettext_lazy("中选结果")
    index_view_class = AwardIndexView
    kept = frozenset({"index", "index_results"})
    ordering = "-noticed_at"
    list_display = [
        "notice_number",
        Column("tender__number", label=gettext_lazy("项目编号"), accessor="tender.number"),
        Column("tender__title", label=gettext_lazy("采购项目"), accessor="tender.title"),
        "agency",
        Column("price", label=gettext_lazy("中选价"), accessor=lambda row: money(row.price), sort_key="price"),
        "days",
        moment_column("noticed_at", gettext_lazy("发出时间")),
    ]
    list_filter = ["noticed_at"]
    list_export = [
        "notice_number",
        "tender.number",
        "tender.title",
        "tender.buyer.name",
        "agency.organisation.name",
        "agency.organisation.credit_code",
        "price",
        "days",
        "noticed_at",
    ]
    search_fields = ["notice_number", "tender__number", "tender__title", "agency__organisation__name"]


class RosterViewSet(LookOnly):
    """The rosters of rotation."""

    model = Roster
    name = "tenders_rosters"
    icon = "list-ol"
    menu_label = gettext_lazy("轮候名册")
    index_view_class = RosterIndexView
    kept = frozenset({"index", "index_results"})
    list_display = [*COLUMNS, moment_column("made_at", gettext_lazy("编制时间"))]
    list_filter = ["item"]

    def get_urlpatterns(self) -> list[Any]:
        return [*super().get_urlpatterns(), *URLS]


class TendersGroup(ViewSetGroup):
    """Menu group of purchases."""

    items = (CheckViewSet, TenderViewSet, AwardViewSet, RosterViewSet)
    menu_label = gettext_lazy("采购")
    menu_icon = "doc-full"
    menu_order = 300
