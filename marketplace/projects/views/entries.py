"""The officer's log: write an entry from a project, a step or the board, and settle its next date."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.accounts.decorators import login_needed, staff_needed
from marketplace.accounts.roles import StaffRole
from marketplace.core.submission import submitted
from marketplace.projects import entries, permissions
from marketplace.projects.models import Project, Step
from marketplace.projects.services.entries import add_entry, settle_entry
from marketplace.projects.views.found import acting, actor_of, project_of


@login_needed
@require_http_methods(["GET", "POST"])
def entry_new(request: HttpRequest, code: str) -> HttpResponse:
    """Write an entry of a project, or of its step `?step=`."""
    project, actor = project_of(request, code), acting(actor_of(request))
    key = request.GET.get("step", "")
    step = get_object_or_404(Step, project=project, key=key) if key else None
    if not permissions.is_officer(project, actor):
        return redirect(project)
    form = _form(request, entries.EntryForm, actor)
    assert isinstance(form, entries.EntryForm)
    if request.method == "POST" and submitted(
        request, form, lambda data: _add(project, form, step, actor), _("已记录。")
    ):
        return redirect(f"{(step or project).get_absolute_url()}#entries")
    context = {"form": form, "project": project, "step": step}
    return render(request, "projects/entry.html", context, status=422 if form.is_bound else 200)


@staff_needed(StaffRole.OFFICER, StaffRole.CHIEF)
@require_http_methods(["GET", "POST"])
def entry_quick(request: HttpRequest) -> HttpResponse:
    """Write an entry from the board, of one of my projects."""
    actor = acting(actor_of(request))
    form = _form(request, entries.QuickForm, actor)
    if request.method == "POST" and submitted(
        request, form, lambda data: _add(data["project"], form, None, actor), _("已记录。")
    ):
        return redirect("officer_board")
    return render(request, "projects/entry.html", {"form": form}, status=422 if form.is_bound else 200)


@login_needed
@require_POST
def entry_settle(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Its next date is done."""
    project, actor = project_of(request, code), acting(actor_of(request))
    entry = get_object_or_404(entries.visible(project, actor), pk=pk)
    settle_entry(entry, by=actor)
    messages.success(request, _("已完成跟进。"))
    return redirect(entry.url)


def _form(request: HttpRequest, kind: type[entries.EntryForm], actor: object) -> entries.EntryForm:
    if request.method == "POST":
        return kind(request.POST, request.FILES, actor=actor)
    initial = {name: request.GET[name] for name in ("project", "kind") if name in request.GET}
    return kind(actor=actor, initial=initial)


def _add(project: Project, form: entries.EntryForm, step: Step | None, actor: object) -> None:
    data = form.cleaned_data
    add_entry(project, data["kind"], data["text"], by=actor, step=step, **form.details())  # type: ignore[arg-type]
