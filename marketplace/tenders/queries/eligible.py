"""How many agencies could respond to a purchase, and what each lawful relaxation of its requirements would add.

The market is read once, in a constant number of queries, and judged in memory: an agency that misses exactly one rule
is what relaxing that rule adds.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from marketplace.agencies import queries as agencies
from marketplace.agencies.models import Agency
from marketplace.agencies.rules import Facts, Need, Needs, count_people, failing_keys
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import ServiceItem
from marketplace.catalogue.rules import RuleData, level_of
from marketplace.core import clock
from marketplace.tenders.eligibility import needs_of, recusal_of
from marketplace.tenders.models import Requirement, Tender
from marketplace.tenders.selection import registry

FEW = 3  # eligible agencies: fewer raise a warning


@dataclass(frozen=True)
class Relaxation:
    """A requirement made easier, in words, how many agencies that would add, and what is asked then."""

    key: str
    words: str
    gain: int
    needs: Needs


@dataclass(frozen=True)
class MarketCount:
    """The market of a purchase. `needed`: the fewest valid responses; `nearly`: agencies that miss one thing."""

    admitted: int
    offering: int
    eligible: int
    nearly: int
    needed: int
    relaxations: tuple[Relaxation, ...]

    @property
    def is_few(self) -> bool:
        """Whether so few could respond that it may fail."""
        return self.eligible < max(self.needed, FEW)


def market_count(tender: Tender, data: RuleData, requirements: Sequence[Requirement] | None = None) -> MarketCount:
    """Count the market for a tender as it is in memory; `requirements` instead of those that are stored."""
    today = clock.today()
    needs, offering, able = _market(tender, data, requirements)
    missing = {pk: failing_keys(facts, needs, today) for pk, facts in able.items()}
    single = {pk: keys[0] for pk, keys in missing.items() if len(keys) == 1}
    until = max(needs.service_ends_on or today, today)
    short = {count_people(able[pk], needs, today, until) for pk, rule in single.items() if rule == "practitioners"}
    gains: Counter[tuple[str, str, str]] = Counter()
    eased: dict[str, Needs] = {}
    for rule, key, words, relaxed in _relaxed(needs, tender.item, short):
        eased[key] = relaxed
        gains[rule, key, words] += sum(
            1 for pk, failing in single.items() if failing == rule and not failing_keys(able[pk], relaxed, today)
        )
    found = [Relaxation(key, words, gain, eased[key]) for (_rule, key, words), gain in gains.items() if gain]
    return MarketCount(
        admitted=Agency.objects.filter(state=Agency.State.ACTIVE).count(),
        offering=len(offering),
        eligible=sum(not keys for keys in missing.values()),
        nearly=len(single),
        needed=_needed(tender, data),
        relaxations=tuple(sorted(found, key=lambda each: -each.gain)),
    )


def eligible_agencies(tender: Tender, data: RuleData) -> tuple[str, ...]:
    """The credit codes of the agencies that could respond to the tender today, as `market_count` counts them."""
    today = clock.today()
    needs, _offering, able = _market(tender, data, None)
    return tuple(facts.credit_code for facts in able.values() if not failing_keys(facts, needs, today))


def _market(
    tender: Tender, data: RuleData, requirements: Sequence[Requirement] | None
) -> tuple[Needs, dict[int, Facts], dict[int, Facts]]:
    """What the tender needs, who offers its item, and who of these need not stand aside."""
    asked = list(tender.requirements.select_related("type")) if requirements is None else list(requirements)
    needs = needs_of(tender, data, asked)
    slugs = {one.type.slug for one in asked}
    offering = agencies.facts_offering(tender.item, slugs, needs.licences if needs.practitioners else None)
    stands_aside = recusal_of(tender)
    return needs, offering, {pk: facts for pk, facts in offering.items() if not stands_aside(facts)}


def _needed(tender: Tender, data: RuleData) -> int:
    method = tender.method if tender.method in registry.announced() else "lowest_price"
    return data.minimum(method, tender.funds, attempt=tender.attempt, item=tender.item.code)


def _relaxed(needs: Needs, item: ServiceItem, short: set[int]) -> Iterator[tuple[str, str, str, Needs]]:
    """Each relaxation: the rule that it eases, its key, its words, and the needs with it.

    `short`: how many people those have that miss nothing else: the number goes down as little as lets somebody in, or
    to one.

    What the law asks for the item is never eased: neither its qualification, nor the grade below the item's own.
    """
    lawful = {each.type.slug: each.minimum_grade for each in catalogue.alternatives(item)}
    for n, group in enumerate(needs.groups):
        rule = f"qualification_{n}"
        names = _("或").join(need.text for need in group)
        if not any(need.type_slug in lawful for need in group):
            rest = tuple(each for m, each in enumerate(needs.groups) if m != n)
            yield rule, f"drop-{n}", _("不再要求%(what)s") % {"what": names}, replace(needs, groups=rest)
        lower = tuple(_step_down(need, lawful.get(need.type_slug)) for need in group)
        if lower != group:
            groups = (*needs.groups[:n], lower, *needs.groups[n + 1 :])
            values = {"before": names, "after": _("或").join(need.text for need in lower)}
            yield rule, f"lower-{n}", _("%(before)s降为%(after)s") % values, replace(needs, groups=groups)
    if needs.region_code:
        yield "region", "region", _("不限定服务区域"), replace(needs, region_code=None)
    for fewer in sorted({max(short, default=0), 1} if short - {0} else (), reverse=True):
        words = _("执业人员由 %(before)d 人减为 %(after)d 人") % {"before": needs.practitioners, "after": fewer}
        yield "practitioners", f"people-{fewer}", words, replace(needs, practitioners=fewer)
    if needs.practitioners and item.kind != ServiceItem.Kind.PERSONS:
        yield "practitioners", "people-0", _("不再要求执业人员"), replace(needs, practitioners=0)


def _step_down(need: Need, least: str | None) -> Need:
    """The need one grade lower; `least`: the lowest that the law allows for the item ("": any), None: nothing said."""
    if not need.minimum_grade or need.minimum_grade not in need.grades:
        return need
    at = need.grades.index(need.minimum_grade)
    if at + 1 == len(need.grades):
        return need
    lower = need.grades[at + 1]
    if least and level_of(need.grades, lower) < level_of(need.grades, least):
        return need
    return replace(need, minimum_grade=lower)
