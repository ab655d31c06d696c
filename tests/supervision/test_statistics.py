"""The public figures."""

import csv
import io
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marketplace.accounts.roles import MemberRole
from marketplace.agencies.models import Agency
from marketplace.catalogue.models import ServiceItem
from marketplace.contracts.models import Contract, Deliverable, Milestone
from marketplace.core import clock
from marketplace.supervision import chart, statistics
from marketplace.tenders.models import Award, Tender
from tests.factories import OrganisationFactory, StoredFileFactory, member
from tests.projects.scene import zone

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 18, 10, 0, tzinfo=clock.ZONE)


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


class Market:
    """Awards, made row by row."""

    def __init__(self) -> None:
        zone()
        self.buyer = member(MemberRole.BUYER)
        self.agency = Agency.objects.create(organisation=OrganisationFactory(), state="active")
        self.number = 0

    def tender(self, published: datetime, ceiling: str | None = "100000", funds: str = "private") -> Tender:
        self.number += 1
        return Tender.objects.create(
            number=f"ZJ-2026-{self.number:06d}",
            buyer=self.buyer.organisation,
            created_by=self.buyer.user,
            item=ServiceItem.objects.get(code="ZJ-005"),
            title="环评",
            state="notified",
            funds=funds,
            ceiling=Decimal(ceiling) if ceiling else None,
            published_at=published,
        )

    def award(self, price: str, noticed: datetime = NOW, days: int = 4, **tender: Any) -> Award:
        made = self.tender(noticed - timedelta(days=days), **tender)
        return Award.objects.create(tender=made, agency=self.agency, price=Decimal(price), days=20, noticed_at=noticed)

    def delivered(self, award: Award, due: str, uploaded: datetime) -> None:
        contract = Contract.objects.create(
            number=f"HT-{award.pk}",
            award=award,
            buyer=self.buyer.organisation,
            agency=self.agency,
            title="环评",
            amount=award.price,
            days=20,
            sign_by=NOW,
            state="performing",
        )
        milestone = Milestone.objects.create(
            contract=contract, position=1, title="报告", amount=award.price, days=20, due_on=due, state="accepted"
        )
        Deliverable.objects.create(
            milestone=milestone,
            file=StoredFileFactory(),
            uploaded_by=self.buyer.user,
            uploaded_at=uploaded,
            decide_by=NOW,
            state="accepted",
        )


def test_an_empty_market_has_figures_too() -> None:
    with clock.at(NOW):
        found = statistics.compute("12", "")
    assert (found.tenders, found.awards, found.price, found.saved_percent) == (0, 0, Decimal(0), None)
    assert (found.days_to_award, found.on_time_percent) == (None, None)
    assert len(found.months) == 12
    assert chart.bars_of(found.months).bars[0].height == 0
    assert Client().get(reverse("statistics")).status_code == 200


def test_what_is_saved_is_weighted_by_amount_and_only_where_there_was_a_ceiling() -> None:
    market = Market()
    with clock.at(NOW):
        market.award("80000")
        market.award("270000", ceiling="300000")
        market.award("50000", ceiling=None)
        found = statistics.compute("12", "")
    assert found.price == Decimal(400000)
    assert (found.capped_price, found.ceiling) == (Decimal(350000), Decimal(400000))
    assert found.saved_percent == Decimal("12.5")


def test_the_days_from_announcement_to_award_are_averaged() -> None:
    market = Market()
    with clock.at(NOW):
        market.award("1", days=4)
        market.award("1", days=7)
        assert statistics.compute("12", "").days_to_award == Decimal("5.5")


def test_a_deliverable_on_its_last_day_is_in_time_by_the_zones_calendar() -> None:
    market = Market()
    with clock.at(NOW):
        late_evening = datetime(2026, 3, 10, 23, 59, tzinfo=clock.ZONE)
        market.delivered(market.award("1"), "2026-03-10", late_evening)
        market.delivered(market.award("1"), "2026-03-10", late_evening + timedelta(minutes=1))
        market.delivered(market.award("1"), "2026-03-10", late_evening - timedelta(days=3))
        found = statistics.compute("12", "")
    assert (found.on_time, found.delivered, found.on_time_percent) == (2, 3, Decimal("66.7"))


def test_a_period_and_a_source_of_funds_narrow_the_figures() -> None:
    market = Market()
    with clock.at(NOW):
        market.award("1", funds="public")
        market.award("1", noticed=NOW.replace(year=2025, month=6))
        market.award("1", noticed=NOW.replace(year=2024, month=6))
        counts = {period: statistics.compute(period, "").awards for period in statistics.PERIODS}
        assert counts == {"12": 2, "year": 1, "all": 3}
        assert statistics.compute("all", "public").awards == 1
        assert statistics.compute("all", "private").awards == 2


def test_awards_stand_in_their_month_of_the_zones_calendar() -> None:
    market = Market()
    with clock.at(NOW):
        market.award("1", noticed=datetime(2026, 2, 1, 0, 30, tzinfo=clock.ZONE))  # still January in UTC
        months = {f"{month.first:%Y-%m}": month.awards for month in statistics.compute("12", "").months}
    assert (min(months), max(months)) == ("2025-04", "2026-03")
    assert months["2026-02"] == 1
    assert months["2026-01"] == 0


def test_an_award_without_its_notice_and_a_draft_count_nowhere() -> None:
    market = Market()
    with clock.at(NOW):
        award = market.award("1")
        Award.objects.filter(pk=award.pk).update(noticed_at=None)
        Tender.objects.filter(pk=award.tender_id).update(published_at=None)
        found = statistics.compute("12", "")
    assert (found.tenders, found.awards) == (0, 0)


def test_the_database_is_asked_as_often_for_much_as_for_little_and_then_not_for_a_minute() -> None:
    market = Market()
    client = Client()
    address = reverse("statistics")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    market.award("80000")
    client.get(address)
    cache.clear()
    little = asked()
    kept = asked()
    for _n in range(12):
        market.award("70000")
    cache.clear()
    assert asked() == little
    assert kept <= little - 6


def test_the_figures_come_as_a_table_file_a_spreadsheet_reads() -> None:
    market = Market()
    with clock.at(NOW):
        market.award("80000")
        response = Client().get(reverse("statistics_csv"), {"period": "year"})
    assert response["Content-Type"].startswith("text/csv")
    text = response.content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert ["中选次数", "1"] in rows
    assert ["节约率（%）", "20.0"] in rows
    assert rows[-1][0] == "2026-03"


def test_the_page_shows_chart_table_and_how_it_is_counted() -> None:
    market = Market()
    with clock.at(NOW):
        market.award("80000")
        text = Client().get(reverse("statistics"), {"period": "nonsense", "funds": "nonsense"}).content.decode()
    for words in ("入驻机构", "公开采购", "中选", "节约率", "公告到中选", "按期交付", "数据表", "怎么算的", "20.0"):
        assert words in text
    assert text.count('rx="2"') == 12


def test_the_bars_begin_at_zero_and_the_highest_fits() -> None:
    months = [statistics.Month(NOW.date(), n, Decimal(0), Decimal(0), Decimal(0)) for n in (0, 37, 5)]
    drawn = chart.bars_of(months)
    assert [bar.y + bar.height for bar in drawn.bars] == [chart.BASE] * 3
    assert min(bar.y for bar in drawn.bars) >= chart.TOP
    assert [number for _y, number in drawn.scale] == [0, 20, 40]
    assert [bar.is_marked for bar in drawn.bars] == [False, True, True]
