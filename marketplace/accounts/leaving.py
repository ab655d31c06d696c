"""Whether somebody may stop working for the zone, as the storeys that gave them work answer."""

from collections.abc import Callable, Iterable

from marketplace.accounts.models import User

Check = Callable[[User, Iterable[str], bool], None]
_checks: dict[str, Check] = {}


def register_leaving(name: str, check: Check) -> None:
    """Let a storey refuse, by a DomainError, that somebody goes on with these roles only, or as inactive."""
    _checks[name] = check


def refuse_early(user: User, roles: Iterable[str], is_active: bool) -> None:
    """Ask all storeys before a person's roles or standing change."""
    wanted = list(roles)
    for check in _checks.values():
        check(user, wanted, is_active)
