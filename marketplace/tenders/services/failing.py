"""When a purchase comes to nothing: failed, or cancelled with a published reason."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from marketplace.accounts.actors import Actor
from marketplace.core import clock, deadlines, locks
from marketplace.core.errors import TooLate
from marketplace.tenders import rules
from marketplace.tenders.errors import ReasonMissing
from marketplace.tenders.models import Bid, Tender
from marketplace.tenders.queries import rules_of
from marketplace.tenders.selection import registry
from marketplace.tenders.services import disclosing, telling
from marketplace.tenders.services.moves import move
from marketplace.tenders.services.permission import require_buyer

NOT_OPENED = (Tender.State.PUBLISHED, Tender.State.CLOSED)  # who waits for a source may not cancel: it knows already


def fail(
    tender: Tender,
    reason: str,
    *,
    by: Actor,
    words: str = "",
    data: dict[str, Any] | None = None,
    itself_again: bool = True,
) -> None:
    """Let a locked tender fail, in the open; the first time a second announcement follows by itself.

    Not so with `itself_again` False: what was wrong with the tender itself is to be mended first.

    `reason` is a key of `reasons.FAILURES`, `data` goes into the public log, `words` only into the audit log.
    """
    told = {"reason": reason} | (data or {})
    move(tender, "fail", by=by, data=told | ({"words": words} if words else {}), fail_reason=reason)
    disclosing.act("tender.failed", tender, by=by, data=told)
    ruleset = rules_of(tender)
    competitive = registry.get(tender.method).takes_bids
    if tender.is_invited:
        telling.tell_invited(tender, "tenders.invitation_failed", reason=words or str(tender.get_fail_reason_display()))
    if not itself_again or tender.is_invited:
        return
    if competitive and tender.attempt == 1 and ruleset.second_announcement.automatic:
        deadlines.put("tenders.second_announcement", tender, clock.now())
    elif competitive:
        telling.tell_buyer(tender, "tenders.failed")


@transaction.atomic
def cancel(tender: Tender, reason: str, *, by: Actor) -> Tender:
    """Cancel before the opening, with a reason that is published. ReasonMissing, TooLate, AlreadyDone, WrongState."""
    reason = reason.strip()
    if not reason:
        raise ReasonMissing()
    tender = locks.exclusive(Tender, tender.pk)
    require_buyer(tender, by)
    moment = clock.now()
    if tender.closes_at is not None and tender.state in NOT_OPENED and moment >= tender.closes_at:
        raise TooLate()
    move(tender, "cancel", by=by, data={"reason": reason}, cancel_reason=reason)
    deadlines.cancel("tenders.opening", tender)
    if tender.is_public or tender.invited_at:
        disclosing.act("tender.cancelled", tender, by=by, data={"reason": reason})
        _void_bids(tender, moment)
    return tender


def _void_bids(tender: Tender, moment: datetime) -> None:
    """Responses to a cancelled tender stay sealed for ever; their authors are told, nobody else."""
    keys = list(tender.bids.filter(state=Bid.State.SEALED).values_list("agency_id", flat=True))
    tender.bids.filter(state=Bid.State.SEALED).update(state=rules.BID.target(Bid.State.SEALED, "void"), ended_at=moment)
    if tender.is_invited:
        telling.tell_invited(tender, "tenders.invitation_cancelled", reason=tender.cancel_reason, buyer_too=False)
        return
    telling.tell_agencies(
        keys, "tenders.cancelled", url=reverse("tender", args=[tender.number]), title=tender.title, number=tender.number
    )
