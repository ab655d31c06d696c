"""Handing over a project, or everything that an officer has."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from marketplace.accounts.decorators import login_needed, staff_needed
from marketplace.accounts.models import User
from marketplace.accounts.roles import StaffRole
from marketplace.core.errors import DomainError
from marketplace.core.submission import submitted
from marketplace.projects import permissions
from marketplace.projects.forms_handover import HandoverForm
from marketplace.projects.models import Handover, Project
from marketplace.projects.services import handover as handovers
from marketplace.projects.views.found import acting, actor_of, project_of


@login_needed
@require_http_methods(["GET", "POST"])
def project_handover(request: HttpRequest, code: str) -> HttpResponse:
    """A project's handover: begin one, or the checklist of the open one with its signatures."""
    found, actor = project_of(request, code), acting(actor_of(request))
    opened = Handover.objects.filter(project=found, state=Handover.State.OPEN).select_related("giver", "taker").first()
    if opened is not None:
        if not handovers.may_see(opened, actor):
            raise Http404
        return _checklist(request, found, opened)
    if not permissions.is_officer(found, actor):
        raise Http404
    form = HandoverForm(request.POST or None, actor=actor, giver=found.officer)
    if request.method == "POST" and submitted(
        request,
        form,
        lambda data: handovers.begin_handover(found, by=actor, **data),
        _("交接单已生成，请双方核对签署。"),
    ):
        return redirect("project_handover", code)
    return render(request, "projects/handover_new.html", {"project": found, "form": form})


def _checklist(request: HttpRequest, project: Project, opened: Handover) -> HttpResponse:
    actor = acting(actor_of(request))
    if request.method == "POST":
        act = request.POST.get("act", "")
        try:
            if act == "add":
                handovers.add_point(opened, request.POST.get("text", ""), by=actor)
            elif act == "cancel":
                handovers.cancel_handover(opened, by=actor)
                messages.success(request, _("交接已撤回。"))
            elif act == "sign":
                checked = [int(pk) for pk in request.POST.getlist("point") if pk.isdigit()]
                signed = handovers.sign_handover(opened, by=actor, checked=checked)
                done = signed.state == Handover.State.DONE
                messages.success(request, _("交接完成。") if done else _("已签署，等待另一方签署。"))
                if done:
                    return redirect("officer_board")
        except DomainError as error:
            if error.status == 403:
                raise
            messages.error(request, str(error))
        return redirect(
            project if act == "cancel" else "project_handover", *([] if act == "cancel" else [project.code])
        )
    is_taker = actor.user is not None and actor.user.pk == opened.taker_id
    context = {
        "project": project,
        "handover": opened,
        "points": opened.points.all(),
        "may_take": is_taker and not opened.taken_at,
        "may_give": not opened.given_at and not is_taker and handovers.may_give(opened, actor),
        "may_cancel": permissions.is_officer(project, actor),
    }
    return render(request, "projects/handover.html", context)


@staff_needed(StaffRole.CHIEF)
@require_http_methods(["GET", "POST"])
def officer_handover(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand over all open projects of an officer."""
    giver, actor = get_object_or_404(User, pk=pk), acting(actor_of(request))
    projects = handovers.open_projects(giver)
    if not projects and not giver.has_staff_role(StaffRole.OFFICER):
        raise Http404
    form = HandoverForm(request.POST or None, actor=actor, giver=giver)
    if request.method == "POST" and form.is_valid():
        begun, refused = handovers.hand_over_all(giver, by=actor, **form.cleaned_data)
        messages.success(request, _("已发起 %(count)d 个项目的交接。") % {"count": begun})
        for sentence in refused:
            messages.error(request, sentence)
        return redirect("officer_handover", pk)
    waiting = set(Handover.objects.filter(giver=giver, state=Handover.State.OPEN).values_list("project", flat=True))
    context = {"officer": giver, "projects": projects, "waiting": waiting, "form": form}
    return render(request, "projects/officer_handover.html", context)
