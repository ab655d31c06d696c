"""What the record says of an agency: credit, level, performance, counted on the day of the close."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplace.agencies import queries as agencies
from marketplace.agencies.models import Agency, PastWork
from marketplace.catalogue import queries as catalogue
from marketplace.core import clock
from marketplace.tenders.services import record
from tests.tenders import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]

CLOSED_ON = date(2026, 3, 19)


def work(agency: Agency, finished_on: date, *, contract: str = "HT-1", code: str = scene.ITEM) -> PastWork:
    return PastWork.objects.create(
        agency=agency,
        item=scene.item(code),
        title="厂房联合测绘",
        client="某公司",
        amount=Decimal(80000),
        started_on=date(2020, 1, 1),
        finished_on=finished_on,
        contract_number=contract,
    )


def standings(*of: Agency) -> dict[int, record.Standing]:
    tender = scene.published()
    facts = agencies.facts_many(Agency.objects.filter(pk__in=[each.pk for each in of]))
    return record.standings(tender, catalogue.current_rules(), facts, on=CLOSED_ON)


def test_credit_and_level_are_those_of_the_agency() -> None:
    high = scene.agency(grade="甲级", credit_score=92)
    low = scene.agency(grade="乙级", credit_score=61)
    found = standings(high, low)
    assert (found[high.pk].credit, found[low.pk].credit) == (Decimal(92), Decimal(61))
    assert (found[high.pk].level, found[low.pk].level) == (2, 1)
    assert found[high.pk].team == (Decimal(0),)


def test_a_certificate_that_ends_before_the_service_gives_no_level() -> None:
    short = scene.agency(valid_until=date(2026, 3, 20))
    assert standings(short)[short.pk].level is None


def test_only_own_contracts_of_the_item_within_three_years_count_as_performance() -> None:
    agency = scene.agency()
    work(agency, date(2023, 3, 19), contract="HT-1")
    work(agency, date(2026, 3, 19), contract="HT-2")
    work(agency, date(2023, 3, 18), contract="HT-3")  # too long ago
    work(agency, date(2026, 3, 20), contract="HT-4")  # after the close
    work(agency, date(2025, 1, 1), contract="")  # declared, not done here
    work(agency, date(2025, 1, 1), contract="HT-5", code=scene.FREE_ITEM)
    assert standings(agency)[agency.pk].performance == 2


def test_months_before_the_end_of_a_short_month() -> None:
    assert record._months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert record._months_before(date(2024, 2, 29), 36) == date(2021, 2, 28)
    assert record._months_before(date(2026, 1, 15), 13) == date(2024, 12, 15)


def test_the_levels_of_the_scale_come_from_the_requirement() -> None:
    data = catalogue.current_rules()
    merit = scene.draft(scene.buyer(), method="merit")
    assert record.settings_of(merit, data) == {"required_level": 1, "top_level": 2}
    free = scene.draft(scene.buyer(), scene.FREE_ITEM, method="merit")
    assert record.settings_of(free, data) == {"required_level": 1, "top_level": 1}
    lowest = scene.draft(scene.buyer())
    assert record.settings_of(lowest, data) == {}


def test_a_thousand_agencies_cost_as_many_queries_as_one() -> None:
    with clock.at(scene.MONDAY):
        _count_queries()


def _count_queries() -> None:
    tender, data = scene.published(), catalogue.current_rules()
    record.standings(tender, data, {}, on=CLOSED_ON)  # calendar and zone are read once and kept
    counts = []
    for more in (1, 5):
        for _ in range(more):
            scene.agency()
        facts = agencies.facts_many(Agency.objects.all())
        with CaptureQueriesContext(
            connection,
        ) as queries:
            record.standings(tender, data, facts, on=CLOSED_ON)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 3
