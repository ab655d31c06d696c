"""Puts `request.actor` on every request, and asks staff for a second factor."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Membership

SESSION_KEY = "organisation"
OPEN_TO_STAFF_WITHOUT_FACTOR = ("/accounts/", "/en/accounts/", "/static/", "/media/", "/healthz", "/preferences/")


def actor_of(request: HttpRequest) -> Actor | None:
    """Who acts in this request: None for a visitor."""
    user = request.user
    if not user.is_authenticated:
        return None
    chosen = request.session.get(SESSION_KEY)
    if chosen:
        membership = (
            Membership.objects.filter(user=user, organisation_id=chosen, is_active=True)
            .select_related("organisation")
            .first()
        )
        if membership:
            return Actor(user, membership.organisation, frozenset(membership.roles) | frozenset(user.staff_roles))
    return Actor.of(user)


class ActorMiddleware:
    """`request.actor`: an `Actor`, or None for visitors."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = actor_of(request)  # type: ignore[attr-defined]
        if self._needs_factor(request):
            messages.warning(request, _("工作人员账号须启用二次验证后才能继续。"))
            return redirect("mfa_activate_totp")
        return self.get_response(request)

    def _needs_factor(self, request: HttpRequest) -> bool:
        user = request.user
        if settings.DEMO or not user.is_authenticated or request.path.startswith(OPEN_TO_STAFF_WITHOUT_FACTOR):
            return False
        return bool((user.is_staff or user.staff_roles) and not is_mfa_enabled(user))
