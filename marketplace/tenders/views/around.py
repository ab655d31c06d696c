"""What the pages of a tender show of the matters around it."""

from typing import Any

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole
from marketplace.core import clock
from marketplace.tenders import queries, rules
from marketplace.tenders.models import Tender
from marketplace.tenders.services.permission import acts_for_buyer
from marketplace.tenders.views.finding import agency_of


def takes_objections(tender: Tender) -> bool:
    """Whether the result is public now."""
    return tender.state == Tender.State.PUBLICITY and rules.in_time(clock.now(), tender.publicity_until)


def after_the_opening(tender: Tender, actor: Actor | None) -> dict[str, Any]:
    """Explained prices and objections, and what this visitor may do about them; for tenders/_proceedings.html."""
    if tender.opened_at is None and tender.accepted_at is None:
        return {}
    agency = agency_of(actor)
    concerned = (
        agency is not None and actor is not None and actor.acts_for(agency.organisation_id, MemberRole.BID_AUTHOR)
    )
    open_now = takes_objections(tender)
    return {
        "explanations": list(queries.explanations(tender)),
        "own_explanation": queries.own_explanation(tender, actor),
        "objections": list(queries.objections(tender)),
        "may_decide": actor is not None and actor.user is not None and acts_for_buyer(tender, actor),
        "takes_objections": open_now,
        "may_object": bool(open_now and concerned and agency and queries.may_object(tender, agency)),
    }
