"""The tour, one-click log-in and the clock. All three answer 404 outside a demonstration."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from demo import clock as demo_clock
from demo.models import Persona
from demo.tour import deadline_label, steps
from marketplace.core import clock
from marketplace.core.errors import DomainError

BACKEND = "django.contrib.auth.backends.ModelBackend"


def only_in_demonstration(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """404 outside a demonstration, even if an address should ever lead here."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@only_in_demonstration
@require_GET
def tour(request: HttpRequest) -> HttpResponse:
    """The eight steps of the main job, with who does them and where."""
    upcoming = [(deadline, deadline_label(deadline)) for deadline in demo_clock.upcoming()]
    people = Persona.objects.select_related("user").all()
    return render(request, "demo/tour.html", {"steps": steps(), "people": people, "upcoming": upcoming})


@only_in_demonstration
@require_POST
def log_in(request: HttpRequest) -> HttpResponse:
    """Log in as one of the demonstration's users."""
    persona = get_object_or_404(Persona.objects.select_related("user"), key=request.POST.get("persona", ""))
    logout(request)
    login(request, persona.user, backend=BACKEND)
    messages.success(
        request, _("您正以 %(name)s（%(role)s）的身份浏览。") % {"name": str(persona.user), "role": persona.role}
    )
    return redirect(_safe(request, "desk"))


@only_in_demonstration
@require_POST
def move_clock(request: HttpRequest) -> HttpResponse:
    """Move the site's time: `step` = day | next | an ISO moment."""
    try:
        moment = _target(request.POST.get("step", ""))
        demo_clock.advance_to(moment)
    except (DomainError, ValueError) as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, _("站点时间已前进到 %(moment)s。") % {"moment": f"{clock.local(clock.now()):%Y-%m-%d %H:%M}"}
        )
    return redirect(_safe(request, "demo"))


def _target(step: str) -> datetime:
    if step == "day":
        return clock.now() + timedelta(days=1)
    if step == "next":
        ahead = demo_clock.upcoming(1)
        if not ahead:
            raise DomainError(_("没有等待中的期限。"))
        return ahead[0].due_at
    moment = datetime.fromisoformat(step)
    if moment.tzinfo is None:
        raise ValueError(_("时间格式不正确。"))
    return moment


def _safe(request: HttpRequest, fallback: str) -> str:
    target = request.POST.get("next", "")
    return target if url_has_allowed_host_and_scheme(target, {request.get_host()}) else fallback
