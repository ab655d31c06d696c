"""What the record says of a response besides its price: credit, level, performance, team. Filled in at the opening."""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from marketplace.agencies.queries import counted_works
from marketplace.agencies.rules import Facts, Need, Needs
from marketplace.catalogue.rules import RuleData, level_of
from marketplace.tenders.eligibility import needs_of
from marketplace.tenders.models import Requirement, Tender
from marketplace.tenders.rules import case_settings
from marketplace.tenders.selection import registry, validity
from marketplace.tenders.selection.base import Case

NO_TEAM = (Decimal(0),)


@dataclass(frozen=True)
class Standing:
    """What a quote of the case file takes from the agency's facts, under the same names."""

    credit: Decimal
    level: int | None
    performance: Decimal
    team: tuple[Decimal, ...] = NO_TEAM


def standings(
    tender: Tender,
    data: RuleData,
    facts: Mapping[int, Facts],
    *,
    on: date,
    requirements: Sequence[Requirement] | None = None,
    teams: Mapping[int, Iterable[Decimal]] | None = None,
) -> dict[int, Standing]:
    """Each agency's standing on the day of the close, by its primary key; two queries however many there are.

    `facts` as `agencies.queries.facts_many` gives them; `teams`: scores of the offered teams, none given: [0].
    """
    since = _months_before(on, data.selection.performance_months)
    works = counted_works(list(facts), item_code=tender.item.code, since=since, until=on)
    needs = needs_of(tender, data, requirements)
    return {
        pk: Standing(
            credit=Decimal(each.credit_score),
            level=_level(each, needs, on),
            performance=Decimal(works.get(pk, 0)),
            team=tuple((teams or {}).get(pk, ())) or NO_TEAM,
        )
        for pk, each in facts.items()
    }


def settings_of(tender: Tender, data: RuleData, requirements: Sequence[Requirement] | None = None) -> dict[str, Any]:
    """The case file's settings: the tender's, the RuleSet's where they differ, and for `merit` the levels."""
    settings = case_settings(tender.method, tender.method_settings, data)
    if tender.method == "merit":
        settings |= levels_of(needs_of(tender, data, requirements))
    return settings


def case_settings_of(tender: Tender, data: RuleData) -> dict[str, Any]:
    """`settings` of the tender's case file: with the numbers of its RuleSet that are not the methods' defaults."""
    if registry.recorded_as(tender.method) == "direct":
        return dict(tender.method_settings)
    settings = settings_of(tender, data)
    plain = Case(tender.method, tender.number or "", (), tender.attempt, tender.funds)
    least = data.minimum(tender.method, tender.funds, attempt=tender.attempt, item=tender.item.code)
    if least != validity.minimum(plain, registry.get(tender.method)):
        settings["minimum"] = least
    if (data.low_price.of_mean, data.low_price.of_ceiling) != (validity.OF_MEAN, validity.OF_CEILING):
        settings["low_price"] = {"of_mean": str(data.low_price.of_mean), "of_ceiling": str(data.low_price.of_ceiling)}
    return settings


def announced_selection(tender: Tender, data: RuleData) -> dict[str, Any]:
    """What the case file will take from the announcement besides its own words."""
    settings = case_settings_of(tender, data)
    plain = Case(tender.method, tender.number or "", (), settings=settings)
    if tender.method != "direct":
        plain = replace(plain, winners=data.selection.winners, substitutes=data.selection.substitutes)
    case = plain.to_json()
    return {key: case[key] for key in ("winners", "substitutes", "settings")}


def levels_of(needs: Needs) -> dict[str, int]:
    """`required_level` and `top_level` of the qualification that gives the points; both 1 where none has grades."""
    need = _graded(needs)
    if need is None:
        return {"required_level": 1, "top_level": 1}
    required = level_of(need.grades, need.minimum_grade) if need.minimum_grade else 1
    return {"required_level": max(1, required), "top_level": len(need.grades)}


def _graded(needs: Needs) -> Need | None:
    """The first qualification asked for that has grades: one scale for all."""
    return next((need for group in needs.groups for need in group if need.grades), None)


def _level(facts: Facts, needs: Needs, on: date) -> int | None:
    """The highest level that a valid certificate of that type has; None (the required one) without any.

    Who meets the requirement by an alternative type has none of this one, and counts as at the required level.
    """
    need = _graded(needs)
    if need is None:
        return None
    until = max(needs.service_ends_on or on, on)
    held = [c for c in facts.certificates if c.type_slug == need.type_slug and c.valid_on(on) and c.valid_on(until)]
    return max((level_of(need.grades, c.grade) for c in held), default=0) or None


def _months_before(day: date, months: int) -> date:
    """The same day so many months earlier, the month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
