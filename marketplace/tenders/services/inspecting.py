"""A supervisor looks at a tender's record: with a reason, for half an hour, and each look is in the audit log."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Membership
from marketplace.accounts.roles import StaffRole
from marketplace.core import clock, log
from marketplace.core.deadlines import subject_of
from marketplace.core.models import LogEntry
from marketplace.tenders.models import Tender
from marketplace.tenders.queries.inspection import Record, inspection_of, is_sealed
from marketplace.tenders.services import wording

LOOK, EXPORT = "tender.inspect", "tender.inspect_export"
LASTS = timedelta(minutes=30)
MOST_REASON = 500


@transaction.atomic
def begin_look(tender: Tender, reason: str, *, by: Actor) -> LogEntry:
    """Write down that and why a supervisor looks; the entry opens the record for LASTS.

    NotAllowed, OwnCase for a member of the buyer or of an agency that responded, ReasonMissing, TooManyWords.
    """
    by.require_staff(StaffRole.SUPERVISOR)
    _require_impartial(tender, by)
    reason = wording.required(reason, MOST_REASON, field="reason")
    return log.record(LOOK, tender, by=by, data={"reason": reason})


def look_at(tender: Tender, look: UUID, *, by: Actor) -> tuple[LogEntry, Record] | None:
    """The record, for the person whose look this is while it lasts; None afterwards, and for everybody else."""
    entry = _look(tender, look, by)
    return (entry, inspection_of(tender)) if entry is not None else None


@transaction.atomic
def export(tender: Tender, look: UUID, *, by: Actor) -> Record | None:
    """The same to take away; that it was taken is logged, too."""
    entry = _look(tender, look, by)
    if entry is None:
        return None
    log.record(EXPORT, tender, by=by, data={"look": str(entry.pk), "reason": entry.data["reason"]})
    return inspection_of(tender)


def _look(tender: Tender, look: UUID, by: Actor) -> LogEntry | None:
    by.require_staff(StaffRole.SUPERVISOR)
    _require_impartial(tender, by)
    since = clock.now() - LASTS
    found = LogEntry.objects.filter(pk=look, log=LogEntry.Log.AUDIT, action=LOOK, subject=subject_of(tender))
    return found.filter(actor=by.user, at__gte=since).first()


def _require_impartial(tender: Tender, by: Actor) -> None:
    """OwnCase; about who responded it asks only once that may be known: a refusal would tell."""
    by.require_impartial(tender.buyer_id)
    if not is_sealed(tender):
        mine = Membership.objects.filter(user=by.user, is_active=True).values("organisation")
        own = tender.bids.filter(agency__organisation__in=mine).order_by()
        by.require_impartial(*own.values_list("agency__organisation_id", flat=True).distinct())
