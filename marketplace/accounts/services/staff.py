"""People who work for the zone: made and changed by a superuser, or by the commands that open an installation."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts import groups, leaving, queries, rules
from marketplace.accounts.actors import Actor
from marketplace.accounts.models import User
from marketplace.accounts.roles import STAFF_ROLES
from marketplace.core import locks, log
from marketplace.core.errors import DomainError, NotAllowed


@transaction.atomic
def create_staff(
    *,
    username: str,
    name: str,
    roles: Iterable[str],
    password: str,
    by: Actor,
    email: str = "",
    superuser: bool = False,
) -> User:
    """An account that works for the zone in these roles. NotAllowed, DomainError on username or roles."""
    _require_superuser(by)
    username, wanted = rules.normalise_contact(username), _known(roles)
    if queries.is_taken(username):
        raise DomainError(_("这个用户名已有账号，请换一个，或在已有账号上调整角色。"), field="username")
    user = User(username=username, name=name.strip(), staff_roles=wanted, is_superuser=superuser)
    user.email = rules.normalise_contact(email) or (username if "@" in username else "")
    _require_own_address(user)
    user.set_password(password)
    user.save()
    groups.put_into_groups(user)
    log.record("staff.create", user, by=by, data={"roles": wanted, "superuser": superuser})
    return user


@transaction.atomic
def save_staff(user: User, *, name: str, email: str, roles: Iterable[str], is_active: bool, by: Actor) -> User:
    """Change who somebody is and what they do for the zone; without a role they are a visitor like others.

    NotAllowed, DomainError on roles or is_active (nobody may lock themselves out, or leave work behind).
    """
    _require_superuser(by)
    user, wanted = locks.exclusive(User, user.pk), _known(roles)
    if by.user is not None and by.user.pk == user.pk and not is_active:
        raise DomainError(_("不能停用自己的账号，请由另一位管理员办理。"), field="is_active")
    leaving.refuse_early(user, wanted, is_active)
    before = {"roles": user.staff_roles, "is_active": user.is_active}
    user.name, user.email, user.staff_roles, user.is_active = name.strip(), email.strip().lower(), wanted, is_active
    _require_own_address(user)
    user.save(update_fields=["name", "email", "staff_roles", "is_active"])
    groups.put_into_groups(user)
    log.record("staff.save", user, by=by, data={"before": before, "roles": wanted, "is_active": is_active})
    return user


@transaction.atomic
def promote(user: User, *, roles: Iterable[str], by: Actor, password: str = "") -> User:
    """Make an account that is there a superuser with these roles besides its own, for who opens an installation.

    A new password only where one is given. NotAllowed for anybody but the system.
    """
    if by.user is not None:
        raise NotAllowed()
    user = locks.exclusive(User, user.pk)
    wanted = _known({*user.staff_roles, *roles})
    if user.is_superuser and user.is_active and user.staff_roles == wanted and not password:
        return user
    user.is_superuser, user.is_active, user.staff_roles = True, True, wanted
    if password:
        user.set_password(password)
    user.save()
    groups.put_into_groups(user)
    log.record("staff.promote", user, by=by, data={"roles": wanted, "password": bool(password)})
    return user


def _require_superuser(by: Actor) -> None:
    if by.user is not None and not (by.user.is_active and by.user.is_superuser):
        raise NotAllowed()


def _require_own_address(user: User) -> None:
    if queries.is_taken(user.email, by_other_than=user.pk):
        raise DomainError(_("这个邮箱已经被另一个账号使用，请换一个。"), field="email")


def _known(roles: Iterable[str]) -> list[str]:
    wanted = {str(role) for role in roles}
    known = [str(role.key) for role in STAFF_ROLES if role.key in wanted]
    if wanted - set(known):
        raise DomainError(_("没有这样的工作角色。"), field="roles")
    return known
