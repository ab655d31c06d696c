"""Which source of randomness a purchase names: chosen in the draft, fixed by the announcement."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.rules import RuleData
from marketplace.core import calendar, clock, locks, log
from marketplace.core.errors import WrongState
from marketplace.tenders.beacons import registry
from marketplace.tenders.beacons.base import BeaconError
from marketplace.tenders.models import Tender
from marketplace.tenders.rules import Problem
from marketplace.tenders.services.permission import require_buyer

FIELD = "draw_source"
BY_ITSELF = "shares"  # its value comes with the responses; nothing is waited for


@transaction.atomic
def choose_source(tender: Tender, source: str, choice: dict[str, Any], *, by: Actor) -> Tender:
    """Name the source of a draft's draw; `choice` as `beacons.lottery` takes it. BeaconError, WrongState."""
    tender = locks.exclusive(Tender, tender.pk)
    require_buyer(tender, by)
    if tender.state != Tender.State.DRAFT:
        raise WrongState()
    if source not in registry.allowed(tender.funds, catalogue.current_rules()):
        raise BeaconError(_("本地区的规则不允许这种随机来源。"), field=FIELD)
    registry.announced(source, choice, calendar.closes_at(clock.now(), tender.response_days))
    tender.draw_source, tender.draw_choice = source, choice if source == "lottery" else {}
    tender.save(update_fields=["draw_source", "draw_choice"])
    log.record("tender.save", tender, by=by, data={"fields": [FIELD]})
    return tender


def problems(tender: Tender, data: RuleData) -> list[Problem]:
    """What stands against the source that a draft names, if it were published now."""
    allowed = registry.allowed(tender.funds, data)
    if tender.draw_source not in allowed:
        names = "、".join(str(registry.get(key).label) for key in allowed)
        sentence = _("本地区的规则不允许这种随机来源，可用：%(names)s。") % {"names": names}
        return [Problem("draw_source", FIELD, sentence)]
    try:
        registry.announced(tender.draw_source, tender.draw_choice, closes_if_now(tender))
    except BeaconError as error:
        return [Problem("draw_source", FIELD, str(error))]
    return []


def closes_if_now(tender: Tender) -> Any:
    """When the responses of a tender close, or would if it were published now."""
    return tender.closes_at or calendar.closes_at(clock.now(), tender.response_days)


def announced(tender: Tender) -> dict[str, Any] | None:
    """What the announcement fixes of the value to come; None where it comes with the responses."""
    if tender.draw_source == BY_ITSELF or tender.closes_at is None:
        return None
    return registry.announced(tender.draw_source, tender.draw_choice, tender.closes_at).to_json()


def usual(funds: str, data: RuleData) -> str:
    """The source that is named unless the buyer chooses another."""
    return registry.allowed(funds, data)[0]


def for_another_time(tender: Tender) -> dict[str, Any]:
    """Of a copy for another announcement: an issue of a lottery that was drawn can't be named again."""
    if tender.draw_source != "lottery":
        return {"draw_source": tender.draw_source, "draw_choice": tender.draw_choice}
    others = [key for key in registry.allowed(tender.funds, catalogue.current_rules()) if key != "lottery"]
    return {"draw_source": (others or ["lottery"])[0], "draw_choice": {}}
