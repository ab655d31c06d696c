"""What every test stands on: an environment of its own, a database laid from a template, the clock, and the queue.

The environment is set here, before Django reads it: pytest-django is not told a settings module in pyproject.toml,
because it would load the settings before any conftest.
"""

import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

if settings.configured:  # with whatever the shell says, perhaps with a real database
    raise pytest.UsageError("unset DJANGO_SETTINGS_MODULE: the tests set their own environment first")

ALL = os.environ.get("TEST_ALL") == "1"  # script/test --all: what is missing is a failure and not a skip
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
VAR_DIR = Path(tempfile.mkdtemp(prefix=f"supermarket-{WORKER}-"))


def _environment() -> dict[str, str]:
    """The settings of a test run; whatever the developer's shell or var/environment says otherwise stays outside."""
    from tests.database import url_for

    return {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "VAR_DIR": str(VAR_DIR),
        "ENVIRONMENT_FILE": str(VAR_DIR / "environment"),
        "SECRET_KEY": secrets.token_urlsafe(50),
        "DEBUG": "0",
        "DEMO": "0",
        "SITE_URL": "http://testserver",
        "ALLOWED_HOSTS": "testserver,127.0.0.1,localhost",
        "DATABASE_URL": url_for(os.environ.get("TEST_DATABASE_URL", ""), WORKER),
        "LOG_LEVEL": "WARNING",
        "PYTHONWARNINGS": os.environ.get("PYTHONWARNINGS", ""),
    }


def _start() -> None:
    from config.environment import VARIABLES

    for variable in VARIABLES:
        os.environ.pop(variable.name, None)
    os.environ.update(_environment())
    import django

    django.setup()


_start()

from tests import database  # noqa: E402  (needs the settings)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Workers inherit this environment: take out what would load the settings there before their own conftest."""
    del os.environ["DJANGO_SETTINGS_MODULE"]


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(VAR_DIR, ignore_errors=True)


def missing(what: str) -> None:
    """Skip the test because something isn't there; under `script/test --all` fail instead."""
    if ALL:
        pytest.fail(what)
    pytest.skip(what)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database-only", action="store_true", help="only the tests that touch a database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What asks no database says the same beside another one: it runs once, beside SQLite."""
    if not config.getoption("--database-only"):
        return
    asking = [item for item in items if _asks_the_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if not _asks_the_database(item)])
    items[:] = asking


def _asks_the_database(item: pytest.Item) -> bool:
    fixtures = {"db", "transactional_db", "django_db_setup", "live_server"}
    own = set(getattr(item, "fixturenames", ()))
    marked = any(item.get_closest_marker(name) for name in ("django_db", "postgres"))
    return marked or bool(own & fixtures)


def pytest_runtest_setup(item: pytest.Item) -> None:
    from django.db import connection

    if item.get_closest_marker("postgres") and connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: script/test runs it, or set TEST_DATABASE_URL")


# --- database ---------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: "pytest.FixtureRequest") -> Iterator[None]:
    """A database with all migrations, laid as a copy of a template that is built once."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        template = database.template()
        template.ready()
        template.lay()
        undo = database.lay_after_transactional_tests(template)
    yield
    undo()
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        template.clear()


# --- clock and queue --------------------------------------------------------------------------------------------------
@pytest.fixture
def clock_at() -> Callable:
    """`with clock_at(moment): …` lets the site's clock stand at an aware datetime."""
    from marketplace.core import clock

    return clock.at


@pytest.fixture
def drain() -> Callable[[], int]:
    """Does the worker's round - due deadlines, events, log numbering - until nothing waits; returns how much was done.

    A handler that failed fails the test with its error.
    """
    from tests.queue import drain

    return drain
