"""A step: look at it, begin and end it, buy or hand in what it needs."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marketplace.accounts.decorators import login_needed
from marketplace.core.submission import submitted
from marketplace.projects import forms, page, services
from marketplace.projects.views.found import acting, actor_of, service_of, step_of


@require_GET
@login_needed
def step(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """A step: unit, limit and its arithmetic, materials, services and what can be done now."""
    found = step_of(request, code, key)
    return render(request, "projects/step.html", page.step_page(found, actor_of(request)))


@login_needed
@require_POST
def step_start(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """Begin a step."""
    found, actor = step_of(request, code, key), actor_of(request)
    form = forms.StartForm(request.POST, actor=actor)
    if submitted(
        request,
        form,
        lambda data: services.start_step(found, data["case_number"], by=acting(actor)),
        _("已登记开始办理，期限从次日起算。"),
    ):
        return redirect(found)
    return render(request, "projects/step.html", page.step_page(found, actor, start_form=form), status=422)


@login_needed
@require_POST
def step_finish(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """End a step."""
    found = step_of(request, code, key)
    services.finish_step(found, by=acting(actor_of(request)))
    messages.success(request, _("“%(step)s”已办结。") % {"step": found.name})
    return redirect(found.project)


@login_needed
@require_POST
def step_pause(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """Stop a step's clock."""
    found, actor = step_of(request, code, key), actor_of(request)
    form = forms.PauseForm(request.POST, actor=actor)
    if submitted(
        request,
        form,
        lambda data: services.pause_step(found, data["kind"], data["reason"], by=acting(actor)),
        _("已暂停计时，恢复后期限相应顺延。"),
    ):
        return redirect(found)
    return render(request, "projects/step.html", page.step_page(found, actor, pause_form=form), status=422)


@login_needed
@require_POST
def step_resume(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """Let a step's clock go on."""
    found = step_of(request, code, key)
    services.resume_step(found, by=acting(actor_of(request)))
    messages.success(request, _("已恢复计时，期限已顺延。"))
    return redirect(found)


@login_needed
@require_POST
def service_tender(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Open the tender of a step's service, filled in, and go on with its draft."""
    service = service_of(request, code, pk)
    tender = services.open_tender(service, by=acting(actor_of(request)))
    messages.success(request, _("采购草稿已按项目和事项填好，请核对后发布。"))
    return redirect("tender_edit", tender.pk)


@login_needed
@require_http_methods(["GET", "POST"])
def service_provide(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Hand in a result that the owner made itself."""
    service, actor = service_of(request, code, pk), actor_of(request)
    form = forms.ProvideForm(request.POST or None, request.FILES or None, actor=actor)
    if request.method == "POST" and submitted(
        request,
        form,
        lambda data: services.provide_own(service, data["file"], by=acting(actor)),
        _("自行提供的成果已收下。"),
    ):
        return redirect(service.step)
    return render(request, "projects/provide.html", {"form": form, "service": service, "project": service.step.project})
