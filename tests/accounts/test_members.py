import pytest

from marketplace.accounts import services
from marketplace.accounts.actors import Actor
from marketplace.accounts.errors import LastAdministrator
from marketplace.accounts.models import Membership
from marketplace.accounts.roles import MemberRole
from marketplace.core.errors import AlreadyDone, NotAllowed
from tests.factories import UserFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> Actor:
    return member()


def membership(actor: Actor) -> Membership:
    return Membership.objects.get(user=actor.user, organisation=actor.organisation)


def test_an_administrator_sets_roles(administrator: Actor) -> None:
    colleague = member(MemberRole.BUYER, organisation=administrator.organisation)
    services.set_roles(membership(colleague), ["releaser", "administrator"], by=administrator)
    assert membership(colleague).roles == ["administrator", "releaser"]


def test_nobody_raises_himself(administrator: Actor) -> None:
    buyer = member(MemberRole.BUYER, organisation=administrator.organisation)
    with pytest.raises(NotAllowed):
        services.set_roles(membership(buyer), ["administrator"], by=buyer)


def test_administrators_rule_their_own_organisation_only(administrator: Actor) -> None:
    with pytest.raises(NotAllowed):
        services.deactivate(membership(administrator), by=member())


def test_the_last_administrator_stays(administrator: Actor) -> None:
    member(MemberRole.BUYER, organisation=administrator.organisation)
    with pytest.raises(LastAdministrator):
        services.deactivate(membership(administrator), by=administrator)
    with pytest.raises(LastAdministrator):
        services.set_roles(membership(administrator), ["buyer"], by=administrator)
    member(organisation=administrator.organisation)
    services.deactivate(membership(administrator), by=administrator)
    assert Actor.of(administrator.user).organisation is None


def test_an_administrator_without_an_active_account_does_not_count(administrator: Actor) -> None:
    gone = member(organisation=administrator.organisation)
    gone.user.is_active = False
    gone.user.save()
    with pytest.raises(LastAdministrator):
        services.deactivate(membership(administrator), by=administrator)


def test_a_member_may_leave_and_leaves_once(administrator: Actor) -> None:
    buyer = member(MemberRole.BUYER, organisation=administrator.organisation)
    services.deactivate(membership(buyer), by=buyer)
    with pytest.raises(AlreadyDone):
        services.deactivate(membership(buyer), by=administrator)


def test_the_system_acts_for_everybody_and_a_person_for_one_at_a_time(administrator: Actor) -> None:
    Actor.system().require_member(administrator.organisation, MemberRole.RELEASER)
    other = member()
    user = UserFactory()
    for organisation in (administrator.organisation, other.organisation):
        Membership.objects.create(user=user, organisation=organisation, roles=["buyer"])
    actor = Actor.of(user, other.organisation)
    assert actor.acts_for(other.organisation, MemberRole.BUYER)
    assert not actor.acts_for(administrator.organisation)
