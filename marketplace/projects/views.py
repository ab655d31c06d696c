"""Pages of projects: the list, a project, its steps, and the forms around them."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marketplace.accounts.actors import Actor
from marketplace.accounts.decorators import login_needed, member_needed, staff_needed
from marketplace.accounts.roles import MemberRole, StaffRole
from marketplace.core import clock
from marketplace.core.errors import DomainError
from marketplace.core.forms import service_errors
from marketplace.core.submission import submitted
from marketplace.projects import board, desk, forms, page, permissions, queries, rules, services, situation
from marketplace.projects.filters import ProjectFilter
from marketplace.projects.models import Project, Step, StepService

PER_PAGE = 20


def actor_of(request: HttpRequest) -> Actor | None:
    """Who looks: None for a visitor."""
    return request.actor  # type: ignore[attr-defined]


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
def project(request: HttpRequest, code: str) -> HttpResponse:
    """A project: everything for those concerned; name, stage and progress for anybody."""
    actor = actor_of(request)
    found = queries.with_route(queries.visible_to(actor)).filter(code=code).first()
    if found is not None:
        return render(request, "projects/project.html", page.project_page(found, actor))
    known = get_object_or_404(queries.listed(None), code=code)
    return render(request, "projects/public.html", {"row": page.row_of(known), "project": known})


@require_GET
@login_needed
def step(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """A step: unit, limit and its arithmetic, materials, services and what can be done now."""
    found = _step(request, code, key)
    return render(request, "projects/step.html", page.step_page(found, actor_of(request)))


@member_needed(MemberRole.BUYER)
@require_http_methods(["GET", "POST"])
def project_new(request: HttpRequest) -> HttpResponse:
    """Register a project and ask for an agent officer."""
    actor = actor_of(request)
    assert actor is not None
    form = forms.ProjectForm(request.POST or None, actor=actor, initial=_suggested(actor))
    if request.method == "POST" and form.is_valid():
        assert actor.organisation is not None
        with service_errors(form):
            made = services.register_project(
                code=form.cleaned_data["code"],
                owner=actor.organisation,
                region_confirmed=form.cleaned_data["region_confirmed"],
                by=actor,
                **form.details(),
            )
            messages.success(request, _("项目已登记。请再回答几个问题，用来生成审批路线图。"))
            return redirect("project_questions", made.code)
    return render(request, "projects/register.html", {"form": form})


@login_needed
@require_http_methods(["GET", "POST"])
def project_mend(request: HttpRequest, code: str) -> HttpResponse:
    """Mend a returned request."""
    found, actor = _project(request, code), actor_of(request)
    form = forms.ProjectForm(request.POST or None, actor=actor, initial=forms.initial_of(found))
    form.fields["code"].disabled = True
    form.fields.pop("region_confirmed")
    if request.method == "POST" and submitted(
        request,
        form,
        lambda _data: services.resubmit_project(found, form.details(), by=_acting(actor)),
        _("已重新提交，等待受理。"),
    ):
        return redirect(found)
    return render(request, "projects/register.html", {"form": form, "project": found})


@login_needed
@require_http_methods(["GET", "POST"])
def project_questions(request: HttpRequest, code: str) -> HttpResponse:
    """The questionnaire, from which the route map is made; the officer sees what it leads to and makes the map."""
    found, actor = _project(request, code), actor_of(request)
    if found.template is None or found.is_public:
        return redirect(found)
    plan = rules.RoutePlan.from_json(found.template.data)
    form = forms.QuestionsForm(request.POST or None, actor=actor, plan=plan, answers=found.answers)
    if request.method == "POST" and submitted(
        request,
        form,
        lambda _data: services.answer_questions(found, form.answers(), by=_acting(actor)),
        _("问卷已保存。"),
    ):
        return redirect(found)
    return render(request, "projects/questions.html", {"form": form, "project": found})


@login_needed
@require_POST
def project_accept(request: HttpRequest, code: str) -> HttpResponse:
    """Take a request on."""
    found, actor = _project(request, code), _acting(actor_of(request))
    form = forms.AcceptForm(
        request.POST, actor=actor, only=None if actor.has_staff_role(StaffRole.CHIEF) else actor.user
    )
    if form.is_valid():
        services.accept_project(found, officer=form.cleaned_data["officer"], by=actor)
        messages.success(request, _("已受理，并通知企业签署代办授权。"))
    else:
        messages.error(request, _("请选择一名代办员。"))
    return redirect(found)


@login_needed
@require_http_methods(["GET", "POST"])
def project_return(request: HttpRequest, code: str) -> HttpResponse:
    """Return a request with its reason."""
    found, actor = _project(request, code), actor_of(request)
    form = forms.ReturnForm(request.POST or None, actor=actor)
    if request.method == "POST" and submitted(
        request,
        form,
        lambda data: services.return_project(found, data["reason"], by=_acting(actor)),
        _("已退回企业补正。"),
    ):
        return redirect(found)
    return render(request, "projects/return.html", {"form": form, "project": found})


@login_needed
@require_http_methods(["GET", "POST"])
def project_mandate(request: HttpRequest, code: str) -> HttpResponse:
    """Sign the officer's mandate."""
    found, actor = _project(request, code), actor_of(request)
    today = clock.today()
    until = found.mandate_until or today.replace(year=today.year + rules.MANDATE_YEARS, day=min(today.day, 28))
    initial = {"may_tender": found.may_tender, "until": until}
    form = forms.MandateForm(request.POST or None, actor=actor, initial=initial)
    if request.method == "POST" and submitted(
        request,
        form,
        lambda data: services.sign_mandate(found, data["may_tender"], until=data["until"], by=_acting(actor)),
        _("授权已签署。"),
    ):
        return redirect(found)
    return render(request, "projects/mandate.html", {"form": form, "project": found})


@login_needed
@require_POST
def route_make(request: HttpRequest, code: str) -> HttpResponse:
    """Make the route map from the answers given."""
    found = _project(request, code)
    if found.template is None or not found.answers:
        messages.error(request, _("请先填写问卷。"))
        return redirect("project_questions", found.code)
    services.make_route(found, found.template, found.answers, by=_acting(actor_of(request)))
    messages.success(request, _("审批路线图已生成。"))
    return redirect(found)


@login_needed
@require_POST
def step_start(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """Begin a step."""
    found, actor = _step(request, code, key), actor_of(request)
    form = forms.StartForm(request.POST, actor=actor)
    if submitted(
        request,
        form,
        lambda data: services.start_step(found, data["case_number"], by=_acting(actor)),
        _("已登记开始办理，期限从次日起算。"),
    ):
        return redirect(found)
    return render(request, "projects/step.html", page.step_page(found, actor, start_form=form), status=422)


@login_needed
@require_POST
def step_finish(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """End a step."""
    found = _step(request, code, key)
    services.finish_step(found, by=_acting(actor_of(request)))
    messages.success(request, _("“%(step)s”已办结。") % {"step": found.name})
    return redirect(found.project)


@login_needed
@require_POST
def service_tender(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Open the tender of a step's service, filled in, and go on with its draft."""
    service = _service(request, code, pk)
    tender = services.open_tender(service, by=_acting(actor_of(request)))
    messages.success(request, _("采购草稿已按项目和事项填好，请核对后发布。"))
    return redirect("tender_edit", tender.pk)


@login_needed
@require_http_methods(["GET", "POST"])
def service_provide(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Hand in a result that the owner made itself."""
    service, actor = _service(request, code, pk), actor_of(request)
    form = forms.ProvideForm(request.POST or None, request.FILES or None, actor=actor)
    if request.method == "POST" and submitted(
        request,
        form,
        lambda data: services.provide_own(service, data["file"], by=_acting(actor)),
        _("自行提供的成果已收下。"),
    ):
        return redirect(service.step)
    return render(request, "projects/provide.html", {"form": form, "service": service, "project": service.step.project})


@staff_needed(StaffRole.OFFICER, StaffRole.CHIEF)
@require_GET
def officer_board(request: HttpRequest) -> HttpResponse:
    """My projects against stages, and what to do today; a chief sees all projects."""
    actor = _acting(actor_of(request))
    assert actor.user is not None
    everything = actor.has_staff_role(StaffRole.CHIEF) and request.GET.get("all") == "1"
    mine = queries.of_officer(actor.user)
    projects = Project.objects.exclude(state__in=["done", "returned", "requested"]) if everything else mine
    holder = request.GET.get("holder", "")
    shown = board.board_of(queries.with_route(projects), holder if holder in situation.HOLDERS else "")
    context = {
        "board": shown,
        "tasks": page.todays(desk.tasks(actor)),
        "requests": len(list(desk.requests())),
        "tabs": _tabs(request, shown),
        "is_chief": actor.has_staff_role(StaffRole.CHIEF),
        "everything": everything,
    }
    return render(request, "projects/board.html", context)


def _tabs(request: HttpRequest, shown: board.Board) -> list[dict[str, Any]]:
    chosen, base = request.GET.get("holder", ""), reverse("officer_board")
    kept = "&all=1" if request.GET.get("all") == "1" else ""
    first = {"label": _("看板"), "url": f"{base}?{kept.lstrip('&')}", "current": not chosen}
    return [first] + [
        {"label": label, "url": f"{base}?holder={key}{kept}", "current": chosen == key, "count": shown.waiting[key]}
        for key, label in situation.HOLDERS.items()
    ]


def _suggested(actor: Actor) -> dict[str, Any]:
    organisation, user = actor.organisation, actor.user
    return {
        "contact_name": user.name if user else "",
        "contact_phone": organisation.phone if organisation else "",
        "funds": "private",
    }


def _acting(actor: Actor | None) -> Actor:
    if actor is None:
        raise DomainError()
    return actor


def _project(request: HttpRequest, code: str) -> Project:
    return get_object_or_404(queries.visible_to(actor_of(request)).select_related("owner", "template"), code=code)


def _step(request: HttpRequest, code: str, key: str) -> Step:
    found = get_object_or_404(queries.with_route(queries.visible_to(actor_of(request))), code=code)
    for each in situation.Situation(found).steps:
        if each.key == key:
            return each
    return get_object_or_404(Step.objects.none())


def _service(request: HttpRequest, code: str, pk: int) -> StepService:
    visible = queries.visible_to(actor_of(request)).filter(code=code)
    found = StepService.objects.select_related("step__project", "item")
    return get_object_or_404(found, pk=pk, step__project__in=visible)
