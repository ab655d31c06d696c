"""Real servers: those that script/test has started (TEST_POSTGRES_URL, TEST_REDIS_URL), else our own."""

import os
from collections.abc import Iterator

import pytest

from script._say import Failure
from script._services import running
from tests.conftest import missing


def _server(name: str, variable: str) -> Iterator[str]:
    if given := os.environ.get(f"TEST_{name.upper()}_URL"):
        yield given
        return
    try:
        server = running(name)
        address = server.__enter__().variables[variable]
    except Failure as failure:
        missing(str(failure))
    yield address
    server.__exit__(None, None, None)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a PostgreSQL server."""
    yield from _server("postgres", "DATABASE_URL")


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The address of a Redis server."""
    yield from _server("redis", "REDIS_URL")
