"""What the market knows of conflicts between buyers and agencies; a constant number of queries for many tenders.

Computed: shareholders of 25 % and more, people who act for both, an excluding service for the same project. Declared:
by the agency or by the buyer.
"""

import copy
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Q

from marketplace.accounts.models import Membership, Organisation, Shareholding
from marketplace.tenders import rules
from marketplace.tenders.models import Award, Recusal, Tender


@dataclass(frozen=True)
class Conflicts:
    """Of one tender: the buyer's legal person and holders, who holds which firm, and credit code → other reasons.

    What concerns the buyer is as it was announced: who changed it later could throw out a winner.
    """

    legal_person: str = ""
    holders: frozenset[str] = frozenset()
    holders_of: dict[str, frozenset[str]] = field(default_factory=dict)
    reasons: dict[str, tuple[str, ...]] = field(default_factory=dict)


def load(tenders: Iterable[Tender]) -> None:
    """Keep with each tender what `of` gives; `tender.buyer` and `tender.item` must be loaded."""
    wanted = list(tenders)
    holders, people = _holders(wanted), _people(wanted)
    served, declared = _served(wanted), _declared(wanted)
    for tender in wanted:
        reasons: dict[str, list[str]] = defaultdict(list)
        for code in people.get(tender.buyer_id, ()):
            reasons[code].append("employee")
        for code, done in served.get(tender.project_code, {}).items():
            if rules.excludes(tender.item.code, done):
                reasons[code].append("excluding_service")
        for code in declared.get(tender.pk, ()):
            reasons[code].append("declared")
        found = {code: tuple(each) for code, each in reasons.items()}
        known = tender.buyer_facts or buyer_facts(tender.buyer, holders.get(tender.buyer.credit_code, frozenset()))
        tender.conflicts = Conflicts(  # type: ignore[attr-defined]
            known["legal_person"], frozenset(known["holders"]), holders, found
        )


def of(tender: Tender) -> Conflicts:
    """The conflicts of a tender, read once for each loaded tender."""
    if not hasattr(tender, "conflicts"):
        load([tender])
    found: Conflicts = tender.conflicts  # type: ignore[attr-defined]
    return found


def with_declared(tender: Tender, code: str, *, declared: bool) -> Tender:
    """A copy of the tender whose conflicts say of this firm whether it has declared its recusal by now."""
    known = of(tender)
    others = tuple(each for each in known.reasons.get(code, ()) if each != "declared")
    reasons = known.reasons | {code: (*others, "declared") if declared else others}
    found = copy.copy(tender)
    found.conflicts = replace(known, reasons=reasons)  # type: ignore[attr-defined]
    return found


def buyer_facts(buyer: Organisation, holders: Collection[str]) -> dict[str, Any]:
    """What an announcement freezes of its buyer, as JSON: `legal_person`, and `holders` of 25 % and more."""
    return {"legal_person": buyer.legal_person, "holders": sorted(holders)}


def facts_now(tender: Tender) -> dict[str, Any]:
    """The buyer's facts on this day, for the announcement."""
    return buyer_facts(tender.buyer, _holders([tender]).get(tender.buyer.credit_code, frozenset()))


def related_buyers(buyer: Organisation) -> list[int]:
    """The keys of other organisations of the same persons, by the rule of recusal: legal person, shares of 25 %."""
    large = Shareholding.objects.filter(percent__gte=rules.CONTROLLING)
    own = list(large.filter(organisation=buyer).values_list("holder_code", "holder_name"))
    holders = frozenset(code or name.strip() for code, name in own)
    person = buyer.legal_person.strip()
    names = ({name.strip() for code, name in own if not code} | {person}) - {""}
    codes = {code for code, _name in own if code}
    held = large.filter(
        Q(holder_code__in=codes | {buyer.credit_code}) | Q(holder_code="", holder_name__in=names)
    ).values("organisation")
    near = Organisation.objects.filter(Q(legal_person__in=names) | Q(credit_code__in=codes) | Q(pk__in=held))
    found = list(near.exclude(pk=buyer.pk).prefetch_related("shareholdings"))
    me = rules.Party(buyer.credit_code, person, holders)
    return [each.pk for each in found if rules.recusals(me, _party(each))]


def _party(organisation: Organisation) -> rules.Party:
    large = [one for one in organisation.shareholdings.all() if one.percent >= rules.CONTROLLING]
    holders = frozenset(one.holder_code or one.holder_name.strip() for one in large)
    return rules.Party(organisation.credit_code, organisation.legal_person, holders)


def _holders(tenders: list[Tender]) -> dict[str, frozenset[str]]:
    """Credit code → its holders, for the buyers and for every firm that has to do with them."""
    large = Shareholding.objects.filter(percent__gte=rules.CONTROLLING)
    buyers = {tender.buyer.credit_code for tender in tenders}
    own = list(large.filter(organisation__credit_code__in=buyers).values_list("holder_code", "holder_name"))
    codes = buyers | {code for code, _name in own if code}
    names = {name for code, name in own if not code} | {tender.buyer.legal_person for tender in tenders}
    related = large.filter(
        Q(holder_code__in=codes)
        | Q(holder_code="", holder_name__in=names - {""})
        | Q(organisation__credit_code__in=buyers)
    )
    found: dict[str, set[str]] = defaultdict(set)
    for firm, code, name in related.values_list("organisation__credit_code", "holder_code", "holder_name"):
        found[firm].add(code or name.strip())
    return {firm: frozenset(each) for firm, each in found.items()}


def _people(tenders: list[Tender]) -> dict[int, set[str]]:
    """Buyer → the credit codes of other firms for which its people act."""
    buyers = {tender.buyer_id for tender in tenders}
    both = Membership.objects.filter(
        is_active=True, user__memberships__organisation__in=buyers, user__memberships__is_active=True
    )
    found: dict[int, set[str]] = defaultdict(set)
    rows = both.values_list("user__memberships__organisation_id", "organisation_id", "organisation__credit_code")
    for buyer, firm, code in rows.distinct():
        if buyer in buyers and firm != buyer:
            found[buyer].add(code)
    return found


def _served(tenders: list[Tender]) -> dict[str, dict[str, set[str]]]:
    """Project → credit code → the items for which the firm has an award there."""
    projects = {tender.project_code for tender in tenders} - {""}
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    awards = Award.objects.filter(tender__project_code__in=projects, ended_at=None, noticed_at__isnull=False)
    rows = awards.values_list("tender__project_code", "agency__organisation__credit_code", "tender__item__code")
    for project, code, item in rows if projects else ():
        found[project][code].add(item)
    return found


def _declared(tenders: list[Tender]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    rows = Recusal.objects.filter(tender__in=[tender.pk for tender in tenders])
    for tender, code in rows.values_list("tender_id", "agency__organisation__credit_code"):
        found[tender].add(code)
    return found
