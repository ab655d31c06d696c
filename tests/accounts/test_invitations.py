from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail

from marketplace.accounts import services
from marketplace.accounts.actors import Actor, NotVerified
from marketplace.accounts.errors import (
    AddressNotProved,
    AlreadyMember,
    InvitationOver,
    TooManyInvitations,
    WrongPerson,
)
from marketplace.accounts.models import Invitation, Membership
from marketplace.accounts.roles import MemberRole
from marketplace.core import clock
from marketplace.core.errors import AlreadyDone, DomainError, NotAllowed
from marketplace.core.models import Message
from tests.factories import MembershipFactory, UserFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> Actor:
    return member()


def invite(by: Actor, contact: str = "13811112222", **changes: object) -> str:
    return services.invite(
        by.organisation, **{"contact": contact, "name": "李雷", "roles": ["buyer"], "by": by, **changes}
    )


def test_an_invited_colleague_becomes_a_member_with_the_roles(administrator: Actor) -> None:
    colleague = UserFactory(username="13811112222")
    token = invite(administrator, roles=["releaser", "buyer"])
    told = Message.objects.get(recipient=colleague)
    assert token not in f"{told.url} {told.params}"  # the link comes from the administrator's hand
    services.accept_invitation(token, by=Actor.of(colleague))
    actor = Actor.of(colleague)
    assert actor.organisation == administrator.organisation
    assert Membership.objects.get(user=colleague).roles == ["buyer", "releaser"]
    assert Message.objects.get(recipient=administrator.user).kind == "accounts.joined"


def test_the_link_works_once(administrator: Actor) -> None:
    colleague = Actor.of(UserFactory(username="13811112222"))
    token = invite(administrator)
    services.accept_invitation(token, by=colleague)
    with pytest.raises(AlreadyDone):
        services.accept_invitation(token, by=colleague)
    with pytest.raises(InvitationOver):
        services.accept_invitation(token, by=Actor.of(UserFactory()))
    assert Membership.objects.filter(organisation=administrator.organisation).count() == 2


def test_the_link_is_of_no_use_to_somebody_else(administrator: Actor) -> None:
    token = invite(administrator)
    with pytest.raises(WrongPerson, match=r"138\*\*\*\*2222"):
        services.accept_invitation(token, by=Actor.of(UserFactory()))


def test_the_link_ends_after_seven_days(administrator: Actor) -> None:
    colleague = Actor.of(UserFactory(username="13811112222"))
    token = invite(administrator)
    with clock.at(clock.now() + timedelta(days=7)), pytest.raises(InvitationOver):
        services.accept_invitation(token, by=colleague)


def test_a_second_invitation_ends_the_first_and_a_revoked_one_ends_too(administrator: Actor) -> None:
    colleague = Actor.of(UserFactory(username="13811112222"))
    first = invite(administrator)
    second = invite(administrator)
    with pytest.raises(InvitationOver):
        services.accept_invitation(first, by=colleague)
    services.revoke_invitation(services.find_invitation(second), by=administrator)
    with pytest.raises(InvitationOver):
        services.accept_invitation(second, by=colleague)


def test_the_database_alone_holds_no_link(administrator: Actor) -> None:
    token = invite(administrator)
    assert token not in str(Invitation.objects.values().get())
    assert services.find_invitation(token[:-1] + "x") is None


def test_an_address_without_account_gets_a_letter_with_the_link(administrator: Actor, drain: Callable[[], int]) -> None:
    token = invite(administrator, contact="Ｈａｎ＠example.cn")
    drain()
    drain()
    (letter,) = [m for m in mail.outbox if m.to == ["han@example.cn"]]
    assert f"http://testserver/invitations/{token}/" in letter.body
    assert administrator.organisation.name in letter.subject


def test_an_account_is_found_by_its_proved_address_too(administrator: Actor) -> None:
    colleague = UserFactory(username="13811112222")
    EmailAddress.objects.create(user=colleague, email="han@example.cn", verified=True)
    services.accept_invitation(invite(administrator, contact="han@example.cn"), by=Actor.of(colleague))
    assert Membership.objects.filter(user=colleague).exists()


def test_an_address_that_somebody_merely_says_is_theirs_takes_no_invitation(
    administrator: Actor, drain: Callable[[], int]
) -> None:
    """Whoever signed up first under the invited address became the releaser of a foreign firm."""
    claimer = UserFactory(username="han@example.cn", email="han@example.cn")
    EmailAddress.objects.create(user=claimer, email="han@example.cn", verified=False, primary=True)
    token = invite(administrator, contact="han@example.cn", roles=["releaser"])
    drain()
    drain()
    assert not Message.objects.filter(recipient=claimer).exists()
    assert [letter.to for letter in mail.outbox if token in letter.body] == [["han@example.cn"]]
    with pytest.raises(AddressNotProved, match=r"ha\*\*\*@example\.cn"):
        services.accept_invitation(token, by=Actor.of(claimer))
    assert not Membership.objects.filter(user=claimer).exists()


def test_an_organisation_that_nobody_vouched_for_invites_nobody() -> None:
    administrator = Actor.of(MembershipFactory(organisation__verified_at=None).user)
    with pytest.raises(NotVerified):
        invite(administrator)
    assert not Invitation.objects.exists()


def test_the_thirty_first_invitation_of_a_day_waits_for_tomorrow(administrator: Actor) -> None:
    for number in range(30):
        invite(administrator, contact=f"138000000{number:02d}")
    with pytest.raises(TooManyInvitations):
        invite(administrator)
    with clock.at(clock.now() + timedelta(days=1, seconds=1)):
        invite(administrator)


@pytest.mark.parametrize("contact", ["", "12345", "a@", "139000011112"])
def test_a_contact_that_reaches_nobody_is_refused(administrator: Actor, contact: str) -> None:
    with pytest.raises(DomainError) as error:
        invite(administrator, contact=contact)
    assert error.value.field == "contact"


def test_a_member_is_not_invited_again(administrator: Actor) -> None:
    with pytest.raises(AlreadyMember):
        invite(administrator, contact=administrator.user.username)


def test_who_left_comes_back_with_the_new_roles_only(administrator: Actor) -> None:
    colleague = member(organisation=administrator.organisation, username="13811112222")
    services.deactivate(Membership.objects.get(user=colleague.user), by=administrator)
    services.accept_invitation(invite(administrator, roles=["buyer"]), by=Actor.of(colleague.user))
    membership = Membership.objects.get(user=colleague.user)
    assert (membership.roles, membership.is_active) == (["buyer"], True)


def test_only_administrators_invite_and_only_to_known_roles(administrator: Actor) -> None:
    buyer = member(MemberRole.BUYER, organisation=administrator.organisation)
    with pytest.raises(NotAllowed):
        invite(buyer)
    for roles in ([], ["operator"]):
        with pytest.raises(DomainError) as error:
            invite(administrator, roles=roles)
        assert error.value.field == "roles"
    stranger = member()
    with pytest.raises(NotAllowed):
        services.invite(administrator.organisation, contact="13811112222", name="", roles=["buyer"], by=stranger)
