"""Projects and their route maps' templates on the operators' desk: projects to look at, templates as new versions."""

from typing import Any

import yaml
from django import forms
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSetGroup

from marketplace.accounts.roles import StaffRole
from marketplace.catalogue.admin.base import DeskViewSet, ThroughService, let
from marketplace.contracts.admin import LookOnly
from marketplace.core.desk_lists import MomentColumn, ReadableList, ReadableRecord
from marketplace.core.errors import DomainError
from marketplace.projects import queries, rules, services
from marketplace.projects.models import Project, RouteTemplate, Step
from marketplace.projects.rules.differences import differences
from marketplace.projects.services import templates as template_services

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


class TemplateForm(forms.ModelForm):
    """A route map as text; faults that forbid publishing are shown after saving, only what is unreadable is refused."""

    text = forms.CharField(
        label=_("路线图"),
        widget=forms.Textarea(attrs={"rows": 40, "class": "w-font-mono", "spellcheck": "false"}),
        help_text=_("YAML 格式，字段含义见 data/routes.yaml 开头。保存为草稿，检查无误后再发布；在办项目不受影响。"),
    )

    class Meta:
        model = RouteTemplate
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = self.instance.data or getattr(queries.templates().first(), "data", {})
        self.fields["text"].initial = yaml.safe_dump(shown, allow_unicode=True, sort_keys=False, width=1000)

    def clean_text(self) -> dict[str, Any]:
        try:
            data = yaml.safe_load(self.cleaned_data["text"])
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark else 1
            raise forms.ValidationError(_("第 %(line)d 行不是有效的 YAML。") % {"line": line}) from error
        if not isinstance(data, dict):
            raise forms.ValidationError(_("路线图应是一组字段：key、name、questionnaire、steps。"))
        return data


class _Drafting(ThroughService):
    """Keep what the form holds as a draft, and show what is wrong with it."""

    def save_instance(self) -> RouteTemplate:
        opened: RouteTemplate | None = getattr(self, "object", None)
        draft = opened if opened is not None and opened.pk and opened.is_draft else None
        self.saved = services.draft_template(self.form.cleaned_data["text"], by=self.request.actor, draft=draft)
        return self.saved

    def get_success_url(self) -> str:
        return reverse("projects_templates:inspect", args=[self.saved.pk])

    def get_success_buttons(self) -> list[Any]:
        return []


class DraftView(_Drafting, generic.CreateView):
    """A new draft."""


class RedraftView(_Drafting, generic.EditView):
    """A draft written over; from a published version, the draft of the next."""


class CheckView(ReadableRecord):
    """A version: what is wrong with it, what it changes, how many projects stand under which, and publishing it."""

    template_name = "projects/admin/template.html"
    page_title = _("路线图模板")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        template: RouteTemplate = self.object
        current = template_services.current(template.key)
        plan = rules.RoutePlan.from_json(template.data)
        before = rules.RoutePlan.from_json(current.data) if current and current != template else None
        running = Project.objects.filter(template__key=template.key, state__in=queries.UNDER_WAY).order_by()
        return super().get_context_data(
            **kwargs,
            template=template,
            plan=plan,
            current=current if before else None,
            problems=template_services.problems(template),
            differences=differences(before.steps, plan.steps) if before else None,
            running=running.values_list("template__version").annotate(count=Count("pk")).order_by("template__version"),
            may_publish=template.is_draft and self.request.actor.has_staff_role(*template_services.MAY),
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Publish."""
        try:
            published = services.publish_template(self.object, by=request.actor)  # type: ignore[attr-defined]
        except DomainError as error:
            messages.error(request, str(error))
            return redirect(request.path)
        messages.success(request, _("第 %(version)d 版已发布，用于新项目。") % {"version": published.version})
        return redirect(self.index_url_name)


class RouteTemplateViewSet(DeskViewSet):
    """Route maps' templates: a draft, its check, its publication as the next version; running projects keep theirs."""

    model = RouteTemplate
    name = "projects_templates"
    icon = "list-ul"
    menu_label = _("路线图模板")
    add_view_class = DraftView
    edit_view_class = RedraftView
    inspect_view_class = CheckView
    inspect_view_enabled = True
    inspect_template_name = "projects/admin/template.html"
    list_display = [
        "name",
        "key",
        "version",
        "is_active",
        "is_draft",
        MomentColumn("published_at", label=_("发布时间")),
    ]
    list_filter = ["key", "is_active", "is_draft"]
    list_export = ["key", "version", "name", "en", "is_active", "is_draft", "published_at"]
    search_fields = ["name", "key"]

    def get_form_class(self, for_update: bool = False) -> type[TemplateForm]:
        return TemplateForm


class ProjectsGroup(ViewSetGroup):
    """Menu group of projects."""

    items = (ProjectViewSet, RouteTemplateViewSet)
    menu_label = _("投资项目")
    menu_icon = "site"
    menu_order = 370
