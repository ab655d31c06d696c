"""Who acts: a person, for an organisation or for the zone, with the roles that count now."""

from dataclasses import dataclass, field

from django.conf import settings
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from marketplace.accounts.models import Membership, Organisation, User
from marketplace.accounts.roles import MemberRole, StaffRole
from marketplace.core.errors import DomainError, NotAllowed
from marketplace.core.origin import Origin


class NotVerified(DomainError):
    """The organisation's authorisation was not looked at yet; nothing binding can be done for it."""

    code = "not_verified"
    status = 403
    message = _("单位授权书尚未核验，暂不能办理有约束力的操作。请上传盖章的授权书，核验后即可继续；已上传的请稍候。")

    def __init__(self) -> None:
        super().__init__(url=reverse_lazy("organisation_authorisation"), act=_("查看授权核验"))


class OwnCase(NotAllowed):
    """Nobody decides about a firm they act for themselves."""

    code = "own_case"
    message = _("您是该单位的成员，须回避，请由其他工作人员办理。")


@dataclass(frozen=True)
class Actor:
    """A person acting now. `user` None is the system itself (deadlines)."""

    user: User | None
    organisation: Organisation | None = None
    roles: frozenset[str] = field(default_factory=frozenset)
    origin: Origin | None = field(default=None, compare=False, repr=False)  # of a request; None for deadlines, commands

    @classmethod
    def system(cls) -> "Actor":
        """The site itself, when a deadline acts."""
        return cls(None)

    @classmethod
    def of(cls, user: User, organisation: Organisation | None = None) -> "Actor":
        """The person, for this organisation (or the first one that counts, when none is named)."""
        memberships = Membership.objects.filter(user=user, is_active=True).select_related("organisation").order_by("pk")
        if organisation is not None:
            memberships = memberships.filter(organisation=organisation)
        membership = memberships.first()
        if membership is None:
            return cls(user, None, frozenset(user.staff_roles))
        return cls(user, membership.organisation, frozenset(membership.roles) | frozenset(user.staff_roles))

    @property
    def person(self) -> User:
        """The person who acts. NotAllowed for the system."""
        if self.user is None:
            raise NotAllowed()
        return self.user

    @property
    def label(self) -> str:
        """How logs name the actor."""
        if self.user is None:
            return str(_("系统"))
        return f"{self.user}（{self.organisation}）" if self.organisation else str(self.user)

    @property
    def public_label(self) -> str:
        """How the public log names the actor: the organisation or the zone, in the source language; never a person."""
        if self.organisation is not None:
            return str(self.organisation)
        with override(settings.LANGUAGE_CODE):
            return str(_("系统") if self.user is None else _("主办单位"))

    @property
    def organisation_code(self) -> str:
        return self.organisation.credit_code if self.organisation else ""

    @property
    def is_system(self) -> bool:
        return self.user is None

    @property
    def is_staff(self) -> bool:
        """Whether the person works for the zone, in any role."""
        return self.user is not None and bool(self.user.staff_roles)

    def has_staff_role(self, *roles: StaffRole) -> bool:
        """Whether the person has any of these staff roles; the system has all."""
        return self.user is None or self.user.has_staff_role(*roles)

    def acts_for(self, organisation: Organisation | int | None, *roles: MemberRole) -> bool:
        """Whether the actor acts for this organisation now, in any of the roles (administrators have all)."""
        if self.user is None:
            return True
        pk = organisation.pk if isinstance(organisation, Organisation) else organisation
        if self.organisation is None or pk is None or self.organisation.pk != pk:
            return False
        return not roles or MemberRole.ADMINISTRATOR in self.roles or bool({str(r) for r in roles} & self.roles)

    def require_staff(self, *roles: StaffRole) -> None:
        """NotAllowed unless the person has one of the staff roles."""
        if not self.has_staff_role(*roles):
            raise NotAllowed()

    def require_member(self, organisation: Organisation | int | None, *roles: MemberRole) -> None:
        """NotAllowed unless the actor acts for the organisation in one of the roles."""
        if not self.acts_for(organisation, *roles):
            raise NotAllowed()

    def is_partial_to(self, organisation: Organisation | int) -> bool:
        """Whether the person is a member of the organisation, for whomever they act now."""
        pk = organisation.pk if isinstance(organisation, Organisation) else organisation
        mine = Membership.objects.filter(user=self.user, organisation_id=pk, is_active=True)
        return self.user is not None and mine.exists()

    def require_impartial(self, *organisations: Organisation | int) -> None:
        """OwnCase for somebody who decides for the zone about an organisation they are a member of."""
        if any(self.is_partial_to(organisation) for organisation in organisations):
            raise OwnCase()

    def require_verified(self) -> None:
        """NotVerified before an operator has looked at the organisation's authorisation: no binding act."""
        if self.user is not None and (self.organisation is None or not self.organisation.is_verified):
            raise NotVerified()
