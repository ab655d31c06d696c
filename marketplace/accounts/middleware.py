"""Puts `request.actor` on every request, and asks staff for a second factor."""

from collections.abc import Callable
from dataclasses import replace

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Membership, User
from marketplace.core.origin import origin_of

SESSION_KEY = "organisation"
ADMIN, ADMIN_ACCESS = "/admin/", "wagtailadmin.access_admin"
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
        actor = actor_of(request)
        if actor is not None:
            actor = replace(actor, origin=origin_of(request))
        request.actor = actor  # type: ignore[attr-defined]
        user = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        response = self._stopped(request, user) or self.get_response(request)
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response

    def _stopped(self, request: HttpRequest, user: User) -> HttpResponse | None:
        works_here = user.is_staff or user.is_superuser or bool(user.staff_roles)
        if works_here and not request.session.get_expire_at_browser_close():
            request.session.set_expiry(0)
        works_here = works_here or (request.path.startswith(ADMIN) and user.has_perm(ADMIN_ACCESS))
        if settings.DEMO or not works_here or request.path.startswith(OPEN_TO_STAFF_WITHOUT_FACTOR):
            return None
        if is_mfa_enabled(user):
            return None
        messages.warning(request, _("工作人员账号须启用二次验证后才能继续。"))
        return redirect("mfa_activate_totp")
