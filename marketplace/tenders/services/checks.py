"""What stands against publishing a draft, which ways of selecting it is offered, and what was kept by a reason."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from django.db.models import F, Q, TextField, Value
from django.utils.translation import gettext as _

from marketplace.agencies import queries as agencies
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import QualificationType
from marketplace.catalogue.rules import RuleData
from marketplace.core import clock
from marketplace.tenders import conflicts, rules
from marketplace.tenders.eligibility import needs_of, report
from marketplace.tenders.models import Requirement, Tender
from marketplace.tenders.rules import Plan, Problem
from marketplace.tenders.selection import registry
from marketplace.tenders.services import direct, rostering, sources

MOST_NAMED = 10  # agencies found in a text


def plan_of(tender: Tender, requirements: Sequence[Requirement] | None = None) -> Plan:
    """The tender, as it is in memory, as the rules of publishing see it; `requirements` instead of the stored ones."""
    chain = Tender.objects.filter(chain=tender.chain, state=Tender.State.FAILED).exclude(pk=tender.pk)
    refused = Q(method="direct", fail_reason__in=direct.REFUSALS)
    asked = tender.requirements.select_related("type") if requirements is None else requirements
    abolished = catalogue.qualification_types().filter(status=QualificationType.Status.ABOLISHED)
    return replace(
        bare_plan(tender, asked),
        failures=chain.exclude(refused).count(),
        refusals=chain.filter(refused).count(),
        invited=tender.invitations.count() if tender.is_invited else 0,
        abolished=tuple(abolished.values_list("name", "abolished_on")),
        named=tuple(agencies_named(f"{tender.title}\n{tender.content}\n{tender.payment_terms}")),
        earlier=tuple(earlier_purchases(tender, catalogue.current_rules().limits.splitting_months)),
    )


def bare_plan(tender: Tender, asked: Iterable[Requirement]) -> Plan:
    """What the tender itself says, without asking the database anything."""
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
            for r in asked
        ),
        chosen=tender.chosen_agency.organisation.credit_code if tender.chosen_agency else "",
        choice_reason=tender.choice_reason,
        price=tender.agreed_price,
        failures=tender.attempt - 1,
        draw_allowed=tender.item.draw_allowed,
        settings=tender.method_settings,
        payment_terms=tender.payment_terms,
        lint_reason=tender.lint_reason,
        splitting_reason=tender.splitting_reason,
    )


def agencies_named(text: str) -> list[str]:
    """The admitted agencies whose whole name stands in a text."""
    if not text.strip():
        return []
    shown = rules.without_invisible(text)
    admitted = agencies.public().annotate(said=Value(shown, output_field=TextField()))
    found = admitted.filter(said__contains=F("organisation__name")).values_list("organisation__name", flat=True)
    return sorted(found[:MOST_NAMED])


def earlier_purchases(tender: Tender, months: int) -> list[rules.Earlier]:
    """The buyer's purchases of the same item of the last months, but this one's own chain and what came to nothing.

    Of the same project as far as both name one: who leaves the code out isn't out of sight. Those that a related buyer
    announced count, too; what it has not announced yet doesn't, for nobody may feel it out: the operator's check, which
    asks again, sees whichever is published second.
    """
    found = [_earlier(each) for each in _purchases(tender, months, Q(buyer=tender.buyer))]
    return found + [_earlier(each, is_related=True) for each in related_purchases(tender, months)]


def related_purchases(tender: Tender, months: int) -> list[Tender]:
    """What buyers of the same persons as this one have announced of the same item; not for the buyer's eyes."""
    if tender.funds != Tender.Funds.PUBLIC or not months:
        return []
    found = conflicts.related_buyers(tender.buyer)
    of_them = Q(buyer__in=found)
    if person := tender.buyer.legal_person.strip():
        of_them |= Q(buyer_facts__legal_person=person)  # as announced: a later change of the register helps nobody
    announced = Q(published_at__isnull=False) & of_them & ~Q(buyer=tender.buyer)
    return _purchases(tender, months, announced)


def _purchases(tender: Tender, months: int, those: Q) -> list[Tender]:
    if tender.funds != Tender.Funds.PUBLIC or not months:
        return []
    since = clock.now() - timedelta(days=round(months * 365.25 / 12))
    found = Tender.objects.filter(those, item=tender.item, funds=Tender.Funds.PUBLIC, number__isnull=False)
    found = found.filter(Q(submitted_at__gte=since) | Q(published_at__gte=since)).exclude(chain=tender.chain)
    gone = [Tender.State.DRAFT, Tender.State.FAILED, Tender.State.CANCELLED]
    if tender.project_code:
        found = found.filter(project_code__in=["", tender.project_code])
    rows = found.exclude(state__in=gone).select_related("buyer").defer("record", "content").order_by("number")
    return [each for each in rows if each.published_at or each.submitted_at]


def _earlier(tender: Tender, *, is_related: bool = False) -> rules.Earlier:
    at = tender.published_at or tender.submitted_at
    assert at is not None
    on, is_direct = clock.local(at).date(), tender.method == "direct"
    return rules.Earlier(tender.number or "", tender.title, on, _amount(tender), is_direct, is_related)


def _amount(tender: Tender) -> Decimal:
    named = (tender.budget, tender.ceiling, tender.agreed_price)
    return max((each for each in named if each is not None), default=Decimal(0))


def offered(tender: Tender, *, eligible: int | None = None) -> tuple[rules.Offered, ...]:
    """The ways of selecting that are offered for a draft, the best first; `eligible`: how many may respond."""
    data = catalogue.current_rules()
    return rules.offer_methods(_purchase(tender, eligible), data, registry.announced())


def is_lawful(tender: Tender) -> bool:
    """Whether the method that a draft names may be used for its item, money and amount."""
    return tender.method in rules.lawful_methods(_purchase(tender, None), catalogue.current_rules())


def _purchase(tender: Tender, eligible: int | None) -> rules.Purchase:
    plan = plan_of(tender)
    return rules.Purchase(
        item_code=plan.item_code,
        funds=plan.funds,
        amount=plan.amount or None,
        draw_allowed=plan.draw_allowed,
        failures=plan.failures,
        refusals=plan.refusals,
        attempt=tender.attempt,
        eligible=eligible,
    )


def problems(tender: Tender, requirements: Sequence[Requirement] | None = None) -> tuple[Problem, ...]:
    """Everything that stands against publishing this draft, as it is in memory, now."""
    data = catalogue.current_rules()
    found = rules.problems(plan_of(tender, requirements), data, registry.announced())
    if registry.get(tender.method).takes_bids and not tender.is_invited:
        found += (*sources.problems(tender, data), *rostering.problems(tender))
    return found + tuple(_about_the_chosen(tender, data))


def overridden(tender: Tender) -> list[tuple[str, str]]:
    """What was warned of and stands by the buyer's reason: the finding, and the reason; for the department."""
    plan = plan_of(tender)
    found = [(each.sentence, plan.lint_reason) for each in rules.findings(plan) if not each.is_refused]
    split = rules.split(plan, catalogue.current_rules())
    return found + ([(split.sentence, plan.splitting_reason)] if split else [])


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
