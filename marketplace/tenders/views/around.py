"""What the pages of a tender show of the matters around it."""

from typing import Any

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import MemberRole
from marketplace.core import clock
from marketplace.tenders import presentation, queries, rules
from marketplace.tenders.models import Tender
from marketplace.tenders.services.permission import acts_for_buyer
from marketplace.tenders.services.questions import limit_of
from marketplace.tenders.views.finding import agency_of


def takes_objections(tender: Tender) -> bool:
    """Whether the result is public now."""
    return tender.state == Tender.State.PUBLICITY and rules.in_time(clock.now(), tender.publicity_until)


def takes_responses(tender: Tender) -> bool:
    """Whether responses are taken now."""
    return tender.state == Tender.State.PUBLISHED and rules.in_time(clock.now(), tender.closes_at)


def takes_questions(tender: Tender) -> bool:
    """Whether one may still ask."""
    return tender.state == Tender.State.PUBLISHED and rules.in_time(clock.now(), limit_of(tender))


def before_the_close(tender: Tender, actor: Actor | None) -> dict[str, Any]:
    """Answered questions and amendments, and what this visitor may do; for tenders/_announced.html."""
    agency = agency_of(actor)
    known = actor is not None and actor.user is not None
    author = bool(agency and actor and actor.acts_for(agency.organisation_id, MemberRole.BID_AUTHOR))
    is_buyer = bool(known and actor and acts_for_buyer(tender, actor))
    open_now = takes_responses(tender)
    return {
        "questions": list(queries.answered(tender)),
        "open_questions": list(queries.questions(tender).filter(state="asked")) if is_buyer else [],
        "questions_until": limit_of(tender) if open_now else None,
        "may_ask": author and takes_questions(tender) and not is_buyer,
        "amendments": presentation.amendments(queries.amendments(tender)),
        "waiting_amendment": tender.amendments.filter(state="checking").first() if is_buyer and open_now else None,
        "may_amend": is_buyer and open_now,
    }


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
        "offers": list(tender.substitute_offers.select_related("bid__agency__organisation")),
        "given_up": _given_up(tender),
        "may_give_up": queries.may_give_up(tender, actor),
        "objections": list(queries.objections(tender)),
        "may_decide": actor is not None and actor.user is not None and acts_for_buyer(tender, actor),
        "takes_objections": open_now,
        "may_object": bool(open_now and concerned and agency and queries.may_object(tender, agency)),
    }


def _given_up(tender: Tender) -> list[dict[str, Any]]:
    """Who gave up and why, by name."""
    entries = tender.record.get("given_up", [])
    codes = [entry["agency"] for entry in entries]
    rows = Organisation.objects.filter(credit_code__in=codes).values_list("credit_code", "name") if codes else []
    names = dict(rows)
    return [entry | {"name": names.get(entry["agency"], entry["agency"])} for entry in entries]
