"""Publishing: what stands against it, the operator's check of public money, and the announcement itself."""

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts import queries as accounts
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole, StaffRole
from marketplace.agencies import queries as agencies
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.rules import RuleData
from marketplace.core import calendar, clock, deadlines, inbox, locks, log
from marketplace.core.errors import AlreadyDone
from marketplace.tenders import conflicts, rules, sealing
from marketplace.tenders.eligibility import needs_of, report
from marketplace.tenders.errors import NotPublishable, ReasonMissing
from marketplace.tenders.models import Tender
from marketplace.tenders.queries import rules_of
from marketplace.tenders.rules import Plan, Problem
from marketplace.tenders.selection import registry
from marketplace.tenders.selection.base import text_of
from marketplace.tenders.services import direct, record, rehearsing, rostering, sources
from marketplace.tenders.services.moves import move
from marketplace.tenders.services.permission import require_verified_buyer

SERIES = "ZJ"  # of the tenders' numbers
OCID_PREFIX = "ocds-zjcs01"  # of the Open Contracting Data Standard; each attempt is a contracting process of its own


def plan_of(tender: Tender) -> Plan:
    """The tender as the rules of publishing see it."""
    chain = Tender.objects.filter(chain=tender.chain, state=Tender.State.FAILED).exclude(pk=tender.pk)
    refused = Q(method="direct", fail_reason__in=direct.REFUSALS)
    return Plan(
        item_code=tender.item.code,
        item_kind=tender.item.kind,
        item_is_active=tender.item.is_active,
        title=tender.title,
        content=tender.content,
        project_code=tender.project_code,
        funds=tender.funds,
        method=tender.method,
        budget=tender.budget,
        ceiling=tender.ceiling,
        floor=tender.floor,
        days=tender.days,
        response_days=tender.response_days,
        region_code=tender.region.code if tender.region else "",
        local_only=tender.local_only,
        practitioners=tender.practitioners_needed,
        contact_name=tender.contact_name,
        contact_phone=tender.contact_phone,
        complaint_phone=tender.complaint_phone,
        asked=tuple(
            rules.Asked(r.type.name, r.type.status, tuple(r.type.grades), r.minimum_grade, r.type.abolished_on)
            for r in tender.requirements.select_related("type")
        ),
        chosen=tender.chosen_agency.organisation.credit_code if tender.chosen_agency else "",
        choice_reason=tender.choice_reason,
        price=tender.agreed_price,
        failures=chain.exclude(refused).count(),
        refusals=chain.filter(refused).count(),
        draw_allowed=tender.item.draw_allowed,
        settings=tender.method_settings,
    )


def offered(tender: Tender, *, eligible: int | None = None) -> tuple[rules.Offered, ...]:
    """The ways of selecting that are offered for a draft, the best first; `eligible`: how many may respond."""
    plan = plan_of(tender)
    purchase = rules.Purchase(
        item_code=plan.item_code,
        funds=plan.funds,
        amount=plan.amount or None,
        draw_allowed=plan.draw_allowed,
        failures=plan.failures,
        refusals=plan.refusals,
        attempt=tender.attempt,
        eligible=eligible,
    )
    return rules.offer_methods(purchase, catalogue.current_rules(), registry.announced())


def problems(tender: Tender) -> tuple[Problem, ...]:
    """Everything that stands against publishing this draft now."""
    data = catalogue.current_rules()
    found = rules.problems(plan_of(tender), data, registry.announced())
    if registry.get(tender.method).takes_bids:
        found += (*sources.problems(tender, data), *rostering.problems(tender))
    return found + tuple(_about_the_chosen(tender, data))


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
        "ocid": f"{OCID_PREFIX}-{tender.number}",
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


def _about_the_chosen(tender: Tender, data: RuleData) -> list[Problem]:
    """Whether the agency that was chosen directly may be."""
    if tender.method != "direct" or tender.chosen_agency is None:
        return []
    facts = agencies.facts(tender.chosen_agency)
    found = report(tender, needs_of(tender, data), facts, clock.today())
    if found.is_eligible:
        return []
    failing = "；".join(f"{check.label}（{check.value}）" for check in found.failing)
    sentence = _("%(agency)s 不符合条件：%(failing)s。请另选机构或修改条件。")
    return [Problem("chosen_ineligible", "chosen_agency", sentence % {"agency": facts.name, "failing": failing})]
