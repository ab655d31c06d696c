"""How a tender comes into another state: by its machine, written down, told upward. Inside the act's transaction."""

from typing import Any

from marketplace.accounts.actors import Actor
from marketplace.core import events, log
from marketplace.tenders import rules
from marketplace.tenders.events import TenderChanged
from marketplace.tenders.models import Tender


def move(
    tender: Tender, act: str, *, by: Actor, itself: bool = False, data: dict[str, Any] | None = None, **changes: Any
) -> None:
    """Carry out an act of `rules.PROCUREMENT` on a locked tender, setting `changes` with it. AlreadyDone, WrongState.

    `itself`: the step has no screen yet and passes by itself; the log says so.
    """
    before = rules.PROCUREMENT.move(tender, act)
    for name, value in changes.items():
        setattr(tender, name, value)
    tender.save(update_fields=["state", *changes])
    told: dict[str, Any] = {"from": before, "to": tender.state} | (data or {})
    if itself:
        told["passed_by_itself"] = True
    log.record(f"tender.{act}", tender, by=by, data=told)
    events.publish(TenderChanged(tender.pk, tender.state, tender.project_reference))
