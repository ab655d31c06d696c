"""From the registration to the route map."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.accounts.actors import Actor
from marketplace.accounts.decorators import login_needed, member_needed
from marketplace.accounts.roles import MemberRole, StaffRole
from marketplace.core import clock
from marketplace.core.errors import DomainError
from marketplace.core.forms import service_errors
from marketplace.core.submission import submitted
from marketplace.projects import forms, queries, rules, services
from marketplace.projects.rules import questions
from marketplace.projects.views.found import acting, actor_of, project_of
from marketplace.projects.views.need import form_of


@member_needed(MemberRole.BUYER)
@require_http_methods(["GET", "POST"])
def project_new(request: HttpRequest) -> HttpResponse:
    """Register a project and ask for an agent officer."""
    actor = actor_of(request)
    assert actor is not None
    actor.require_verified()
    kept = _kept(request)
    form = forms.ProjectForm(request.POST or None, actor=actor, initial={**_suggested(actor), **_facts_in(kept)})
    if request.method == "POST" and form.is_valid():
        assert actor.organisation is not None
        with service_errors(form):
            answers = kept.answers() if kept and kept.plan.key == form.cleaned_data["template"].key else None
            made = services.register_project(
                answers=answers,
                code=form.cleaned_data["code"],
                owner=actor.organisation,
                region_confirmed=form.cleaned_data["region_confirmed"],
                by=actor,
                **form.details(),
            )
            if answers is not None:
                messages.success(request, _("项目已登记，之前回答的问题已一并保存。"))
                return redirect(made)
            messages.success(request, _("项目已登记。请再回答几个问题，用来生成审批路线图。"))
            return redirect("project_questions", made.code)
    return render(request, "projects/register.html", {"form": form, "kept": kept.words() if kept else []})


@login_needed
@require_http_methods(["GET", "POST"])
def project_mend(request: HttpRequest, code: str) -> HttpResponse:
    """Mend a returned request."""
    found, actor = project_of(request, code), actor_of(request)
    form = forms.ProjectForm(request.POST or None, actor=actor, initial=forms.initial_of(found))
    form.fields["code"].disabled = True
    form.fields.pop("region_confirmed")
    if request.method == "POST" and submitted(
        request,
        form,
        lambda _data: services.resubmit_project(found, form.details(), by=acting(actor)),
        _("已重新提交，等待受理。"),
    ):
        return redirect(found)
    return render(request, "projects/register.html", {"form": form, "project": found})


@login_needed
@require_http_methods(["GET", "POST"])
def project_questions(request: HttpRequest, code: str) -> HttpResponse:
    """The questionnaire, from which the route map is made; the officer sees what it leads to and makes the map."""
    found, actor = project_of(request, code), actor_of(request)
    if found.template is None or found.is_public:
        return redirect(found)
    plan = rules.RoutePlan.from_json(found.template.data)
    form = forms.QuestionsForm(request.POST or None, actor=actor, plan=plan, answers=found.answers)
    if request.method == "POST" and submitted(
        request,
        form,
        lambda _data: services.answer_questions(found, form.answers(), by=acting(actor)),
        _("问卷已保存。"),
    ):
        return redirect(found)
    return render(request, "projects/questions.html", {"form": form, "project": found})


@login_needed
@require_POST
def project_accept(request: HttpRequest, code: str) -> HttpResponse:
    """Take a request on."""
    found, actor = project_of(request, code), acting(actor_of(request))
    form = forms.AcceptForm(
        request.POST, actor=actor, only=None if actor.has_staff_role(StaffRole.CHIEF) else actor.user
    )
    if form.is_valid():
        given = form.cleaned_data
        try:
            services.accept_project(found, officer=given["officer"], reason=given.get("reason", ""), by=actor)
        except DomainError as error:
            if error.status != 422:
                raise
            messages.error(request, str(error))
        else:
            messages.success(request, _("已受理，并通知企业签署代办授权。"))
    else:
        messages.error(request, _("请选择一名代办员。"))
    return redirect(found)


@login_needed
@require_http_methods(["GET", "POST"])
def project_return(request: HttpRequest, code: str) -> HttpResponse:
    """Return a request with its reason."""
    found, actor = project_of(request, code), actor_of(request)
    form = forms.ReturnForm(request.POST or None, actor=actor)
    if request.method == "POST" and submitted(
        request,
        form,
        lambda data: services.return_project(found, data["reason"], by=acting(actor)),
        _("已退回企业补正。"),
    ):
        return redirect(found)
    return render(request, "projects/return.html", {"form": form, "project": found})


@login_needed
@require_http_methods(["GET", "POST"])
def project_mandate(request: HttpRequest, code: str) -> HttpResponse:
    """Sign the officer's mandate."""
    found, actor = project_of(request, code), actor_of(request)
    today = clock.today()
    until = found.mandate_until or today.replace(year=today.year + rules.MANDATE_YEARS, day=min(today.day, 28))
    initial = {"may_tender": found.may_tender, "until": until}
    form = forms.MandateForm(request.POST or None, actor=actor, initial=initial)
    if request.method == "POST" and submitted(
        request,
        form,
        lambda data: services.sign_mandate(found, data["may_tender"], until=data["until"], by=acting(actor)),
        _("授权已签署。"),
    ):
        return redirect(found)
    return render(request, "projects/mandate.html", {"form": form, "project": found})


@login_needed
@require_POST
def route_make(request: HttpRequest, code: str) -> HttpResponse:
    """Make the route map from the answers given."""
    found = project_of(request, code)
    if found.template is None or not found.answers:
        messages.error(request, _("请先填写问卷。"))
        return redirect("project_questions", found.code)
    services.make_route(found, found.template, found.answers, by=acting(actor_of(request)))
    messages.success(request, _("审批路线图已生成。"))
    return redirect(found)


def _kept(request: HttpRequest) -> forms.NeedForm | None:
    """The answers of "What do I need?" that stand in the address, when they are whole."""
    template = next((each for each in queries.templates() if each.key == request.GET.get("kind")), None)
    form = form_of(request, template) if template else None
    return form if form and form.is_bound and form.is_valid() else None


def _facts_in(kept: forms.NeedForm | None) -> dict[str, Any]:
    """What of these answers the registration asks, too."""
    if kept is None:
        return {}
    given = kept.answers()
    funds = next((funds for funds, answer in questions.FUNDING.items() if answer == given.get("funding")), None)
    template = queries.templates().filter(key=kept.plan.key).first()
    default = "public" if kept.plan.key == "public_building" else "private"
    return {"template": template, "funds": funds or default, "floor_area": given.get("floor_area")}


def _suggested(actor: Actor) -> dict[str, Any]:
    organisation, user = actor.organisation, actor.user
    return {
        "contact_name": user.name if user else "",
        "contact_phone": organisation.phone if organisation else "",
        "funds": "private",
    }
