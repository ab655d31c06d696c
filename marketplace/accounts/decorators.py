"""What a view asks of its visitor before it runs: to be logged in, to act for an organisation, to work for the zone.

They guard the door only; whether this actor may do this act to this object is the service's question.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole, StaffRole
from marketplace.core.errors import NotAllowed
from marketplace.core.views import form_expired

View = Callable[..., HttpResponseBase]


class NoOrganisation(NotAllowed):
    """The person acts for no organisation yet."""

    code = "no_organisation"
    message = _("办理这项业务需要先有单位。请登记本单位，或请单位管理员邀请您加入。")

    def __init__(self) -> None:
        super().__init__(url=reverse_lazy("organisation_register"), act=_("登记单位"))


def login_needed(view: View) -> View:
    """Ask a visitor to log in, and lose nothing of what was typed.

    A page that was asked for comes after the log-in (`next`). A form that was sent (the session ended while it was
    filled in) is answered 403 by a page that says that its text is kept in the browser; `static/js/drafts.js` puts it back.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        return _ask_to_log_in(request)

    return guarded


def member_needed(*roles: MemberRole) -> Callable[[View], View]:
    """`login_needed`, and to act for an organisation now, in any of the roles (in any role, when none is named).

    NoOrganisation or NotAllowed, which become a page of status 403.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor: Actor = request.actor  # type: ignore[attr-defined]
            if actor.organisation is None:
                raise NoOrganisation()
            actor.require_member(actor.organisation, *roles)
            return view(request, *args, **kwargs)

        return login_needed(guarded)

    return decorate


def staff_needed(*roles: StaffRole) -> Callable[[View], View]:
    """`login_needed`, and to work for the zone in any of the roles (in any role, when none is named). NotAllowed."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            request.actor.require_staff(*(roles or StaffRole))  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)

        return login_needed(guarded)

    return decorate


def _ask_to_log_in(request: HttpRequest) -> HttpResponse:
    if request.method in {"GET", "HEAD"}:
        return redirect_to_login(request.get_full_path())
    return form_expired(request, reason="login")
