"""All sources of randomness. A further one is one more module and one more line here."""

from marketplace.catalogue.rules import RuleData
from marketplace.tenders.beacons.base import Beacon
from marketplace.tenders.beacons.drand import Drand
from marketplace.tenders.beacons.lottery import Lottery
from marketplace.tenders.beacons.shares import Shares

BEACONS: tuple[Beacon, ...] = (Drand(), Lottery(), Shares())
_by_key = {beacon.key: beacon for beacon in BEACONS}


def get(key: str) -> Beacon:
    """The source with this key. LookupError for an unknown one."""
    return _by_key[key]


def allowed(funds: str, rules: RuleData) -> tuple[str, ...]:
    """The keys of the sources for this money: public money uses shares only if the RuleSet allows."""
    barred = funds == "public" and not rules.selection.shares_for_public_money
    return tuple(key for key in _by_key if key != "shares" or not barred)
