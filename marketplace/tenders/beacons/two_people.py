"""What two people type or upload must agree before it counts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.utils.translation import gettext as _

from marketplace.tenders.beacons.base import BeaconError

T = TypeVar("T")


@dataclass(frozen=True)
class Typed:
    """What one person typed; `by` tells the person apart (an account's key)."""

    by: int
    text: str


class SamePerson(BeaconError):
    """One person can't confirm himself."""

    code = "same_person"


class Disagree(BeaconError):
    """The two didn't type the same."""

    code = "disagree"


def agreed(first: Typed, second: Typed, read: Callable[[str], T]) -> T:
    """What both typed, as `read` understands it. SamePerson, Disagree, or what `read` raises."""
    if first.by == second.by:
        raise SamePerson(_("须由另一个人独立录入，不能由同一人录入两次。"))
    one, other = read(first.text), read(second.text)
    if one != other:
        raise Disagree(_("两人录入的内容不一致，请各自对照公告的来源重新录入。"))
    return one
