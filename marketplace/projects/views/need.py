"""What do I need? Public, without a log-in; the answers stand in the address."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from marketplace.projects import forms, need, queries, rules
from marketplace.projects.models import RouteTemplate


@require_GET
def what_do_i_need(request: HttpRequest) -> HttpResponse:
    """Choose the kind of project, answer a few questions, read what follows from the answers."""
    templates = list(queries.templates())
    chosen = next((each for each in templates if each.key == request.GET.get("kind")), None)
    context: dict[str, Any] = {"templates": templates, "chosen": chosen}
    if chosen is None:
        return render(request, "projects/need.html", context)
    form = form_of(request, chosen)
    context["form"] = form
    if form.is_bound and form.is_valid() and "edit" not in request.GET:
        query = form.query()
        context |= {
            "need": need.need_of(chosen, form.answers()),
            "answers": form.words(),
            "edit_url": f"{reverse('need')}?{query}&edit=1",
            "keep_url": f"{reverse('project_new')}?{query}",
        }
    return render(request, "projects/need.html", context)


def form_of(request: HttpRequest, template: RouteTemplate) -> forms.NeedForm:
    """The questionnaire of a route map with the answers of the address; bound when there is any."""
    plan = rules.RoutePlan.from_json(template.data)
    answered = any(question.key in request.GET for question in plan.asked)
    return forms.NeedForm(request.GET if answered else None, plan=plan)
