"""An administrator asks a colleague to act for the organisation; the link works once and only for that colleague.

The link is the secret: it goes by mail to the invited address, or from the administrator's hand. No page, message or
desk shows it to whoever merely says that the contact is theirs.
"""

import secrets
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.forms import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts import queries, rules
from marketplace.accounts.actors import Actor, NotVerified
from marketplace.accounts.errors import (
    AddressNotProved,
    AlreadyMember,
    InvitationOver,
    TooManyInvitations,
    WrongPerson,
)
from marketplace.accounts.events import InvitationMade
from marketplace.accounts.models import Invitation, Membership, Organisation
from marketplace.accounts.roles import MemberRole
from marketplace.accounts.services.members import known_roles
from marketplace.accounts.tokens import hash_of, token_of
from marketplace.core import clock, events, inbox, locks, log
from marketplace.core.errors import AlreadyDone, DomainError, NotAllowed


def find_invitation(token: str) -> Invitation | None:
    """The invitation that this link leads to, also when it is over."""
    found = Invitation.objects.filter(token_hash=hash_of(token))
    return found.select_related("organisation", "invited_by").first()


@transaction.atomic
def invite(organisation: Organisation, *, contact: str, name: str, roles: Iterable[str], by: Actor) -> str:
    """Ask somebody by mobile number or e-mail to act for the organisation; returns the link's token.

    An earlier open invitation of the same contact ends. NotAllowed, NotVerified, AlreadyMember, TooManyInvitations,
    DomainError on contact or roles.
    """
    organisation = locks.exclusive(Organisation, organisation.pk)
    by.require_member(organisation, MemberRole.ADMINISTRATOR)
    if by.user is None:
        raise NotAllowed()
    if not organisation.is_verified:
        raise NotVerified()
    contact, wanted = _checked_contact(contact), known_roles(roles)
    person = queries.person_of(contact)
    if person and Membership.objects.filter(user=person, organisation=organisation, is_active=True).exists():
        raise AlreadyMember(_("这个账号已经是本单位成员，可以在成员列表中调整角色。"), field="contact")
    day_ago = clock.now() - rules.INVITATION_DAY
    if Invitation.objects.filter(organisation=organisation, created_at__gt=day_ago).count() >= rules.INVITATIONS_A_DAY:
        raise TooManyInvitations()
    open_ones = queries.open_invitations().filter(organisation=organisation, contact=contact)
    open_ones.update(expires_at=clock.now())
    invitation = Invitation.objects.create(
        organisation=organisation,
        contact=contact,
        name=name.strip(),
        roles=wanted,
        token_hash=secrets.token_hex(32),
        invited_by=by.user,
        expires_at=clock.now() + rules.INVITATION_LIFE,
    )
    token = token_of(invitation)
    invitation.token_hash = hash_of(token)
    invitation.save(update_fields=["token_hash"])
    log.record("invitation.make", invitation, by=by, data={"organisation": organisation.credit_code, "roles": wanted})
    if person:
        inbox.tell([person], "accounts.invited", organisation=organisation.name, person=str(by.user))
    if "@" in contact:
        events.publish(InvitationMade(invitation.pk))
    return token


@transaction.atomic
def accept_invitation(token: str, *, by: Actor) -> Membership:
    """Become a member with the invitation's roles; needs the link and the invited contact.

    AlreadyDone, InvitationOver, AddressNotProved, WrongPerson, NotAllowed.
    """
    invitation = find_invitation(token)
    if by.user is None or invitation is None:
        raise NotAllowed()
    organisation = locks.exclusive(Organisation, invitation.organisation_id)
    invitation = locks.exclusive(Invitation, invitation.pk)
    if invitation.accepted_by_id == by.user.pk:
        raise AlreadyDone(_("您已经接受过这份邀请。"))
    if not queries.is_open(invitation):
        raise InvitationOver()
    if invitation.contact not in queries.contacts_of(by.user):
        if queries.addresses_of(by.user).filter(email__iexact=invitation.contact).exists():
            raise AddressNotProved(invitation.contact)
        raise WrongPerson(invitation.contact)
    invitation.accepted_at, invitation.accepted_by = clock.now(), by.user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    membership, new = Membership.objects.get_or_create(user=by.user, organisation=organisation)
    kept = set() if new or not membership.is_active else set(membership.roles)
    membership.roles, membership.is_active = known_roles(kept | set(invitation.roles)), True
    membership.save(update_fields=["roles", "is_active"])
    log.record("invitation.accept", membership, by=by, data={"roles": membership.roles})
    administrators = [p for p in queries.people_of(organisation, MemberRole.ADMINISTRATOR) if p.pk != by.user.pk]
    url = queries.members_url()
    inbox.tell(administrators, "accounts.joined", url=url, person=str(by.user), organisation=organisation.name)
    return membership


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, by: Actor) -> Invitation:
    """Take an open invitation back; its link ends. NotAllowed, AlreadyDone."""
    locks.exclusive(Organisation, invitation.organisation_id)
    invitation = locks.exclusive(Invitation, invitation.pk)
    by.require_member(invitation.organisation_id, MemberRole.ADMINISTRATOR)
    if not queries.is_open(invitation):
        raise AlreadyDone()
    invitation.expires_at = clock.now()
    invitation.save(update_fields=["expires_at"])
    log.record("invitation.revoke", invitation, by=by)
    return invitation


def send_invitation(event: InvitationMade) -> None:
    """Send the link to the invited address, and nowhere else."""
    invitation = Invitation.objects.select_related("organisation", "invited_by").get(pk=event.invitation_id)
    if not queries.is_open(invitation):
        return
    words: dict[str, Any] = {
        "person": str(invitation.invited_by),
        "organisation": invitation.organisation.name,
        "link": settings.SITE_URL + reverse("invitation", args=[token_of(invitation)]),
    }
    subject = _("%(organisation)s 邀请您加入中介服务超市") % words
    body = _(
        "%(person)s 邀请您作为 %(organisation)s 的成员办理业务。"
        "请在 7 天内打开下面的链接，用收到本邮件的邮箱注册或登录后确认：\n\n%(link)s"
    )
    EmailMessage(" ".join(subject.split()), body % words, settings.DEFAULT_FROM_EMAIL, [invitation.contact]).send()


def _checked_contact(text: str) -> str:
    contact = rules.normalise_contact(text)
    if not rules.is_mobile(contact):
        try:
            validate_email(contact)
        except ValidationError:
            raise DomainError(_("请填写 11 位手机号，或完整的电子邮箱地址。"), field="contact") from None
    return contact
