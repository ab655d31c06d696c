"""Recusal that somebody declares: a conflict of which only the people themselves know."""

from django.db import transaction

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole
from marketplace.agencies.models import Agency
from marketplace.core import clock, locks, log
from marketplace.core.errors import AlreadyDone, WrongState
from marketplace.tenders.models import Recusal, Tender
from marketplace.tenders.services import wording
from marketplace.tenders.services.permission import acts_for_buyer

BEFORE = (Tender.State.DRAFT, Tender.State.CHECKING, Tender.State.SCHEDULED)


@transaction.atomic
def declare_recusal(tender: Tender, agency: Agency, reason: str, *, by: Actor) -> Recusal:
    """The agency stands aside from a tender, until the close and for good; or its buyer names a firm that must.

    The buyer does so before the announcement, which names the firm: who could do it later could shut out a rival in
    silence. Who declared stands in the audit log, to be seen after the close: that an agency has looked at a tender is
    nobody's business.

    AlreadyDone, WrongState, NotAllowed, ReasonMissing, TooManyWords.
    """
    tender = locks.exclusive(Tender, tender.pk)
    by_buyer = acts_for_buyer(tender, by)
    if not by_buyer:
        by.require_member(agency.organisation_id, MemberRole.BID_AUTHOR)
    moment = clock.now()
    over = tender.closes_at is not None and moment >= tender.closes_at
    still_open = not by_buyer and tender.state == Tender.State.PUBLISHED and not over
    if tender.state not in BEFORE and not still_open:
        raise WrongState()
    if Recusal.objects.filter(tender=tender, agency=agency).exists():
        raise AlreadyDone()
    reason = wording.required(reason, 1000, field="reason")
    recusal = Recusal.objects.create(
        tender=tender, agency=agency, by_buyer=by_buyer, reason=reason, declared_at=moment, declared_by=by.person
    )
    data = {"agency": agency.credit_code, "reason": reason, "by_buyer": by_buyer}
    log.record("recusal.declare", recusal, by=by, data=data, visible_from=tender.closes_at)
    return recusal
