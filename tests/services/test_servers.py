"""The servers that script/services brings up, talked to for real."""

import psycopg
import pytest
from django.conf import LazySettings
from django.core.cache import caches

pytestmark = pytest.mark.services


def test_postgres_knows_chinese_trigrams(postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        assert server.execute("SELECT show_trgm('环境影响评价')").fetchone() != ([],)
        assert server.execute("SELECT '环境影响评价' ILIKE '%影响%'").fetchone() == (True,)


def test_postgres_locks_rows_as_the_ticker_needs_it(postgres_url: str) -> None:
    claim = "SELECT id FROM due ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED"
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute("CREATE TABLE due AS SELECT generate_series(1, 2) AS id")
        try:
            with psycopg.connect(postgres_url) as first, psycopg.connect(postgres_url) as second:
                assert first.execute(claim).fetchall() == [(1,)]
                assert second.execute(claim).fetchall() == [(2,)]
        finally:
            server.execute("DROP TABLE due")


def test_redis_serves_as_the_shared_cache(redis_url: str, settings: LazySettings) -> None:
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": redis_url},
    }
    cache = caches["default"]
    cache.set("name", "中介服务超市", 30)
    assert cache.get("name") == "中介服务超市"
    assert cache.add("name", "second") is False
    cache.delete("name")
