"""Test databases, made quickly: all migrations run once into a template, every run and every worker lays a copy of it.

After a test with real transactions the copy is laid anew. That is quicker than Django's flush, and unlike the flush it
keeps what migrations wrote (Wagtail's root page, permissions).
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(tempfile.gettempdir()) / f"supermarket-templates-{os.getuid()}"
DAYS_KEPT = 3


class Template(Protocol):
    """A migrated database to copy from."""

    def ready(self) -> None:
        """Build it, unless it is there already."""

    def lay(self) -> None:
        """Put a fresh copy where the settings look for the database."""

    def clear(self) -> None:
        """Remove that copy."""


def url_for(base: str, worker: str) -> str:
    """The DATABASE_URL of one xdist worker beside `base`; "" (SQLite in VAR_DIR) for none."""
    if not base:
        return ""
    parts = urlsplit(base)
    return urlunsplit(parts._replace(path=f"/test_{parts.path.lstrip('/')}_{worker}"))


def template() -> Template:
    """The template for the configured database."""
    from django.db import connection

    return SQLiteTemplate() if connection.vendor == "sqlite" else PostgreSQLTemplate()


def key() -> str:
    """What a template depends on: migrations, what apps do after them, and the third parties' versions."""
    digest = hashlib.sha256()
    apps = [ROOT / name for name in ("config", "demo", "cms", "search", "marketplace", "payments")]
    files = [ROOT / "requirements.txt", Path(__file__)]
    for app in apps:
        files += [
            *app.rglob("migrations/*.py"),
            *app.rglob("apps.py"),
            *app.rglob("models.py"),
            *app.rglob("models/*.py"),
        ]
    for path in sorted(files):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def lay_after_transactional_tests(template: Template) -> Callable[[], None]:
    """Let TransactionTestCase lay the template anew instead of flushing; returns what undoes it."""
    from django.test import TransactionTestCase

    flush = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = lambda self: template.lay()
    return lambda: setattr(TransactionTestCase, "_fixture_teardown", flush)


def migrate() -> None:
    """Bring the configured, empty database to the present state."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
    call_command("createcachetable")


@contextmanager
def alone() -> Iterator[None]:
    """Only one process of this user builds templates at a time."""
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    with open(FOLDER / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class SQLiteTemplate:
    """A file in the temporary folder."""

    def __init__(self) -> None:
        from django.db import connection

        self.connection = connection
        self.place = Path(connection.settings_dict["NAME"])
        self.file = FOLDER / f"{key()}.sqlite3"

    def ready(self) -> None:
        self._lay_out_quickly()
        with alone():
            if self.file.exists():
                return
            for old in FOLDER.glob("*.sqlite3"):
                if old.stat().st_mtime < time.time() - DAYS_KEPT * 86400:
                    old.unlink()
            migrate()
            self.connection.close()
            unfinished = self.file.with_suffix(".unfinished")
            unfinished.unlink(missing_ok=True)
            with closing(sqlite3.connect(self.place)) as source, closing(sqlite3.connect(unfinished)) as target:
                source.backup(target)
            unfinished.rename(self.file)

    def lay(self) -> None:
        self.clear()
        shutil.copyfile(self.file, self.place)

    def clear(self) -> None:
        self.connection.close()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self.place}{suffix}").unlink(missing_ok=True)

    def _lay_out_quickly(self) -> None:
        """A test database need not survive a power cut."""
        options: dict[str, Any] = self.connection.settings_dict["OPTIONS"]
        options["init_command"] = options["init_command"].replace("synchronous=NORMAL", "synchronous=OFF")
        self.connection.close()


class PostgreSQLTemplate:
    """A database on the same server; `CREATE DATABASE … TEMPLATE` copies its files."""

    def __init__(self) -> None:
        from django.db import connection

        self.connection = connection
        self.place: str = connection.settings_dict["NAME"]
        self.name = f"template_{key()}"

    def ready(self) -> None:
        with alone():
            if self._ask("SELECT 1 FROM pg_database WHERE datname = %s", self.name):
                return
            for (old,) in self._ask("SELECT datname FROM pg_database WHERE datname LIKE 'template\\_%%'"):
                if len(old) == len(self.name):
                    self._do(f'DROP DATABASE "{old}" WITH (FORCE)')
            self._do(f'DROP DATABASE IF EXISTS "{self.place}" WITH (FORCE)')
            self._do(f'CREATE DATABASE "{self.place}" TEMPLATE template0')
            migrate()
            self.connection.close()
            self._do(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.place}"')

    def lay(self) -> None:
        self.clear()
        with alone():  # two copies at once would hinder each other
            self._do(f'CREATE DATABASE "{self.place}" TEMPLATE "{self.name}"')

    def clear(self) -> None:
        self.connection.close()
        self._do(f'DROP DATABASE IF EXISTS "{self.place}" WITH (FORCE)')

    def _do(self, statement: str) -> None:
        with self._server() as server:
            server.execute(statement)

    def _ask(self, question: str, *values: str) -> list[tuple[Any, ...]]:
        with self._server() as server:
            return server.execute(question, values).fetchall()

    def _server(self) -> Any:
        import psycopg

        at = self.connection.settings_dict
        return psycopg.connect(
            host=at["HOST"],
            port=at["PORT"],
            user=at["USER"],
            password=at["PASSWORD"],
            dbname="postgres",
            autocommit=True,
        )
