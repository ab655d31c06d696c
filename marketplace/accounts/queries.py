"""Who is who: people of an organisation, staff, and what waits on their desks."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts import rules
from marketplace.accounts.models import Claim, Invitation, Membership, Organisation, User
from marketplace.accounts.roles import MemberRole, StaffRole
from marketplace.core import calendar, clock
from marketplace.core.desk import Task
from marketplace.core.prepared import Prepared
from marketplace.core.rules import alert_level

if TYPE_CHECKING:
    from marketplace.accounts.actors import Actor


# --- people -----------------------------------------------------------------------------------------------------------
def people_of(organisation: Organisation, *roles: MemberRole) -> list[User]:
    """The active members of an organisation who have any of the roles (all members, when none is named)."""
    found = []
    for role_names, *values in _members.rows(organisation.pk):
        if not roles or Membership(roles=role_names).has_role(*roles):
            found.append(User.from_db(DEFAULT_DB_ALIAS, _USER, values))
    return found


_USER = [field.attname for field in User._meta.concrete_fields]
_members = Prepared(
    lambda organisation: Membership.objects.filter(
        organisation=organisation, is_active=True, user__is_active=True
    ).values_list("roles", *(f"user__{name}" for name in _USER)),
    int,
)


def staff(*roles: StaffRole) -> QuerySet[User]:
    """Active people with any of these staff roles."""
    wanted = {str(role) for role in roles}
    people = User.objects.filter(is_active=True).exclude(staff_roles=[])
    return people.filter(pk__in=[user.pk for user in people if wanted & set(user.staff_roles)])


def person_of(contact: str) -> User | None:
    """Whose account this mobile number or e-mail address is; an address counts only when it was proved."""
    people = User.objects.filter(is_active=True)
    if "@" not in contact:
        return people.filter(username=contact).first()
    return people.filter(emailaddress__email=contact, emailaddress__verified=True).first()


def account_of(login: str) -> User | None:
    """The account that this log-in name leads to: a user name, or an address of any standing."""
    found = User.objects.filter(username=login).first()
    if found or "@" not in login:
        return found
    return User.objects.filter(Q(email=login) | Q(emailaddress__email=login)).order_by("pk").first()


def contacts_of(user: User) -> set[str]:
    """The contacts under which a person may take an invitation: the mobile number, and the addresses they proved.

    Nobody proves a mobile number here (there is no SMS): by itself it opens nothing, the invitation's link does.
    """
    proved = {address.lower() for address in addresses_of(user).filter(verified=True).values_list("email", flat=True)}
    return proved | ({user.username} if rules.is_mobile(user.username) else set())


def addresses_of(user: User) -> QuerySet[EmailAddress]:
    """The e-mail addresses that a person says are theirs, proved or not."""
    return EmailAddress.objects.filter(user=user)


def is_taken(contact: str, *, by_other_than: int | None = None) -> bool:
    """Whether another account than this one has the contact, as its user name or as an address of any standing."""
    others = User.objects.all() if by_other_than is None else User.objects.exclude(pk=by_other_than)
    mine = Q(username__iexact=contact) | Q(email__iexact=contact) | Q(emailaddress__email__iexact=contact)
    return bool(contact) and others.filter(mine).exists()


# --- memberships ------------------------------------------------------------------------------------------------------
def memberships_of(user: User) -> QuerySet[Membership]:
    """For whom the person may act."""
    mine = Membership.objects.filter(user=user, is_active=True)
    return mine.select_related("organisation").order_by("organisation__name")


def members(actor: "Actor") -> QuerySet[Membership]:
    """The people of the actor's organisation, those who left at the end; nobody for a visitor."""
    if actor.organisation is None:
        return Membership.objects.none()
    rows = Membership.objects.filter(organisation=actor.organisation).select_related("user")
    return rows.order_by("-is_active", "created_at", "pk")


def open_invitations() -> QuerySet[Invitation]:
    """Invitations whose link still works."""
    return Invitation.objects.filter(accepted_at=None, expires_at__gt=clock.now())


def is_open(invitation: Invitation) -> bool:
    """Whether the invitation's link still works."""
    return invitation.accepted_at is None and invitation.expires_at > clock.now()


def invitations(actor: "Actor") -> QuerySet[Invitation]:
    """The open invitations of the actor's organisation, for its administrators only."""
    if actor.organisation is None or not actor.acts_for(actor.organisation, MemberRole.ADMINISTRATOR):
        return Invitation.objects.none()
    return open_invitations().filter(organisation=actor.organisation).order_by("created_at")


# --- claims -----------------------------------------------------------------------------------------------------------
def claims(actor: "Actor") -> QuerySet[Claim]:
    """Claims that the actor may see: their own, and all for operators and supervisors."""
    found = Claim.objects.select_related("user", "organisation", "authorisation", "decided_by")
    if actor.has_staff_role(StaffRole.OPERATOR, StaffRole.SUPERVISOR):
        return found
    return found.filter(user=actor.user)


def latest_claims(user: User) -> list[Claim]:
    """The person's newest claim for each organisation, newest first."""
    found = (
        Claim.objects.filter(user=user).select_related("organisation", "authorisation").order_by("-created_at", "-pk")
    )
    newest: dict[int, Claim] = {}
    for claim in found:
        newest.setdefault(claim.organisation_id, claim)
    return list(newest.values())


# --- addresses --------------------------------------------------------------------------------------------------------
def claims_waiting() -> QuerySet[Claim]:
    """Claims that an operator is to look at."""
    return Claim.objects.filter(state=Claim.State.SUBMITTED).select_related("user", "organisation")


def claim_due_at(claim: Claim) -> datetime:
    """Until when an operator has to look at a claim."""
    return calendar.closes_at(claim.created_at, rules.CLAIM_WORKDAYS)


def claim_url(claim: Claim) -> str:
    """Where an operator looks at a claim."""
    return reverse("accounts_claims:review", args=[claim.pk])


def organisation_url() -> str:
    """The page of one's organisation."""
    return reverse("organisation")


def members_url() -> str:
    """The page of one's organisation's members."""
    return reverse("members")


def authorisation_url(organisation: Organisation) -> str:
    """Where the authorisation for this organisation is shown again."""
    return f"{reverse('organisation_authorisation')}?organisation={organisation.pk}"


# --- the desk ---------------------------------------------------------------------------------------------------------
def desk_tasks(actor: "Actor") -> Iterable[Task]:
    """What waits here for the actor: claims to look at, an authorisation to show.

    Invitations are not here: their link is a secret between the administrator and whoever reads the invited mailbox.
    """
    if actor.user is None:
        return []
    return [*_claims_to_look_at(actor), *_authorisations_to_show(actor.user)]


def _claims_to_look_at(actor: "Actor") -> Iterator[Task]:
    if not actor.has_staff_role(StaffRole.OPERATOR):
        return
    moment = clock.now()
    for claim in claims(actor).filter(state=Claim.State.SUBMITTED).exclude(user=actor.user):
        due_at = claim_due_at(claim)
        yield Task(
            title=claim.name or claim.organisation.name,
            act=_("核验授权书"),
            url=claim_url(claim),
            due_at=due_at,
            group=_("授权核验"),
            subject=_("%(person)s 申请代表本单位办事") % {"person": claim.user},
            level=alert_level(claim.created_at, due_at, moment, calendar.is_workday),
        )


def _authorisations_to_show(user: User) -> Iterator[Task]:
    open_for = {m.organisation_id for m in memberships_of(user) if m.organisation.is_verified}
    newest = latest_claims(user)
    for claim in newest:
        if claim.state == Claim.State.REFUSED and claim.organisation_id not in open_for:
            yield Task(
                title=claim.name or claim.organisation.name,
                act=_("重新上传授权书"),
                url=authorisation_url(claim.organisation),
                group=_("单位授权"),
                subject=_("上次未通过：%(reason)s") % {"reason": claim.reason},
            )
    claimed = {claim.organisation_id for claim in newest}
    for membership in memberships_of(user):
        organisation = membership.organisation
        administers = membership.has_role(MemberRole.ADMINISTRATOR)
        if administers and not organisation.is_verified and organisation.pk not in claimed:
            yield Task(
                title=organisation.name,
                act=_("上传授权书"),
                url=authorisation_url(organisation),
                group=_("单位授权"),
                subject=_("核验通过后才能办理有约束力的业务"),
            )
