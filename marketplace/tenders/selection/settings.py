"""Reading a case's settings: each by its key, with its default; CaseError names a wrong one."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from marketplace.tenders.selection.base import Case
from marketplace.tenders.selection.casefile import CaseError, mapping_of, number_of, whole_of


def path(key: str) -> str:
    """How a message names the setting."""
    return f"settings.{key}"


def whole(case: Case, key: str, default: int, least: int = 1) -> int:
    """A whole number, at least `least`."""
    value = case.settings.get(key)
    return default if value is None else whole_of(value, path(key), least)


def flag(case: Case, key: str) -> bool:
    """True or false; absent means false."""
    value = case.settings.get(key)
    if value is not None and not isinstance(value, bool):
        raise CaseError(path(key), _("须是 true 或 false。"))
    return bool(value)


def positive(case: Case, key: str, default: Decimal | None = None) -> Decimal | None:
    """A number above 0."""
    value = case.settings.get(key)
    if value is None:
        return default
    number = number_of(value, path(key))
    if number <= 0:
        raise CaseError(path(key), _("须是大于 0 的数字。"))
    return number


def numbers(case: Case, key: str, defaults: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Numbers from 0 up by name, those given over the defaults; no other names."""
    given = mapping_of(case.settings.get(key), path(key))
    found = dict(defaults)
    for name, value in given.items():
        at = f"{path(key)}.{name}"
        if name not in defaults:
            values = {"value": name, "allowed": "、".join(defaults)}
            raise CaseError(at, _("不认识“%(value)s”，可用：%(allowed)s。") % values)
        if value is None:
            continue
        found[name] = number_of(value, at)
        if found[name] < 0:
            raise CaseError(at, _("不能小于 0。"))
    return found


def listed(case: Case, key: str) -> list[Any] | None:
    """A list, or None when it is absent."""
    value = case.settings.get(key)
    if value is not None and not isinstance(value, (list, tuple)):
        raise CaseError(path(key), _("须是一个列表。"))
    return None if value is None else list(value)
