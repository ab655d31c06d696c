"""People, firms and things to test with. Each package's factories stand together; add yours at the end."""

from typing import Any

import factory
from allauth.mfa.models import Authenticator
from factory.django import DjangoModelFactory
from stdnum.cn import uscc

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Claim, Membership, Organisation, User
from marketplace.accounts.roles import MemberRole
from marketplace.core import clock
from marketplace.core.models import StoredFile

PASSWORD = "correct horse battery"


# --- core -------------------------------------------------------------------------------------------------------------
class StoredFileFactory(DjangoModelFactory):
    """A row without bytes: enough wherever nobody opens the file."""

    class Meta:
        model = StoredFile

    name = factory.Sequence(lambda n: f"授权书 {n}.pdf")
    sha256 = factory.Sequence(lambda n: f"{n:064x}")
    size = 1024
    content_type = "application/pdf"
    purpose = "accounts.authorisation"


# --- accounts ---------------------------------------------------------------------------------------------------------
def credit_code(number: int, prefix: str = "91") -> str:
    """The valid credit code of the firm with this running number, registered in Guangzhou."""
    body = f"{prefix}440101MA{number:07d}"
    return body + uscc.calc_check_digit(body)


class UserFactory(DjangoModelFactory):
    """A person who logs in with a mobile number and PASSWORD."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"139{n:08d}")
    name = factory.Sequence(lambda n: f"张三{n}")
    email = factory.Sequence(lambda n: f"person{n}@example.cn")

    @factory.post_generation
    def password(self, create: bool, extracted: str | None, **kwargs: Any) -> None:
        self.set_password(extracted or PASSWORD)
        self.save()


class StaffFactory(UserFactory):
    """Somebody who works for the zone, with a second factor; an operator unless `staff_roles` says otherwise."""

    name = factory.Sequence(lambda n: f"李四{n}")
    staff_roles = ["operator"]

    @factory.post_generation
    def factor(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        Authenticator.objects.create(user=self, type=Authenticator.Type.TOTP, data={"secret": ""})

    @factory.post_generation
    def groups(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        from marketplace.accounts import groups

        groups.put_into_groups(self)


class OrganisationFactory(DjangoModelFactory):
    """A firm whose authorisation was looked at; `verified_at=None` for one that waits."""

    class Meta:
        model = Organisation

    credit_code = factory.Sequence(credit_code)
    name = factory.Sequence(lambda n: f"示范第{n}工程咨询有限公司")
    verified_at = factory.LazyFunction(clock.now)


class MembershipFactory(DjangoModelFactory):
    """A person who acts for a firm, as its administrator unless `roles` says otherwise."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    roles = [MemberRole.ADMINISTRATOR.value]


class ClaimFactory(DjangoModelFactory):
    """A person who says to act for a firm and waits for an operator."""

    class Meta:
        model = Claim

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory, verified_at=None)
    authorisation = factory.SubFactory(StoredFileFactory)


def member(*roles: MemberRole, organisation: Organisation | None = None, **user: Any) -> Actor:
    """A new person who acts for the organisation (or a new one) in these roles, or as its administrator."""
    given = {"organisation": organisation} if organisation else {}
    membership = MembershipFactory(
        user=UserFactory(**user), roles=[role.value for role in roles or (MemberRole.ADMINISTRATOR,)], **given
    )
    return Actor.of(membership.user, membership.organisation)


def staff(*roles: str, **user: Any) -> Actor:
    """A new person who works for the zone in these roles, or as an operator."""
    return Actor.of(StaffFactory(staff_roles=[str(role) for role in roles or ("operator",)], **user))
