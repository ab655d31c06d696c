"""May this agency respond to this tender? The market's rules for agencies, and recusal from this buyer.

Evaluated when responding, at the close and before the notice; stored as a report rule by rule.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from marketplace.agencies.rules import Check, Facts, Need, Needs, all_met, eligibility, failing
from marketplace.catalogue.rules import RuleData
from marketplace.core import calendar, clock
from marketplace.core.said import gettext as _
from marketplace.core.said import gettext_lazy
from marketplace.tenders import conflicts, rules
from marketplace.tenders.models import Requirement, Tender

RECUSAL = {
    "same_organisation": gettext_lazy("与采购人为同一单位"),
    "same_legal_person": gettext_lazy("与采购人法定代表人为同一人"),
    "shareholder": gettext_lazy("与采购人有 25% 以上的持股关系"),
    "employee": gettext_lazy("有人员同时在采购人任职"),
    "excluding_service": gettext_lazy("已承担本投资项目中须回避的其他服务"),
    "declared": gettext_lazy("已申报回避"),
}


@dataclass(frozen=True)
class Report:
    """The answers of all rules for one agency, on one day."""

    checks: tuple[Check, ...]

    @cached_property
    def is_eligible(self) -> bool:
        return all_met(self.checks)

    @cached_property
    def failing(self) -> tuple[Check, ...]:
        return failing(self.checks)

    @property
    def met(self) -> int:
        """How many rules are met."""
        return len(self.checks) - len(self.failing)

    @property
    def misses_one_mendable(self) -> bool:
        """Whether a single thing stands in the way, and the agency can mend it."""
        return len(self.failing) == 1 and bool(self.failing[0].mend)

    def to_json(self) -> list[dict[str, Any]]:
        """The report as it is stored with a response."""
        return [
            {"key": c.key, "label": str(c.label), "ok": c.ok, "mine": str(c.mine), "needed": str(c.needed)}
            for c in self.checks
        ]


def needs_of(tender: Tender, data: RuleData, requirements: Sequence[Requirement] | None = None) -> Needs:
    """What the tender asks of an agency. `requirements` saves a query where they were prefetched."""
    asked = list(tender.requirements.all()) if requirements is None else list(requirements)
    groups: dict[int, list[Need]] = {}
    for one in asked:
        need = Need(one.type.slug, one.type.name, tuple(one.type.grades), one.minimum_grade)
        groups.setdefault(one.group, []).append(need)
    licences = tuple(part for part in tender.item.practitioner.split("、") if part)
    region = tender.region.code if tender.local_only and tender.region else None
    return Needs(
        item_code=tender.item.code,
        item_name=tender.item.label,
        groups=tuple(tuple(group) for _number, group in sorted(groups.items())),
        region_code=region,
        practitioners=tender.practitioners_needed,
        service_ends_on=service_ends_on(tender, data),
        licences=licences,
    )


def service_ends_on(tender: Tender, data: RuleData) -> date:
    """The expected last day of the service, until which qualifications must hold."""
    closes_on = clock.local(tender.closes_at or clock.now()).date()
    if tender.closes_at is None and tender.method != "direct":
        closes_on = calendar.due_on(closes_on, tender.response_days).due_on
    publicity = data.publicity_days(tender.method)
    return rules.service_ends_on(closes_on, publicity, data.periods.contract, tender.days or 0, calendar.is_workday)


def report(tender: Tender, needs: Needs, facts: Facts, on: date) -> Report:
    """The report for an agency with these facts; `tender.buyer` must be loaded."""
    return Report((*eligibility(facts, needs, on), _recusal(recusal_of(tender)(facts))))


def reports(tender: Tender, needs: Needs, facts: Mapping[int, Facts], on: date) -> dict[int, Report]:
    """The same for many agencies, by the keys of their facts: what is known of the buyer is put together once."""
    reasons = recusal_of(tender)
    return {pk: Report((*eligibility(each, needs, on), _recusal(reasons(each)))) for pk, each in facts.items()}


def recusal_of(tender: Tender) -> Callable[[Facts], tuple[str, ...]]:
    """Why an agency must stand aside from this tender's buyer: a function of its facts that gives keys of RECUSAL."""
    known = conflicts.of(tender)
    buyer = rules.Party(tender.buyer.credit_code, known.legal_person, known.holders)

    def reasons(facts: Facts) -> tuple[str, ...]:
        code = facts.credit_code
        agency = rules.Party(code, facts.legal_person, known.holders_of.get(code, frozenset()))
        return (*rules.recusals(buyer, agency), *known.reasons.get(code, ()))

    return reasons


def _recusal(reasons: Sequence[str]) -> Check:
    mine = "、".join(str(RECUSAL[reason]) for reason in reasons) or _("与采购人没有须回避的关系")
    return Check("recusal", _("无须回避"), not reasons, mine)
