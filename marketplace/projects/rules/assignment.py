"""Which officer a project is proposed to: area, industry, load, absence and conflict of interest, with the reasons.

Fair by load: the proposed officer, given the project, is at most one heaviest project above the least loaded of those
who may be assigned. Within that reach who knows the area goes first, then who knows the industry, then who has the
least to do, then the lower number. So the loads stay within one heaviest project of each other, whatever their fields.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

READY, RUNNING, WAITING = 3, 2, 1  # what an open step weighs: to hand in, with the authority, to come
URGENT, LATE = 2, 4  # besides, when its limit ends within three days, and when it is over
URGENT_DAYS = 3
UNMAPPED = 10  # a project without a route map yet


class Reason(StrEnum):
    """Why an officer is proposed, or can't be."""

    AREA = "area"
    ANY_AREA = "any_area"
    OTHER_AREA = "other_area"
    INDUSTRY = "industry"
    LEAST_LOADED = "least_loaded"
    LOADED = "loaded"
    OVERLOADED = "overloaded"
    NO_DEPUTY = "no_deputy"
    ABSENT = "absent"
    CONFLICT = "conflict"


FORBIDS = frozenset({Reason.NO_DEPUTY, Reason.CONFLICT})  # no reason outweighs these
AGAINST = FORBIDS | {Reason.ABSENT, Reason.OVERLOADED, Reason.OTHER_AREA}


@dataclass(frozen=True)
class Candidate:
    """An officer as the rule knows them. `regions`: codes; `conflict`: with whom, "" for nobody."""

    key: int
    load: int
    regions: frozenset[str] = frozenset()
    industries: tuple[str, ...] = ()
    has_deputy: bool = True
    absent_until: date | None = None
    conflict: str = ""


@dataclass(frozen=True)
class Wanted:
    """The project to be assigned. `heaviest`: the weight of the heaviest project that anybody has, or this one's."""

    weight: int
    heaviest: int
    region: str = ""
    industry: str = ""


@dataclass(frozen=True)
class Ranked:
    """A candidate in their place, with the reasons for it."""

    candidate: Candidate
    reasons: tuple[Reason, ...]

    @property
    def is_forbidden(self) -> bool:
        """Whether nobody may assign this officer."""
        return bool(FORBIDS & set(self.reasons))

    @property
    def is_eligible(self) -> bool:
        """Whether the rule may propose this officer."""
        return not self.is_forbidden and Reason.ABSENT not in self.reasons


def covers(area: str, region: str) -> bool:
    """Whether a region's code lies in the area's: a province ends with four zeros, a city with two."""
    stem = area[:2] if area.endswith("0000") else area[:4] if area.endswith("00") else area
    return region.startswith(stem)


def rank(candidates: Iterable[Candidate], wanted: Wanted) -> list[Ranked]:
    """All candidates, the proposed one first; those who can't be proposed last."""
    everybody = list(candidates)
    bars = {each.key: _bars(each) for each in everybody}
    least = min((each.load for each in everybody if not bars[each.key]), default=0)
    ranked = [Ranked(each, (*bars[each.key], *_fits(each, wanted, least))) for each in everybody]
    return sorted(ranked, key=_place)


def _bars(candidate: Candidate) -> tuple[Reason, ...]:
    found = []
    if candidate.conflict:
        found.append(Reason.CONFLICT)
    if not candidate.has_deputy:
        found.append(Reason.NO_DEPUTY)
    if candidate.absent_until is not None:
        found.append(Reason.ABSENT)
    return tuple(found)


def _fits(candidate: Candidate, wanted: Wanted, least: int) -> tuple[Reason, ...]:
    found = []
    if not candidate.regions:
        found.append(Reason.ANY_AREA)
    elif wanted.region:
        near = any(covers(area, wanted.region) for area in candidate.regions)
        found.append(Reason.AREA if near else Reason.OTHER_AREA)
    words = wanted.industry.strip()
    if words and any(word and (word in words or words in word) for word in candidate.industries):
        found.append(Reason.INDUSTRY)
    if candidate.load + wanted.weight > least + max(wanted.heaviest, wanted.weight):
        found.append(Reason.OVERLOADED)
    else:
        found.append(Reason.LEAST_LOADED if candidate.load <= least else Reason.LOADED)
    return tuple(found)


def _place(ranked: Ranked) -> tuple[bool, bool, bool, int, bool, int, int]:
    reasons, candidate = set(ranked.reasons), ranked.candidate
    area = 0 if Reason.AREA in reasons else 2 if Reason.OTHER_AREA in reasons else 1
    return (
        ranked.is_forbidden,
        not ranked.is_eligible,
        Reason.OVERLOADED in reasons,
        area,
        Reason.INDUSTRY not in reasons,
        candidate.load,
        candidate.key,
    )
