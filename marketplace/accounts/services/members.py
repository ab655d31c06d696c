"""An organisation's administrator says what its people may do."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts import queries
from marketplace.accounts.actors import Actor
from marketplace.accounts.errors import LastAdministrator
from marketplace.accounts.models import Membership, Organisation
from marketplace.accounts.roles import MEMBER_ROLES, MemberRole
from marketplace.core import inbox, locks, log
from marketplace.core.errors import AlreadyDone, DomainError


def known_roles(roles: Iterable[str]) -> list[str]:
    """The roles in the table's order, each once. DomainError when there is none, or one that is not in the table."""
    wanted = {str(role) for role in roles}
    known = [str(role.key) for role in MEMBER_ROLES if role.key in wanted]
    if not known or wanted - set(known):
        raise DomainError(_("请至少选择一个角色。"), field="roles")
    return known


@transaction.atomic
def set_roles(membership: Membership, roles: Iterable[str], *, by: Actor) -> Membership:
    """Say what a member may do. NotAllowed, LastAdministrator, AlreadyDone for somebody who left."""
    membership = _locked(membership)
    by.require_member(membership.organisation_id, MemberRole.ADMINISTRATOR)
    wanted = known_roles(roles)
    if not membership.is_active:
        raise AlreadyDone(_("这位成员已停用。需要恢复时，请重新邀请。"))
    if wanted == membership.roles:
        return membership
    if MemberRole.ADMINISTRATOR not in wanted:
        _leave_an_administrator(membership)
    before, membership.roles = membership.roles, wanted
    membership.save(update_fields=["roles"])
    log.record("membership.roles", membership, by=by, data={"before": before, "roles": wanted})
    inbox.tell(
        [membership.user], "accounts.roles", url=queries.organisation_url(), organisation=membership.organisation.name
    )
    return membership


@transaction.atomic
def deactivate(membership: Membership, *, by: Actor) -> Membership:
    """End a membership; what the person did stays in the logs. Administrators may, and everybody for themselves.

    NotAllowed, LastAdministrator, AlreadyDone.
    """
    membership = _locked(membership)
    if by.user is None or membership.user_id != by.user.pk:
        by.require_member(membership.organisation_id, MemberRole.ADMINISTRATOR)
    if not membership.is_active:
        raise AlreadyDone()
    _leave_an_administrator(membership)
    membership.is_active = False
    membership.save(update_fields=["is_active"])
    log.record("membership.deactivate", membership, by=by)
    inbox.tell([membership.user], "accounts.left", organisation=membership.organisation.name)
    return membership


def _locked(membership: Membership) -> Membership:
    locks.exclusive(Organisation, membership.organisation_id)
    return locks.exclusive(Membership, membership.pk)


def _leave_an_administrator(membership: Membership) -> None:
    others = queries.people_of(membership.organisation, MemberRole.ADMINISTRATOR)
    if not any(user.pk != membership.user_id for user in others):
        raise LastAdministrator()
