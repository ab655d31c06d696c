"""What a market's eye sees: which open tenders fit an agency, and what an item usually costs."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from statistics import median, quantiles

from django.db.models import Prefetch

from marketplace.agencies import queries as agencies
from marketplace.agencies.models import Agency
from marketplace.catalogue.models import ServiceItem
from marketplace.catalogue.rules import RuleData
from marketplace.core import clock
from marketplace.tenders import conflicts
from marketplace.tenders.eligibility import Report, needs_of, report
from marketplace.tenders.models import Award, Requirement, Tender
from marketplace.tenders.queries.rulesets import rules_of
from marketplace.tenders.queries.tenders import open_now

LOOK_BACK = timedelta(days=731)
FEN = Decimal("0.01")
ENOUGH = 3  # awards, before their median says anything


@dataclass(frozen=True)
class UsualPrice:
    """What an item costs here: median and quartiles of 24 months' awards (None: too few), and the catalogue's range."""

    median: Decimal | None
    count: int
    low: Decimal
    high: Decimal
    lower: Decimal | None = None
    upper: Decimal | None = None


def open_for(agency: Agency) -> list[tuple[Tender, Report]]:
    """Every open tender with this agency's report: the eligible first, then by how much is missing, then by the close.

    A constant number of queries.
    """
    asked = Prefetch("requirements", Requirement.objects.select_related("type"))
    tenders = list(open_now().prefetch_related(asked))
    if not tenders:
        return []
    conflicts.load(tenders)
    facts, today = agencies.facts(agency), clock.today()
    rules: dict[int | None, RuleData] = {}
    found = []
    for tender in tenders:
        data = rules.get(tender.ruleset_id)
        if data is None:
            data = rules_of(tender)
            rules[tender.ruleset_id] = data
        found.append((tender, report(tender, needs_of(tender, data), facts, today)))
    return sorted(found, key=lambda pair: (len(pair[1].failing), pair[0].closes_at, pair[0].pk))


def usual_price(item: ServiceItem) -> UsualPrice:
    """The item's usual price."""
    return usual_prices([item])[item.pk]


def usual_prices(items: Collection[ServiceItem]) -> dict[int, UsualPrice]:
    """The usual price of each item, by its key; one query."""
    since = clock.now() - LOOK_BACK
    awards = Award.objects.filter(tender__item__in=items, noticed_at__gte=since, tender__published_at__isnull=False)
    amounts: dict[int, list[Decimal]] = {item.pk: [] for item in items}
    for item_id, price in awards.values_list("tender__item_id", "price"):
        amounts[item_id].append(price)
    return {item.pk: _usual(item, sorted(amounts[item.pk])) for item in items}


def _usual(item: ServiceItem, amounts: list[Decimal]) -> UsualPrice:
    if len(amounts) < ENOUGH:
        return UsualPrice(None, len(amounts), item.price_low, item.price_high)
    lower, _middle, upper = (each.quantize(FEN) for each in quantiles(amounts, n=4, method="inclusive"))
    middle = Decimal(median(amounts)).quantize(FEN)
    return UsualPrice(middle, len(amounts), item.price_low, item.price_high, lower, upper)
