from datetime import timedelta

import pytest

from marketplace.accounts import checks, queries, services
from marketplace.accounts.actors import Actor, OwnCase
from marketplace.accounts.models import Claim, Invitation, Membership, Organisation
from marketplace.accounts.roles import MemberRole
from marketplace.core import clock, inbox
from marketplace.core.errors import AlreadyDone, DomainError, NotAllowed, WrongState
from marketplace.core.models import LogEntry, Message
from tests.factories import (
    ClaimFactory,
    MembershipFactory,
    OrganisationFactory,
    StaffFactory,
    StoredFileFactory,
    UserFactory,
    member,
    staff,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> Actor:
    return staff("operator")


@pytest.fixture
def founder() -> Membership:
    """Somebody who registered an organisation and waits."""
    membership = MembershipFactory(organisation__verified_at=None)
    ClaimFactory(user=membership.user, organisation=membership.organisation, name=membership.organisation.name)
    return membership


def fresh(organisation: Organisation) -> Organisation:
    return Organisation.objects.get(pk=organisation.pk)


def test_a_confirmed_claim_opens_binding_acts(operator: Actor, founder: Membership) -> None:
    services.confirm_claim(founder.user.claims.get(), by=operator)
    Actor.of(founder.user).require_verified()
    message = Message.objects.get(recipient=founder.user)
    assert founder.organisation.name in inbox.words(message).body


def test_a_confirmed_claim_of_a_stranger_makes_him_administrator_and_tells_the_others(operator: Actor) -> None:
    old = member()
    claim = ClaimFactory(organisation=old.organisation)
    services.confirm_claim(claim, by=operator)
    assert Membership.objects.get(user=claim.user).has_role(MemberRole.ADMINISTRATOR)
    assert Membership.objects.get(user=old.user).is_active
    assert Message.objects.get(recipient=old.user).kind == "accounts.joined"


def test_who_proves_it_gets_the_organisation_from_who_only_said_so(operator: Actor, founder: Membership) -> None:
    colleague = MembershipFactory(organisation=founder.organisation, roles=["buyer"])
    open_one = {"contact": "13800000000", "token_hash": "0", "expires_at": clock.now() + timedelta(days=7)}
    Invitation.objects.create(organisation=founder.organisation, invited_by=founder.user, **open_one)
    claim = ClaimFactory(organisation=founder.organisation, name="真名有限公司", kind="institution")
    services.confirm_claim(claim, by=operator)
    organisation = fresh(founder.organisation)
    assert (organisation.name, organisation.kind) == ("真名有限公司", "institution")
    active = Membership.objects.filter(organisation=organisation, is_active=True)
    assert [m.user for m in active] == [claim.user]
    assert not Membership.objects.get(pk=colleague.pk).is_active
    assert Actor.of(founder.user).organisation is None
    assert not queries.open_invitations().exists()


def test_the_founders_colleagues_stay_when_he_is_confirmed(operator: Actor, founder: Membership) -> None:
    colleague = MembershipFactory(organisation=founder.organisation, roles=["buyer"])
    services.confirm_claim(founder.user.claims.get(), by=operator)
    assert Membership.objects.get(pk=colleague.pk).is_active


def test_a_claim_is_decided_once(operator: Actor, founder: Membership) -> None:
    claim = founder.user.claims.get()
    services.confirm_claim(claim, by=operator)
    with pytest.raises(AlreadyDone):
        services.confirm_claim(claim, by=operator)
    with pytest.raises(WrongState):
        services.refuse_claim(claim, "看不清", by=operator)
    assert LogEntry.objects.filter(action="claim.confirm").count() == 1


def test_a_refusal_needs_a_reason_and_tells_it(operator: Actor, founder: Membership) -> None:
    claim = founder.user.claims.get()
    with pytest.raises(DomainError) as error:
        services.refuse_claim(claim, "  ", by=operator)
    assert error.value.field == "reason"
    services.refuse_claim(claim, "公章看不清", by=operator)
    message = Message.objects.get(recipient=founder.user)
    assert "公章看不清" in inbox.words(message).body
    assert not fresh(founder.organisation).is_verified


def test_after_a_refusal_a_better_authorisation_may_be_shown(operator: Actor, founder: Membership) -> None:
    services.refuse_claim(founder.user.claims.get(), "看不清", by=operator)
    actor = Actor.of(founder.user)
    claim = services.submit_claim(founder.organisation, StoredFileFactory(uploaded_by=founder.user), by=actor)
    services.confirm_claim(claim, by=operator)
    assert fresh(founder.organisation).is_verified


def test_an_operator_who_is_a_member_decides_nothing_about_the_organisation(founder: Membership) -> None:
    operator = staff("operator")
    MembershipFactory(user=operator.user, organisation=founder.organisation, roles=["buyer"])
    claim = founder.user.claims.get()
    for act in (
        lambda: services.confirm_claim(claim, by=operator),
        lambda: services.refuse_claim(claim, "x", by=operator),
    ):
        with pytest.raises(OwnCase):
            act()
    claim.refresh_from_db()
    assert claim.state == "submitted"


def test_only_operators_decide_and_never_on_their_own(founder: Membership) -> None:
    claim = founder.user.claims.get()
    for actor in (Actor.of(founder.user), staff("supervisor"), staff("editor")):
        with pytest.raises(NotAllowed):
            services.confirm_claim(claim, by=actor)
    own = StaffFactory()
    with pytest.raises(NotAllowed):
        services.confirm_claim(ClaimFactory(user=own), by=Actor.of(own))
    assert Claim.objects.filter(state=Claim.State.SUBMITTED).count() == 2


def test_an_authorisation_is_read_by_its_owner_operators_and_supervisors() -> None:
    owner = UserFactory()
    stored = StoredFileFactory(uploaded_by=owner)
    may = [Actor.of(owner), staff("operator"), staff("supervisor")]
    may_not = [None, member(), staff("editor"), staff("officer")]
    assert all(services.may_read_authorisation(actor, stored) for actor in may)
    assert not any(services.may_read_authorisation(actor, stored) for actor in may_not)


def looked_at(claim: Claim) -> set[str]:
    return {check.label for check in checks.of_claim(claim) if not check.is_green}


def test_a_plain_claim_is_all_green() -> None:
    claim = ClaimFactory(kind="enterprise")
    claim.name = claim.organisation.name
    assert looked_at(claim) == set()


def test_what_a_machine_finds_odd_stands_on_top() -> None:
    one = ClaimFactory(kind="enterprise", name="同名有限公司")
    OrganisationFactory(name="同名有限公司")
    other = ClaimFactory(kind="institution", name="同名有限公司", authorisation__sha256=one.authorisation.sha256)
    MembershipFactory(organisation=other.organisation)
    assert looked_at(other) == {"单位类型", "单位名称", "授权书文件", "现有成员"}
    assert not checks.of_claim(other)[0].is_green
