"""On PostgreSQL the close is decided by the database's clock, whatever the application's host believes."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from marketplace.tenders import services
from marketplace.tenders.errors import BidTooLate
from marketplace.tenders.models import Bid, Tender
from tests.tenders import scene

pytestmark = [pytest.mark.postgres, pytest.mark.django_db, pytest.mark.usefixtures("market")]
MILLISECOND = timedelta(milliseconds=1)


@contextmanager
def database_says(moment: datetime) -> Iterator[None]:
    """Let `clock_timestamp()` of this connection answer `moment`: a function of that name that is found first."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA IF NOT EXISTS standing")
        cursor.execute(
            "CREATE OR REPLACE FUNCTION standing.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS"
            f" $$ SELECT '{moment.isoformat()}'::timestamptz $$"
        )
        cursor.execute("SET LOCAL search_path = standing, pg_catalog, public")
        try:
            yield
        finally:
            cursor.execute("SET LOCAL search_path = public")


@pytest.fixture(params=[timedelta(0), timedelta(days=3), timedelta(days=-3)], ids=["right", "ahead", "behind"])
def host(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> timedelta:
    """The host's clock: right at the close, three days ahead, three days behind."""
    step: timedelta = request.param
    monkeypatch.setattr(timezone, "now", lambda: scene.CLOSE + step)
    return step


def respond(tender: Tender, at: datetime) -> Bid:
    agency = scene.agency()
    author = scene.author(agency)
    with database_says(at):
        offer = services.Offer(Decimal(80000), 8)
        return services.place_bid(tender, agency, offer, idempotency_key=uuid.uuid4(), by=author)


def test_a_millisecond_before_and_after_the_close_by_the_databases_clock(host: timedelta) -> None:
    tender = scene.published()
    taken = respond(tender, scene.CLOSE - MILLISECOND)
    assert taken.submitted_at == scene.CLOSE - MILLISECOND
    assert taken.receipt["at"] == "2026-03-19T08:59:59.999000+00:00"
    for late in (timedelta(0), MILLISECOND):
        with pytest.raises(BidTooLate):
            respond(tender, scene.CLOSE + late)
    assert Bid.objects.count() == 1


def test_nothing_opens_early_when_the_hosts_clock_runs_ahead(host: timedelta) -> None:
    tender = scene.published()
    scene.bid(tender, "80000")
    with database_says(scene.CLOSE - MILLISECOND):
        services.open_bids(str(tender.pk))
        tender.refresh_from_db()
        assert tender.state == "published"
    with database_says(scene.CLOSE):
        services.open_bids(str(tender.pk))
        tender.refresh_from_db()
        assert (tender.state, tender.opened_at) == ("publicity", scene.CLOSE)
