"""What a view asks of its visitor before it runs: to be logged in, to act for an organisation, to work for the zone.

They guard the door only; whether this actor may do this act to this object is the service's question.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole, StaffRole
from marketplace.core.access import View, login_needed
from marketplace.core.errors import NotAllowed

__all__ = ["NoOrganisation", "acting", "login_needed", "member_needed", "staff_needed"]


class NoOrganisation(NotAllowed):
    """The person acts for no organisation yet."""

    code = "no_organisation"
    message = _("办理这项业务需要先有单位。请登记本单位，或请单位管理员邀请您加入。")

    def __init__(self) -> None:
        super().__init__(url=reverse_lazy("organisation_register"), act=_("登记单位"))


def acting(request: HttpRequest) -> Actor:
    """Who acts in this request; behind one of these decorators it is always somebody. NotAllowed for a visitor."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        raise NotAllowed()
    return actor


def member_needed(*roles: MemberRole) -> Callable[[View], View]:
    """`login_needed`, and to act for an organisation now, in any of the roles (in any role, when none is named).

    NoOrganisation or NotAllowed, which become a page of status 403.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor = acting(request)
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
            acting(request).require_staff(*(roles or StaffRole))
            return view(request, *args, **kwargs)

        return login_needed(guarded)

    return decorate
