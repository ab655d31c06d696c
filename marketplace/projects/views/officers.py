"""The chief's pages about officers: who they are, what they carry, who stands in, when they are away."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.accounts.decorators import staff_needed
from marketplace.accounts.models import User
from marketplace.accounts.queries import staff
from marketplace.accounts.roles import StaffRole
from marketplace.core.errors import AlreadyDone
from marketplace.core.submission import submitted
from marketplace.projects import officers, services
from marketplace.projects.forms_officers import AbsenceForm, ProfileForm
from marketplace.projects.models import Absence, OfficerProfile
from marketplace.projects.views.found import acting, actor_of


@staff_needed(StaffRole.CHIEF)
@require_http_methods(["GET", "POST"])
def officer_list(request: HttpRequest) -> HttpResponse:
    """All officers with their load; whether requests are assigned by themselves."""
    if request.method == "POST":
        try:
            services.set_policy(automatic=request.POST.get("automatic") == "1", by=acting(actor_of(request)))
            messages.success(request, _("指派方式已更改。"))
        except AlreadyDone as error:
            messages.info(request, str(error))
        return redirect("officer_list")
    rows = officers.standings()
    most = max((row.load for row in rows), default=0)
    missing = {each.pk for each in officers.without_deputy()}
    context = {"rows": rows, "most": most, "missing": missing, "automatic": officers.is_automatic()}
    return render(request, "projects/officers.html", context)


@staff_needed(StaffRole.CHIEF)
@require_http_methods(["GET", "POST"])
def officer_profile(request: HttpRequest, pk: int) -> HttpResponse:
    """An officer's profile and absences."""
    officer, actor = _officer(pk), acting(actor_of(request))
    profile = OfficerProfile.objects.filter(officer=officer).first()
    form = ProfileForm(request.POST or None, actor=actor, officer=officer, profile=profile)

    def save(data: dict[str, Any]) -> object:
        return services.save_profile(officer, by=actor, **data)

    if request.method == "POST" and submitted(request, form, save, _("代办员资料已保存。")):
        return redirect("officer_list")
    return _page(request, officer, form, AbsenceForm(actor=actor))


@staff_needed(StaffRole.CHIEF)
@require_http_methods(["GET", "POST"])
def absence_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Say when an officer is away."""
    officer, actor = _officer(pk), acting(actor_of(request))
    form = AbsenceForm(request.POST if request.method == "POST" else None, actor=actor)

    def add(data: dict[str, Any]) -> object:
        return services.add_absence(officer, by=actor, **data)

    if request.method == "POST" and submitted(request, form, add, _("外出已登记，并通知代理人。")):
        return redirect("officer_profile", pk)
    profile = OfficerProfile.objects.filter(officer=officer).first()
    return _page(request, officer, ProfileForm(actor=actor, officer=officer, profile=profile), form)


@staff_needed(StaffRole.CHIEF)
@require_POST
def absence_end(request: HttpRequest, pk: int, absence: int) -> HttpResponse:
    """Take an absence back."""
    found = get_object_or_404(Absence, pk=absence, officer=_officer(pk))
    services.end_absence(found, by=acting(actor_of(request)))
    messages.success(request, _("外出登记已取消。"))
    return redirect("officer_profile", pk)


def _officer(pk: int) -> User:
    return get_object_or_404(staff(StaffRole.OFFICER), pk=pk)


def _page(request: HttpRequest, officer: User, form: ProfileForm, absence: AbsenceForm) -> HttpResponse:
    absences = Absence.objects.filter(officer=officer).order_by("-starts_on")[:20]
    context = {"officer": officer, "form": form, "absence_form": absence, "absences": absences}
    return render(request, "projects/officer.html", context)
