"""Who is who: people of an organisation, staff, and what waits on their desks."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from marketplace.accounts.models import Membership, Organisation, User
from marketplace.accounts.roles import MemberRole, StaffRole
from marketplace.core.desk import Task

if TYPE_CHECKING:
    from marketplace.accounts.actors import Actor


def people_of(organisation: Organisation, *roles: MemberRole) -> list[User]:
    """The active members of an organisation who have any of the roles (all members, when none is named)."""
    memberships = Membership.objects.filter(
        organisation=organisation, is_active=True, user__is_active=True
    ).select_related("user")
    return [m.user for m in memberships if not roles or m.has_role(*roles)]


def staff(*roles: StaffRole) -> QuerySet[User]:
    """Active people with any of these staff roles."""
    wanted = {str(role) for role in roles}
    people = User.objects.filter(is_active=True).exclude(staff_roles=[])
    return people.filter(pk__in=[user.pk for user in people if wanted & set(user.staff_roles)])


def desk_tasks(actor: "Actor") -> Iterable[Task]:
    """What waits here for the actor: filled in with the pages of this app."""
    return []
