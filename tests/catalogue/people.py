"""People for tests, made without the accounts' services."""

from marketplace.accounts.models import User


def person(username: str, staff_roles: list[str] | None = None) -> User:
    """A person with staff roles."""
    return User.objects.create(username=username, name=username, staff_roles=staff_roles or [])
