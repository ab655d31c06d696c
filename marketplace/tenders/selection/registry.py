"""All methods. A further one is one more module and one more line here."""

from typing import Any

from django.utils.translation import gettext as _

from marketplace.tenders.selection import validity
from marketplace.tenders.selection.average_price import AveragePrice
from marketplace.tenders.selection.base import Case, Method, Outcome
from marketplace.tenders.selection.by_draw import Draw
from marketplace.tenders.selection.casefile import CaseError, read_case
from marketplace.tenders.selection.credit_shortlist import CreditShortlist
from marketplace.tenders.selection.direct import Direct
from marketplace.tenders.selection.invited import Invited
from marketplace.tenders.selection.lowest_price import LowestPrice
from marketplace.tenders.selection.merit import Merit
from marketplace.tenders.selection.proposal import Proposal
from marketplace.tenders.selection.reference_price import ReferencePrice
from marketplace.tenders.selection.rotation import Rotation
from marketplace.tenders.selection.two_stage import TwoStage

METHODS: tuple[Method, ...] = (
    LowestPrice(),
    AveragePrice(),
    ReferencePrice(),
    TwoStage(),
    Merit(),
    Proposal(),
    CreditShortlist(),
    Draw(),
    Rotation(),
    Direct(),
)
_by_key = {method.key: method for method in METHODS}

# Ways of a purchase whose record is another method's: no case file names them, no announcement uses them.
WAYS: tuple[Method, ...] = (Invited(),)
_ways = {way.key: way for way in WAYS}
RECORDED_AS = {"invited": "direct"}

# What an announcement may use: methods whose whole way from the response to the award has its screens.
ANNOUNCED = (
    "lowest_price",
    "average_price",
    "reference_price",
    "two_stage",
    "merit",
    "proposal",
    "credit_shortlist",
    "draw",
    "rotation",
    "direct",
)


def get(key: str) -> Method:
    """The method, or way of a purchase, with this key. LookupError for an unknown one."""
    return _ways.get(key) or _by_key[key]


def recorded_as(key: str) -> str:
    """The method that the record of such a purchase names."""
    return RECORDED_AS.get(key, key)


def known() -> tuple[str, ...]:
    """The keys of all methods, in the order in which they are offered."""
    return tuple(_by_key)


def announced() -> tuple[str, ...]:
    """The keys of the methods that an announcement may use."""
    return ANNOUNCED


def select(case: Case) -> Outcome:
    """Carry out a case. CaseError for an unknown method, or when something that its method needs is missing."""
    method = _by_key.get(case.method)
    if method is None:
        values = {"method": case.method, "known": "、".join(_by_key)}
        raise CaseError("method", _("不认识选取方式“%(method)s”，可用：%(known)s。") % values)
    validity.check(case)
    method.check(case)
    return method.select(case)


def run(value: Any) -> Outcome:
    """Carry out a case file's plain value. CaseError names the wrong key."""
    return select(read_case(value))
