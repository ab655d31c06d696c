"""The test database itself: what a test leaves behind must not reach the next one."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection, transaction
from django.test import TransactionTestCase

from marketplace.core.models import Counter


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", [1, 2])
def test_a_transactional_test_finds_the_migrated_database_each_time(round_: int) -> None:
    assert not Counter.objects.exists()
    assert Permission.objects.exists()  # written after the migrations; a flush would have taken it
    with transaction.atomic():
        Counter.objects.create(name="left behind", value=round_)


@pytest.mark.django_db
def test_the_cache_has_its_table() -> None:
    from django.core.cache import cache

    cache.set("a", 1)
    assert cache.get("a") == 1


@pytest.mark.django_db
def test_sqlite_runs_in_wal_mode_and_takes_the_writers_lock_first() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("about SQLite")
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


@pytest.mark.postgres
@pytest.mark.django_db
def test_postgres_sorts_and_matches_chinese_text() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT datcollate FROM pg_database WHERE datname = current_database()")
        assert cursor.fetchone() == ("C.UTF-8",)


def test_the_flush_of_django_is_replaced(django_db_setup: None) -> None:
    assert TransactionTestCase._fixture_teardown.__name__ == "<lambda>"
