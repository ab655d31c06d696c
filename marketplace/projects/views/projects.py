"""The list of projects, and a project."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from marketplace.accounts.decorators import login_needed
from marketplace.accounts.roles import MemberRole
from marketplace.core.errors import NotAllowed
from marketplace.core.submission import submitted
from marketplace.projects import forms, page, permissions, queries, services
from marketplace.projects.filters import ProjectFilter
from marketplace.projects.services import migrating
from marketplace.projects.views.found import acting, actor_of, project_of

PER_PAGE = 20


@require_GET
def project_list(request: HttpRequest) -> HttpResponse:
    """Projects under way: name, code, stage and progress; the actor's own first."""
    found = ProjectFilter(request.GET, queries.listed(actor_of(request)))
    shown = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    actor = actor_of(request)
    context = {
        "filter": found,
        "page": shown,
        "rows": [page.row_of(project) for project in shown],
        "may_register": actor is not None and actor.acts_for(actor.organisation, MemberRole.BUYER),
        "is_officer": permissions.may_take_on(actor),
    }
    return render(request, "projects/list.html", context)


@require_GET
@login_needed
def project_map(request: HttpRequest, code: str) -> HttpResponse:
    """The route map to print on one sheet A3."""
    found = get_object_or_404(queries.with_route(queries.visible_to(actor_of(request))), code=code)
    if not found.is_public:
        return redirect(found)
    return render(request, "projects/map.html", page.sheet_page(found))


@login_needed
@require_http_methods(["GET", "POST"])
def project_migrate(request: HttpRequest, code: str) -> HttpResponse:
    """What a newer version of the route map would change, and taking the project over."""
    found, actor = project_of(request, code), acting(actor_of(request))
    template = migrating.newer(found)
    if not permissions.is_officer(found, actor):
        raise NotAllowed()
    if template is None:
        messages.info(request, _("本项目已是现行版本。"))
        return redirect(found)
    asked = migrating.unanswered(found, template)
    form = forms.MoreQuestionsForm(request.POST if request.method == "POST" else None, actor=actor, asked=asked)
    if request.method == "POST" and submitted(
        request,
        form,
        lambda _data: services.migrate_route(found, template, by=actor, answers=form.answers()),
        _("路线图已改用新版本。"),
    ):
        return redirect(found)
    migration = None if asked else migrating.look_ahead(found, template)
    kept = found.steps.filter(key__in=migration.kept).values_list("name", flat=True) if migration else []
    context = {"project": found, "template": template, "form": form, "migration": migration, "kept": kept}
    return render(request, "projects/migrate.html", context)


@require_GET
def project(request: HttpRequest, code: str) -> HttpResponse:
    """A project: everything for those concerned; name, stage and progress for anybody."""
    actor = actor_of(request)
    found = queries.with_route(queries.visible_to(actor)).filter(code=code).first()
    if found is not None:
        return render(request, "projects/project.html", page.project_page(found, actor, request.GET))
    known = get_object_or_404(queries.listed(None), code=code)
    return render(request, "projects/public.html", {"row": page.row_of(known), "project": known})
