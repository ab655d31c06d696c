"""Lists of agencies, of what waits, and of certificates."""

from datetime import datetime
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.viewsets.base import ViewSetGroup

from marketplace.agencies import queries
from marketplace.agencies.admin.changes import certificate, change, practitioner
from marketplace.agencies.admin.review import review
from marketplace.agencies.admin.words import ACTION_WORDS
from marketplace.agencies.models import Agency, ChangeRequest, Qualification
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.admin.base import DeskViewSet, let
from marketplace.catalogue.models import Region, ServiceItem
from marketplace.core import calendar
from marketplace.core.desk_lists import MomentColumn, ReadableList

for model in (Agency, Qualification, ChangeRequest):
    let(model)


HEADINGS = {"name": _("机构名称"), "credit_code": _("统一社会信用代码")}


class AgencyFilter(WagtailFilterSet):
    """By state, region, offered item and credit."""

    state = django_filters.MultipleChoiceFilter(choices=Agency.State.choices, label=_("状态"))
    region = django_filters.ModelChoiceFilter(queryset=Region.objects.filter(agencies__isnull=False).distinct())
    item = django_filters.ModelChoiceFilter(
        field_name="offers__item", queryset=ServiceItem.objects.all(), label=_("服务事项"), distinct=True
    )

    class Meta:
        model = Agency
        fields = ["state", "region"]


class LooksInstead:
    """A list whose rows lead to a page of our own, named by `page`."""

    page = ""

    def get_edit_url(self, instance: Any) -> str:
        return reverse(self.page, args=[instance.pk])

    def get_list_more_buttons(self, instance: Any) -> list[Any]:
        return []


class AgencyList(LooksInstead, ReadableList):
    """All agencies."""

    page = "agencies_review"

    def get_base_queryset(self) -> QuerySet[Agency]:
        return Agency.objects.select_related("organisation", "region")


def review_by(agency: Agency) -> datetime | None:
    """Until when an application has to be reviewed."""
    days = catalogue.current_rules().periods.admission_review
    return calendar.closes_at(agency.submitted_at, days) if agency.submitted_at else None


class AdmissionList(LooksInstead, ReadableList):
    """Applications that wait, the oldest first."""

    page_title = _("入驻审核")

    page = "agencies_review"
    default_ordering = "submitted_at"

    def get_base_queryset(self) -> QuerySet[Agency]:
        return queries.admissions_waiting()


class ChangeList(LooksInstead, ReadableList):
    """Change requests, those that wait first."""

    page = "agencies_change"
    default_ordering = ("-state", "created_at")

    def get_base_queryset(self) -> QuerySet[ChangeRequest]:
        return ChangeRequest.objects.select_related("agency__organisation")


class CertificateList(LooksInstead, ReadableList):
    """Certificates."""

    page = "agencies_certificate"

    def get_base_queryset(self) -> QuerySet[Qualification]:
        return Qualification.objects.select_related("agency__organisation", "type")


class LookViewSet(DeskViewSet):
    """A list and its history: the rest are pages of our own."""

    action_words = ACTION_WORDS

    def get_form_class(self, for_update: bool = False) -> type[forms.Form]:
        """Nothing is filled in here."""
        return forms.Form

    def get_urlpatterns(self) -> list[URLPattern]:
        kept = {"index", "index_results", "history", "history_results"}
        return [pattern for pattern in super().get_urlpatterns() if pattern.name in kept]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        gone = dict.fromkeys(("add_url_name", "edit_url_name", "delete_url_name", "usage_url_name"))
        return super().get_common_view_kwargs(**{**gone, **kwargs})


class AgencyViewSet(LookViewSet):
    """All agencies, in every state."""

    model = Agency
    name = "agencies"
    icon = "group"
    menu_label = _("全部机构")
    index_view_class = AgencyList
    filterset_class = AgencyFilter
    list_display = [
        "__str__",
        Column("credit_code", label=_("统一社会信用代码")),
        "state",
        "region",
        "credit_score",
        "rating",
        MomentColumn("admitted_at", label=_("入驻时间")),
    ]
    list_export = [
        "name",
        "credit_code",
        "state",
        "region",
        "legal_person",
        "contact_name",
        "contact_phone",
        "address",
        "credit_score",
        "rating",
        "rating_count",
        "submitted_at",
        "admitted_at",
    ]
    export_headings = HEADINGS
    search_fields = ["organisation__name", "organisation__credit_code", "legal_person", "contact_name"]


class AdmissionViewSet(LookViewSet):
    """The queue of admissions."""

    model = Agency
    name = "agencies_admissions"
    icon = "tasks"
    menu_label = _("入驻审核")
    index_view_class = AdmissionList
    list_display = [
        "__str__",
        Column("credit_code", label=_("统一社会信用代码")),
        "region",
        MomentColumn("submitted_at", label=_("提交时间")),
        MomentColumn("review_by", label=_("审核期限"), accessor=review_by),
    ]
    list_export = ["name", "credit_code", "region", "submitted_at"]
    export_headings = HEADINGS
    search_fields = ["organisation__name", "organisation__credit_code"]


class ChangeViewSet(LookViewSet):
    """The queue of change requests."""

    model = ChangeRequest
    name = "agencies_changes"
    icon = "edit"
    menu_label = _("信息变更申请")
    index_view_class = ChangeList
    list_display = [Column("agency", label=_("机构")), "state", MomentColumn("created_at", label=_("提交时间"))]
    list_filter = ["state", "created_at"]
    list_export = ["agency", "state", "before", "after", "reason", "created_at", "decided_at", "decided_by"]
    search_fields = ["agency__organisation__name", "agency__organisation__credit_code"]


class CertificateViewSet(LookViewSet):
    """Certificates: those to verify, and all others."""

    model = Qualification
    name = "agencies_certificates"
    icon = "doc-full"
    menu_label = _("资质证书")
    index_view_class = CertificateList
    list_display = ["__str__", Column("agency", label=_("机构")), "number", "state", "valid_until"]
    list_filter = ["state", "type", "valid_until"]
    list_export = ["agency", "type", "grade", "specialty", "number", "issuer", "issued_on", "valid_until", "state"]
    search_fields = ["number", "agency__organisation__name", "type__name"]


class AgenciesGroup(ViewSetGroup):
    """Menu group of agencies."""

    items = (AdmissionViewSet, ChangeViewSet, CertificateViewSet, AgencyViewSet)
    menu_label = _("中介服务机构")
    menu_icon = "group"
    menu_order = 210


PAGES = [
    path("agencies/review/<int:pk>/", review, name="agencies_review"),
    path("agencies/change/<int:pk>/", change, name="agencies_change"),
    path("agencies/certificate/<int:pk>/", certificate, name="agencies_certificate"),
    path("agencies/practitioner/<int:pk>/", practitioner, name="agencies_practitioner"),
]
