"""The days in which a result is public: they begin, are suspended by an objection, and go on after it."""

from typing import Any

from marketplace.accounts.actors import Actor
from marketplace.catalogue.rules import RuleData
from marketplace.core import calendar, clock, deadlines
from marketplace.tenders.models import Tender
from marketplace.tenders.services.moves import move


def begin(tender: Tender, data: RuleData, *, by: Actor) -> None:
    """Make a candidate's selection public. Inside a transaction; the tender is selecting."""
    moment = clock.now()
    until = calendar.closes_at(moment, data.publicity_days(tender.method))
    move(tender, "select", by=by)
    changes: dict[str, Any] = {
        "explain_by": None,
        "substitute_by": None,
        "publicity_from": moment,
        "publicity_until": until,
    }
    move(tender, "publicise", by=by, itself=True, **changes)
    deadlines.put("tenders.publicity_over", tender, until)


def suspend(tender: Tender, *, by: Actor, reason: str) -> None:
    """An objection was filed: the publicity stands still, and with it the award."""
    deadlines.cancel("tenders.publicity_over", tender)
    move(tender, "object", by=by, data={"objection": reason})


def resume(tender: Tender, days: int, *, by: Actor, reason: str) -> None:
    """The objection is no reason any more: the publicity goes on for the working days that were left, at least one."""
    until = calendar.closes_at(clock.now(), max(1, days))
    move(tender, "resume", by=by, data={"objection": reason}, publicity_until=until)
    deadlines.put("tenders.publicity_over", tender, until)
