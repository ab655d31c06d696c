"""Messages of a project, the zone's ready words, and reminding of several turns at once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.accounts.decorators import login_needed, staff_needed
from marketplace.accounts.roles import StaffRole
from marketplace.core.submission import submitted
from marketplace.projects import permissions, queries, talk
from marketplace.projects.models import MessageTemplate, Project, ProjectMessage
from marketplace.projects.services.reminding import remind_all
from marketplace.projects.services.talking import keep_template, send_message
from marketplace.projects.situation import Situation
from marketplace.projects.views.found import acting, actor_of


@login_needed
@require_http_methods(["GET", "POST"])
def project_messages(request: HttpRequest, code: str) -> HttpResponse:
    """The messages between owner and officer, and writing one; `?template=` begins with ready words."""
    actor = acting(actor_of(request))
    project = get_object_or_404(queries.with_route(queries.visible_to(actor)), code=code)
    is_officer = permissions.is_officer(project, actor)
    may_write = is_officer or permissions.is_owner(project, actor)
    if not may_write:
        return redirect(project)
    initial = {}
    number = request.GET.get("template", "")
    if is_officer and number.isdigit():
        initial["text"] = talk.filled(get_object_or_404(talk.templates(), pk=int(number)), project, actor)
    form = talk.MessageForm(request.POST if request.method == "POST" else None, actor=actor, initial=initial)
    if request.method == "POST" and submitted(
        request,
        form,
        lambda data: send_message(project, data["text"], by=actor, sent_as=data["sent_as"]),
        _("消息已发出。"),
    ):
        return redirect("project_messages", code)
    context = {
        "project": project,
        "form": form,
        "rows": ProjectMessage.objects.filter(project=project).select_related("author"),
        "is_owner": permissions.is_owner(project, actor),
        "templates": talk.templates() if is_officer else [],
    }
    return render(request, "projects/messages.html", context, status=422 if form.is_bound else 200)


@staff_needed(StaffRole.CHIEF, StaffRole.EDITOR, StaffRole.OFFICER)
@require_http_methods(["GET", "POST"])
def ready_words(request: HttpRequest) -> HttpResponse:
    """The zone's ready words; chief and editors keep them, officers read them. `?change=` opens one."""
    actor = acting(actor_of(request))
    may_keep = actor.has_staff_role(StaffRole.CHIEF, StaffRole.EDITOR)
    number = request.GET.get("change", "")
    opened = get_object_or_404(MessageTemplate, pk=int(number)) if number.isdigit() else MessageTemplate()
    initial = {"title": opened.title, "text": opened.text, "is_active": opened.is_active}
    form = talk.TemplateForm(request.POST if request.method == "POST" else None, actor=actor, initial=initial)

    def keep(data: dict[str, object]) -> None:
        for name, value in data.items():
            setattr(opened, name, value)
        keep_template(opened, by=actor)

    if request.method == "POST" and submitted(request, form, keep, _("模板已保存。")):
        return redirect("ready_words")
    context = {"rows": MessageTemplate.objects.all(), "form": form, "may_keep": may_keep, "opened": opened}
    return render(request, "projects/words.html", context, status=422 if form.is_bound else 200)


@staff_needed(StaffRole.OFFICER, StaffRole.CHIEF)
@require_POST
def remind_turns(request: HttpRequest) -> HttpResponse:
    """Remind of the chosen turns of the list by urgency."""
    actor = acting(actor_of(request))
    back = f"{reverse('officer_board')}?view=list"
    form = talk.RemindForm(request.POST, actor=actor)
    wanted = set(request.POST.getlist("turn"))
    if not wanted or not form.is_valid():
        messages.warning(request, _("请先勾选要催办的事项。"))
        return redirect(back)
    steps = [int(key.split("-")[0]) for key in wanted if key.split("-")[0].isdigit()]
    assert actor.user is not None
    everything = Project.objects.all() if actor.has_staff_role(StaffRole.CHIEF) else queries.of_officer(actor.user)
    projects = queries.with_route(everything.filter(steps__in=steps).distinct())
    balls = [ball for project in projects for ball in Situation(project).balls if talk.key_of(ball) in wanted]
    found = remind_all(balls, by=actor, template=form.cleaned_data["template"])
    counts = {"sent": found.sent, "again": found.again, "nobody": found.nobody}
    messages.success(
        request,
        _("已催办 %(sent)d 件；今天已催办过、未再发 %(again)d 件；对方在本站没有账号、未发 %(nobody)d 件。") % counts,
    )
    return redirect(back)
