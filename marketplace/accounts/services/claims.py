"""A person claims to act for an organisation; an operator looks at the stamped authorisation."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts import queries, rules
from marketplace.accounts.actors import Actor
from marketplace.accounts.errors import AlreadyMember
from marketplace.accounts.events import OrganisationChanged
from marketplace.accounts.models import Claim, Invitation, Membership, Organisation, User
from marketplace.accounts.roles import MemberRole, StaffRole
from marketplace.core import clock, events, inbox, locks, log
from marketplace.core.errors import AlreadyDone, DomainError, NotAllowed
from marketplace.core.models import StoredFile


@transaction.atomic
def submit_claim(
    organisation: Organisation, authorisation: StoredFile, *, by: Actor, name: str = "", kind: str = ""
) -> Claim:
    """Show the stamped authorisation of the person who acts, for operators to look at.

    `name` and `kind` are what the person says of the organisation; by default what is registered.
    AlreadyDone while an earlier one waits, AlreadyMember where nothing is left to prove.
    """
    if by.user is None or authorisation.uploaded_by_id != by.user.pk:
        raise NotAllowed()
    organisation = locks.exclusive(Organisation, organisation.pk)
    if Claim.objects.filter(user=by.user, organisation=organisation, state=Claim.State.SUBMITTED).exists():
        raise AlreadyDone(_("您的授权书已经提交，正在等待核验，无需重复提交。"))
    member = Membership.objects.filter(user=by.user, organisation=organisation, is_active=True)
    if organisation.is_verified and member.exists():
        raise AlreadyMember(_("您已经是“%(name)s”的成员，可以直接办理业务。") % {"name": organisation.name})
    claim = Claim.objects.create(
        user=by.user,
        organisation=organisation,
        name=name or organisation.name,
        kind=kind or organisation.kind,
        authorisation=authorisation,
    )
    log.record("claim.submit", claim, by=by, data={"organisation": organisation.credit_code, "name": claim.name})
    inbox.tell(
        queries.staff(StaffRole.OPERATOR),
        "accounts.claim_waiting",
        url=queries.claim_url(claim),
        organisation=claim.name,
        person=str(by.user),
    )
    return claim


@transaction.atomic
def confirm_claim(claim: Claim, *, by: Actor) -> Claim:
    """Say that the authorisation holds: the person becomes an administrator of the organisation.

    The first one confirmed verifies the organisation under the name it was claimed with, and ends what somebody else
    had set up under this code before without any proof. NotAllowed (also for one's own claim), OwnCase,
    AlreadyDone, WrongState.
    """
    by.require_staff(StaffRole.OPERATOR)
    organisation, claim = _locked(claim, by)
    before = rules.CLAIM.move(claim, "confirm")
    if not organisation.is_verified:
        _verify(organisation, claim, by)
    _make_administrator(claim.user, organisation, by)
    _decide(claim, "claim.confirm", before, by)
    inbox.tell([claim.user], "accounts.claim_confirmed", url=queries.organisation_url(), organisation=organisation.name)
    return claim


@transaction.atomic
def refuse_claim(claim: Claim, reason: str, *, by: Actor) -> Claim:
    """Say why the authorisation does not hold; the person may show another. NotAllowed, AlreadyDone, WrongState."""
    by.require_staff(StaffRole.OPERATOR)
    reason = reason.strip()
    if not reason:
        raise DomainError(_("请写明未通过的原因，并告诉申请人怎样改正。"), field="reason")
    organisation, claim = _locked(claim, by)
    before = rules.CLAIM.move(claim, "refuse")
    claim.reason = reason[:300]
    _decide(claim, "claim.refuse", before, by)
    inbox.tell(
        [claim.user],
        "accounts.claim_refused",
        url=queries.authorisation_url(organisation),
        organisation=claim.name or organisation.name,
        reason=claim.reason,
    )
    return claim


def may_read_authorisation(actor: Any, stored: StoredFile) -> bool:
    """Who opens an authorisation: who uploaded it, operators and supervisors."""
    if actor is None:
        return False
    mine = actor.user is not None and actor.user.pk == stored.uploaded_by_id
    return mine or bool(actor.has_staff_role(StaffRole.OPERATOR, StaffRole.SUPERVISOR))


def _locked(claim: Claim, by: Actor) -> tuple[Organisation, Claim]:
    organisation = locks.exclusive(Organisation, claim.organisation_id)
    claim = locks.exclusive(Claim, claim.pk)
    if by.user is not None and claim.user_id == by.user.pk:
        raise NotAllowed(_("不能核验自己提交的授权书，请由另一位运营人员办理。"))
    by.require_impartial(organisation)
    return organisation, claim


def _decide(claim: Claim, action: str, before: str, by: Actor) -> None:
    claim.decided_at, claim.decided_by = clock.now(), by.user
    claim.save(update_fields=["state", "reason", "decided_at", "decided_by"])
    data = {"from": before, "to": claim.state, "organisation": claim.organisation.credit_code, "reason": claim.reason}
    log.record(action, claim, by=by, data=data)


def _verify(organisation: Organisation, claim: Claim, by: Actor) -> None:
    organisation.verified_at = clock.now()
    organisation.name = claim.name or organisation.name
    organisation.kind = claim.kind or organisation.kind
    organisation.save(update_fields=["verified_at", "name", "kind"])
    present = Membership.objects.filter(organisation=organisation, is_active=True).select_related("user")
    if not any(m.user_id == claim.user_id and m.has_role(MemberRole.ADMINISTRATOR) for m in present):
        for membership in present.exclude(user=claim.user):
            membership.is_active = False
            membership.save(update_fields=["is_active"])
            log.record("membership.deactivate", membership, by=by, data={"reason": "unproven"})
            inbox.tell([membership.user], "accounts.left", organisation=organisation.name)
        Invitation.objects.filter(organisation=organisation, accepted_at=None).update(expires_at=clock.now())
    log.record("organisation.verify", organisation, by=by, data={"name": organisation.name, "kind": organisation.kind})
    events.publish(OrganisationChanged(organisation.pk))


def _make_administrator(user: User, organisation: Organisation, by: Actor) -> None:
    membership, _new = Membership.objects.get_or_create(user=user, organisation=organisation)
    if membership.is_active and MemberRole.ADMINISTRATOR in membership.roles:
        return
    others = queries.people_of(organisation, MemberRole.ADMINISTRATOR)
    membership.is_active = True
    membership.roles = sorted({*membership.roles, MemberRole.ADMINISTRATOR.value})
    membership.save(update_fields=["is_active", "roles"])
    log.record("membership.roles", membership, by=by, data={"roles": membership.roles})
    inbox.tell(others, "accounts.joined", url=queries.members_url(), person=str(user), organisation=organisation.name)
