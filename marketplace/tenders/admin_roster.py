"""On the operators' desk: the rosters of rotation, each version kept, the newest to be followed by another."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import HeaderButton

from marketplace.accounts.decorators import acting, staff_needed
from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import StaffRole
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import ServiceItem
from marketplace.core.desk_lists import ReadableList
from marketplace.core.submission import submitted
from marketplace.tenders import services
from marketplace.tenders.forms import RosterForm, lines_of
from marketplace.tenders.models import Roster
from marketplace.tenders.services import rostering


class RosterIndexView(ReadableList):
    """All versions; each line leads to the item's roster as it is now."""

    page_title = gettext_lazy("轮候名册")

    def get_edit_url(self, instance: Roster) -> str:
        return reverse("tenders_rosters:edit", args=[instance.item.code])

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        return [HeaderButton(_("编制名册"), url=reverse("tenders_rosters:choose"), icon_name="plus")]


@staff_needed(StaffRole.OPERATOR)
def choose(request: HttpRequest) -> HttpResponse:
    """Which item's roster: all items, with how many stand on each roster."""
    newest: dict[int, Roster] = {}
    for roster in Roster.objects.order_by("version"):
        newest[roster.item_id] = roster
    rows = [(item, newest.get(item.pk)) for item in catalogue.items()]
    return render(request, "tenders/admin/rosters.html", {"rows": rows} | _frame(_("选择服务事项")))


@staff_needed(StaffRole.OPERATOR)
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """The roster of an item: change its order, let agencies in, take them out; always with a reason."""
    actor = acting(request)
    item = get_object_or_404(ServiceItem, code=code)
    roster, missing = rostering.current(item), rostering.missing(item)
    codes = list(roster.agencies) if roster else [agency.credit_code for agency in missing]
    initial = {"agencies": lines_of(codes, _names(codes)), "after": roster.version if roster else 0}
    form = RosterForm(request.POST if request.method == "POST" else None, actor=actor, initial=initial)
    if submitted(
        request,
        form,
        lambda data: services.set_roster(item, form.codes(), data["reason"], after=data["after"], by=actor),
        _("名册已保存并公开。"),
    ):
        return redirect("tenders_rosters:index")
    context = {"form": form, "item": item, "roster": roster, "missing": missing if roster else []}
    return render(request, "tenders/admin/roster.html", context | _frame(item.label))


def _names(codes: list[str]) -> dict[str, str]:
    return dict(Organisation.objects.filter(credit_code__in=codes).values_list("credit_code", "name"))


def _frame(title: str) -> dict[str, Any]:
    return {
        "header_title": _("轮候名册"),
        "page_title": _("轮候名册"),
        "page_subtitle": title,
        "header_icon": "list-ol",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("首页")},
            {"url": reverse("tenders_rosters:index"), "label": _("轮候名册")},
            {"url": "", "label": title},
        ],
    }


URLS = [path("choose/", choose, name="choose"), path("edit/<str:code>/", edit, name="edit")]
COLUMNS = [
    "item",
    "version",
    Column("count", label=gettext_lazy("机构数"), accessor=lambda row: len(row.agencies)),
    "reason",
]
