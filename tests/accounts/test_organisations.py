import pytest

from marketplace.accounts import services
from marketplace.accounts.actors import Actor, NotVerified
from marketplace.accounts.errors import AlreadyMember, BadCreditCode, NameDiffers
from marketplace.accounts.models import Claim, Membership, Organisation
from marketplace.accounts.roles import MemberRole
from marketplace.core.errors import AlreadyDone, NotAllowed
from marketplace.core.models import LogEntry, Message
from tests.factories import OrganisationFactory, StaffFactory, StoredFileFactory, UserFactory, credit_code, member

pytestmark = pytest.mark.django_db
CODE = credit_code(9_000_001)


def register(by: Actor, **changes: object) -> Organisation:
    values = {"name": "示范测绘（广州）有限公司", "credit_code": CODE, "kind": "enterprise", **changes}
    return services.register_organisation(authorisation=StoredFileFactory(uploaded_by=by.user), by=by, **values)


@pytest.fixture
def person() -> Actor:
    return Actor.of(UserFactory())


def test_who_registers_administers_and_waits_for_an_operator(person: Actor) -> None:
    operator = StaffFactory()
    organisation = register(person)
    actor = Actor.of(person.user)
    assert actor.organisation == organisation
    actor.require_member(organisation, MemberRole.BUYER)
    with pytest.raises(NotVerified):
        actor.require_verified()
    assert Claim.objects.get().state == Claim.State.SUBMITTED
    assert Message.objects.get(recipient=operator).kind == "accounts.claim_waiting"
    assert set(LogEntry.objects.values_list("action", flat=True)) == {"organisation.register", "claim.submit"}


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("9144010", "应为 18 位，您填写了 7 位"),
        ("91440101MAIOOOO012", "I、O"),
        (CODE[:-1] + ("0" if CODE[-1] != "0" else "1"), "校验码"),
    ],
)
def test_a_wrong_code_says_what_is_wrong_with_it(person: Actor, code: str, words: str) -> None:
    with pytest.raises(BadCreditCode, match=words) as error:
        register(person, credit_code=code)
    assert error.value.field == "credit_code"
    assert not Organisation.objects.exists()


def test_the_name_and_code_are_stored_in_one_form(person: Actor) -> None:
    organisation = register(person, name=" 示范测绘(广州) 有限公司", credit_code=f" {CODE[:9]} {CODE[9:].lower()}")
    assert (organisation.name, organisation.credit_code) == ("示范测绘（广州）有限公司", CODE)


def test_a_second_person_of_a_verified_organisation_waits_outside(person: Actor) -> None:
    there = OrganisationFactory(credit_code=CODE, name="示范测绘（广州）有限公司")
    assert register(person) == there
    assert not Membership.objects.filter(user=person.user).exists()
    assert Actor.of(person.user).organisation is None


def test_a_verified_organisation_keeps_its_name(person: Actor) -> None:
    OrganisationFactory(credit_code=CODE, name="示范勘察有限公司")
    with pytest.raises(NameDiffers, match="示范勘察有限公司"):
        register(person)


def test_a_double_click_makes_one_claim(person: Actor) -> None:
    register(person)
    with pytest.raises(AlreadyDone):
        register(person)
    assert Claim.objects.count() == Organisation.objects.count() == 1


def test_a_member_has_nothing_left_to_prove() -> None:
    actor = member()
    with pytest.raises(AlreadyMember):
        register(actor, credit_code=actor.organisation_code, name=str(actor.organisation))


def test_somebody_elses_upload_proves_nothing(person: Actor) -> None:
    foreign = StoredFileFactory(uploaded_by=UserFactory())
    with pytest.raises(NotAllowed):
        services.register_organisation(
            name="示范测绘有限公司", credit_code=CODE, kind="enterprise", authorisation=foreign, by=person
        )


def test_particulars_are_kept_with_what_they_were_before() -> None:
    actor = member()
    services.save_organisation(actor.organisation, {"phone": "020-1234", "address": "", "name": "别名"}, by=actor)
    organisation = Organisation.objects.get(pk=actor.organisation.pk)
    assert (organisation.phone, organisation.name) == ("020-1234", actor.organisation.name)
    assert LogEntry.objects.get(action="organisation.save").data == {
        "before": {"phone": ""},
        "after": {"phone": "020-1234"},
    }


def test_every_administrator_is_told_of_another_account() -> None:
    actor = member()
    other = member(organisation=actor.organisation)
    services.save_organisation(actor.organisation, {"bank_account": "622200001111"}, by=actor)
    told = Message.objects.filter(kind="accounts.bank_changed").values_list("recipient", flat=True)
    assert set(told) == {actor.person.pk, other.person.pk}
    assert LogEntry.objects.get(action="organisation.save").data["after"] == {"bank_account": "622200001111"}
    services.save_organisation(actor.organisation, {"phone": "020-1"}, by=actor)
    assert Message.objects.filter(kind="accounts.bank_changed").count() == 2


def test_only_administrators_change_particulars() -> None:
    actor = member(MemberRole.BUYER)
    with pytest.raises(NotAllowed):
        services.save_organisation(actor.organisation, {"bank_account": "62220000"}, by=actor)
