"""All methods. A further one is one more module and one more line here."""

from typing import Any

from django.utils.translation import gettext as _

from marketplace.tenders.selection.base import Case, Method, Outcome
from marketplace.tenders.selection.casefile import CaseError, read_case
from marketplace.tenders.selection.direct import Direct
from marketplace.tenders.selection.lowest_price import LowestPrice

METHODS: tuple[Method, ...] = (LowestPrice(), Direct())
_by_key = {method.key: method for method in METHODS}


def get(key: str) -> Method:
    """The method with this key. LookupError for an unknown one."""
    return _by_key[key]


def known() -> tuple[str, ...]:
    """The keys of all methods, in the order in which they are offered."""
    return tuple(_by_key)


def select(case: Case) -> Outcome:
    """Carry out a case. CaseError for an unknown method, or when something that its method needs is missing."""
    method = _by_key.get(case.method)
    if method is None:
        values = {"method": case.method, "known": "、".join(_by_key)}
        raise CaseError("method", _("不认识选取方式“%(method)s”，可用：%(known)s。") % values)
    method.check(case)
    return method.select(case)


def run(value: Any) -> Outcome:
    """Carry out a case file's plain value. CaseError names the wrong key."""
    return select(read_case(value))
