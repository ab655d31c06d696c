"""All sources of randomness. A further one is one more module and one more line here."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from marketplace.catalogue.rules import RuleData
from marketplace.tenders.beacons.base import Announced, Beacon
from marketplace.tenders.beacons.drand import Drand
from marketplace.tenders.beacons.lottery import Lottery
from marketplace.tenders.beacons.shares import Shares

BEACONS: tuple[Beacon, ...] = (Drand(), Lottery(), Shares())
MOMENTS = ("drawn_at", "next_drawn_at")  # of a choice; JSON keeps them as texts
_by_key = {beacon.key: beacon for beacon in BEACONS}


def get(key: str) -> Beacon:
    """The source with this key. LookupError for an unknown one."""
    return _by_key[key]


def allowed(funds: str, rules: RuleData) -> tuple[str, ...]:
    """The keys of the sources that the RuleSet allows for this money, the usual one first."""
    found: tuple[str, ...] = getattr(rules.draw_sources, funds)
    return found


def announced(source: str, choice: Mapping[str, Any], closes_at: datetime) -> Announced:
    """What an announcement with this close fixes. BeaconError when the choice (of a lottery) is incomplete."""
    moments = {name: _moment(value) for name, value in choice.items() if name in MOMENTS}
    return get(source).announce(closes_at, **{**choice, **moments})


def _moment(value: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else None
