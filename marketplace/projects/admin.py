"""Projects and their route maps' templates on the operators' desk: projects to look at, templates as new versions."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSetGroup

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import StaffRole
from marketplace.catalogue.admin.base import DeskViewSet, let, view_through
from marketplace.contracts.admin import LookOnly
from marketplace.core.desk_lists import MomentColumn, ReadableList
from marketplace.projects import services
from marketplace.projects.models import Project, RouteTemplate, Step

let(Project)
let(RouteTemplate, add=(StaffRole.OPERATOR,), change=(StaffRole.OPERATOR,))


class ProjectsWithProgress(ReadableList):
    """The list, with how far each project is."""

    def get_base_queryset(self) -> "QuerySet[Project]":
        done = Count("steps", filter=Q(steps__state=Step.State.DONE))
        projects = Project.objects.select_related("owner", "officer", "template")
        return projects.annotate(done_steps=done, all_steps=Count("steps"))


class ProjectViewSet(LookOnly):
    """Every project."""

    model = Project
    name = "projects_projects"
    icon = "site"
    menu_label = _("投资项目")
    inspect_view_enabled = True
    index_view_class = ProjectsWithProgress
    list_display = [
        "code",
        "name",
        "owner",
        "officer",
        "state",
        Column("done_steps", label=_("已办结环节")),
        Column("all_steps", label=_("全部环节")),
        MomentColumn("created_at", label=_("登记时间")),
    ]
    list_filter = ["state", "funds", "officer", "template", "created_at"]
    list_export = [
        "code",
        "name",
        "owner.name",
        "owner.credit_code",
        "officer",
        "get_funds_display",
        "investment",
        "floor_area",
        "industry",
        "get_state_display",
        "done_steps",
        "all_steps",
        "created_at",
        "started_at",
        "finished_at",
    ]
    export_headings = {
        "owner.name": _("项目单位"),
        "owner.credit_code": _("统一社会信用代码"),
        "get_funds_display": _("资金来源"),
        "get_state_display": _("状态"),
        "done_steps": _("已办结环节"),
        "all_steps": _("全部环节"),
    }
    search_fields = ["code", "name", "owner__name"]
    inspect_view_fields = [
        "code",
        "name",
        "owner",
        "officer",
        "template",
        "region",
        "address",
        "industry",
        "investment",
        "floor_area",
        "funds",
        "state",
        "may_tender",
        "mandate_until",
        "created_at",
        "started_at",
        "finished_at",
    ]


def save_as_version(template: RouteTemplate, *, by: Actor) -> RouteTemplate:
    """What the form holds becomes a new version; the one it was opened from stays as it was."""
    return services.save_template(template.data, by=by)


class RouteTemplateViewSet(DeskViewSet):
    """Route maps' templates; saving makes a new version, running projects keep theirs."""

    model = RouteTemplate
    name = "projects_templates"
    icon = "list-ul"
    menu_label = _("路线图模板")
    add_view_class = view_through(generic.CreateView, save_as_version)
    edit_view_class = view_through(generic.EditView, save_as_version)
    form_fields = ["data"]
    list_display = ["name", "key", "version", "is_active"]
    list_filter = ["key", "is_active"]
    list_export = ["key", "version", "name", "en", "is_active"]
    search_fields = ["name", "key"]

    def get_form_class(self, for_update: bool = False) -> Any:
        form = super().get_form_class(for_update)
        form.base_fields["data"].widget.attrs["rows"] = 30
        form.base_fields["data"].help_text = _("字段含义见 data/routes.yaml 开头；保存即生成新版本，在办项目不受影响。")
        return form


class ProjectsGroup(ViewSetGroup):
    """Menu group of projects."""

    items = (ProjectViewSet, RouteTemplateViewSet)
    menu_label = _("投资项目")
    menu_icon = "site"
    menu_order = 370
