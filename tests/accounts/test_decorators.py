from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from marketplace.accounts.actors import Actor
from marketplace.accounts.decorators import NoOrganisation, login_needed, member_needed, staff_needed
from marketplace.accounts.roles import MemberRole, StaffRole
from marketplace.core.errors import NotAllowed
from tests.factories import UserFactory, member, staff

pytestmark = pytest.mark.django_db


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("inside")


def asked(actor: Actor | None, method: str = "get") -> HttpRequest:
    request = getattr(RequestFactory(), method)("/page/?a=1")
    request.actor, request.user = actor, actor.user if actor else AnonymousUser()
    request.session, request.COOKIES = {}, {}
    request._messages = SimpleNamespace(add=lambda *a: None, __iter__=lambda s: iter(()))
    return request


@pytest.mark.parametrize("guard", [login_needed, member_needed(), staff_needed()])
def test_a_visitor_is_led_to_the_log_in_and_back(guard) -> None:
    answer = guard(page)(asked(None))
    assert (answer.status_code, answer.url) == (302, "/accounts/login/?next=/page/%3Fa%3D1")


def test_members_pass_by_role_and_administrators_always() -> None:
    guarded = member_needed(MemberRole.BUYER)(page)
    assert guarded(asked(member(MemberRole.BUYER))).content == b"inside"
    assert guarded(asked(member(MemberRole.ADMINISTRATOR))).content == b"inside"
    with pytest.raises(NotAllowed):
        guarded(asked(member(MemberRole.RELEASER)))
    assert member_needed()(page)(asked(member(MemberRole.RELEASER))).content == b"inside"


def test_who_has_no_organisation_is_told_where_to_register_one() -> None:
    for actor in (Actor.of(UserFactory()), staff("operator")):
        with pytest.raises(NoOrganisation) as error:
            member_needed()(page)(asked(actor))
        assert str(error.value.details["url"]) == "/organisation/register/"


def test_staff_pass_by_role() -> None:
    guarded = staff_needed(StaffRole.OPERATOR, StaffRole.EDITOR)(page)
    assert guarded(asked(staff("editor"))).content == b"inside"
    assert staff_needed()(page)(asked(staff("clerk"))).content == b"inside"
    for actor in (staff("officer"), member(), Actor.of(UserFactory())):
        with pytest.raises(NotAllowed):
            guarded(asked(actor))
