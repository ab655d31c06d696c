"""A reader who comes before the worker carries out what is due, so that every page shows what time has made true."""

from marketplace.core import clock, deadlines
from marketplace.tenders.models import Tender

WAITING = {
    Tender.State.PUBLISHED: ("tenders.opening", "closes_at"),
    Tender.State.SELECTING: ("tenders.acceptance", "accept_by"),
    Tender.State.PUBLICITY: ("tenders.publicity_over", "publicity_until"),
}


def bring_up_to_date(tender: Tender) -> bool:
    """Carry out the tender's deadline if its moment has passed; whether something was due. No query when nothing is."""
    kind, field = WAITING.get(Tender.State(tender.state), ("", ""))
    due_at = getattr(tender, field) if field else None
    if due_at is None or clock.now() < due_at:
        return False
    deadlines.apply_due(kind, tender)
    deadlines.apply_due("tenders.second_announcement", tender)
    return True
