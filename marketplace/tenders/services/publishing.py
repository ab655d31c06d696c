"""Publishing: the operator's check of public money, and the announcement itself."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from marketplace.accounts import queries as accounts
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole, StaffRole
from marketplace.catalogue import queries as catalogue
from marketplace.core import calendar, clock, deadlines, inbox, locks, log
from marketplace.core.errors import AlreadyDone
from marketplace.tenders import conflicts, rules, sealing
from marketplace.tenders.errors import NotPublishable, ReasonMissing
from marketplace.tenders.models import Tender
from marketplace.tenders.queries import rules_of
from marketplace.tenders.selection import registry
from marketplace.tenders.selection.base import text_of
from marketplace.tenders.services import direct, record, rehearsing, rostering, sources, tracing
from marketplace.tenders.services.checks import overridden, problems
from marketplace.tenders.services.moves import move
from marketplace.tenders.services.permission import require_verified_buyer

SERIES = "ZJ"  # of the tenders' numbers


@transaction.atomic
def publish(tender: Tender, *, by: Actor) -> Tender:
    """Publish a draft; with public money hand it to an operator for checking first.

    NotPublishable names every problem with its field; AlreadyDone on a second click; NotVerified.
    """
    year = clock.today().year
    locks.counter(f"{SERIES}-{year}")
    tender = locks.exclusive(Tender, tender.pk)
    require_verified_buyer(tender, by)
    if tender.state in (Tender.State.CHECKING, Tender.State.PUBLISHED, Tender.State.SELECTING):
        raise AlreadyDone()
    rules.PROCUREMENT.target(tender.state, "schedule")
    if found := problems(tender):
        raise NotPublishable(found)
    if kept := overridden(tender):
        for finding, reason in kept:
            tracing.overridden(tender, finding, reason, by=by)
        log.record("tender.override", tender, by=by, data={"findings": [{"found": f, "reason": r} for f, r in kept]})
    if not tender.number:
        tender.number = locks.next_number(SERIES, year)
        tender.save(update_fields=["number"])
    if tender.funds == Tender.Funds.PUBLIC:
        _submit(tender, by)
    else:
        move(tender, "schedule", by=by, itself=True)
        announce(tender, by=by)
    return tender


@transaction.atomic
def pass_check(tender: Tender, *, by: Actor) -> Tender:
    """An operator found it right: it is published at once. NotPublishable when the rules have changed meanwhile."""
    by.require_staff(StaffRole.OPERATOR)
    tender = locks.exclusive(Tender, tender.pk)
    by.require_impartial(tender.buyer_id)
    if tender.is_public:
        raise AlreadyDone()
    rules.PROCUREMENT.target(tender.state, "pass_check")
    if found := problems(tender):
        raise NotPublishable(found)
    move(tender, "pass_check", by=by, check_reasons=[])
    announce(tender, by=by)
    people = accounts.people_of(tender.buyer, MemberRole.BUYER)
    inbox.tell(people, "tenders.check_passed", url=tender_url(tender), title=tender.title, number=tender.number)
    return tender


@transaction.atomic
def return_check(tender: Tender, reasons: list[str], *, by: Actor) -> Tender:
    """An operator gives it back, with all reasons at once; it is a draft again and keeps its number."""
    by.require_staff(StaffRole.OPERATOR)
    reasons = [reason.strip() for reason in reasons if reason.strip()]
    if not reasons:
        raise ReasonMissing(field="reasons")
    tender = locks.exclusive(Tender, tender.pk)
    move(tender, "return_check", by=by, data={"reasons": reasons}, check_reasons=reasons, check_by=None)
    people = accounts.people_of(tender.buyer, MemberRole.BUYER)
    url = reverse("tender_edit", args=[tender.pk])
    inbox.tell(people, "tenders.returned", url=url, title=tender.title, reasons="；".join(reasons))
    return tender


def announce(tender: Tender, *, by: Actor, itself: bool = False) -> None:
    """Publish a scheduled tender: rules frozen, key made, close set, everybody concerned told. Inside a transaction."""
    ruleset = catalogue.current_ruleset()
    data = catalogue.rule_data(ruleset)
    moment = clock.now()
    changes: dict[str, Any] = {
        "ruleset": ruleset,
        "published_at": moment,
        "buyer_facts": conflicts.facts_now(tender),
        "method_settings": rostering.frozen(tender),
    }
    if registry.get(tender.method).takes_bids:
        changes["closes_at"] = calendar.closes_at(moment, tender.response_days)
        changes["public_key"], changes["wrapped_key"] = sealing.new_keys()
        rehearsing.prove_new(changes["public_key"], changes["wrapped_key"])
    move(tender, "publish", by=by, itself=itself, **changes)
    tracing.attachments(tender, by=by)
    log.make_public("tender.publish", tender, by=by, data=announcement(tender))
    if tender.closes_at is None:
        direct.ask_the_chosen(tender, data, by=by)
        return
    deadlines.put("tenders.opening", tender, tender.closes_at)
    deadlines.put("tenders.announcement", tender, moment)


def announcement(tender: Tender) -> dict[str, object]:
    """What the public log keeps of an announcement."""
    asked = tender.requirements.select_related("type")
    ruleset = tender.ruleset
    recused = tender.recusals.filter(by_buyer=True)
    return {
        "number": tender.number,
        "ocid": f"{settings.OCID_PREFIX}-{tender.number}",  # each attempt is a contracting process of its own
        "chain": str(tender.chain),
        "attempt": tender.attempt,
        "title": tender.title,
        "content": tender.content,
        "item": tender.item.code,
        "buyer": {"code": tender.buyer.credit_code, **tender.buyer_facts},
        "recused": sorted(recused.values_list("agency__organisation__credit_code", flat=True)),
        "project": tender.project_code,
        "funds": tender.funds,
        "ceiling": text_of(tender.ceiling),
        "floor": text_of(tender.floor),
        "days": tender.days,
        "requirements": [{"group": r.group, "type": r.type.slug, "grade": r.minimum_grade} for r in asked],
        "practitioners": tender.practitioners_needed,
        "region": tender.region.code if tender.local_only and tender.region else None,
        "method": tender.method,
        "settings": tender.method_settings,
        "chosen": tender.chosen_agency.organisation.credit_code if tender.chosen_agency else None,
        "reason": tender.choice_reason,
        "closes_at": tender.closes_at.isoformat() if tender.closes_at else None,
        "ruleset": f"{ruleset.region_code}/{ruleset.version}" if ruleset else None,
        "selection": record.announced_selection(tender, rules_of(tender)),
        "draw_source": tender.draw_source,
        "draw": sources.announced(tender),
        "public_key": tender.public_key,
        "attachments": sorted(tender.attachments.values_list("sha256", flat=True)),
    }


def tender_url(tender: Tender) -> str:
    """The tender's own page."""
    return reverse("tender", args=[tender.number])


def _submit(tender: Tender, by: Actor) -> None:
    moment = clock.now()
    days = catalogue.current_rules().periods.tender_check
    check_by = calendar.closes_at(moment, days)
    move(tender, "submit", by=by, submitted_at=moment, check_by=check_by)
    params = {"title": tender.title, "number": tender.number, "buyer": tender.buyer.name}
    url = reverse("tenders_review:review", args=[tender.pk])
    inbox.tell(accounts.staff(StaffRole.OPERATOR), "tenders.submitted", url=url, **params)
