from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from marketplace.core import clock

MOMENT = datetime(2026, 2, 13, 23, 30, tzinfo=UTC)


def test_the_clock_stands_still_inside_a_context_and_goes_on_after_it() -> None:
    with clock.at(MOMENT):
        assert clock.now() == MOMENT
        with clock.at(MOMENT + timedelta(days=1)):
            assert clock.now() == MOMENT + timedelta(days=1)
        assert clock.now() == MOMENT
    assert abs(clock.now() - timezone.now()) < timedelta(seconds=5)


def test_today_is_the_zones_day() -> None:
    with clock.at(MOMENT):
        assert clock.today() == date(2026, 2, 14)
        assert clock.local(clock.now()).hour == 7


def test_a_moment_without_zone_is_no_moment() -> None:
    with pytest.raises(ValueError, match="aware"), clock.at(datetime(2026, 2, 13)):
        pass


def test_a_demonstration_runs_ahead_and_a_standing_clock_does_not() -> None:
    clock.use_offset(lambda: timedelta(days=3))
    try:
        assert clock.now() - timezone.now() > timedelta(days=2, hours=23)
        with clock.at(MOMENT):
            assert clock.now() == MOMENT
    finally:
        clock.use_offset(None)
    assert clock.now() - timezone.now() < timedelta(minutes=1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_inside_a_transaction_the_databases_clock_moves_on() -> None:
    with transaction.atomic():
        first = clock.now()
        with connection.cursor() as cursor:
            cursor.execute("SELECT now(), pg_sleep(0.05)")
            start = cursor.fetchone()[0]
        second = clock.now()
    assert second - first >= timedelta(seconds=0.05)
    assert start <= first
