"""An installation's folder (VAR_DIR) made ready to serve: settings, database, demonstration, index, static files.

Everything is stamped, so that a second start asks the disk and not Django.
"""

import contextlib
import fcntl
import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from config import environment
from script import _children, _say, _stamps
from script._stamps import ROOT

APPS = [ROOT / name for name in ("config", "demo", "cms", "search", "marketplace", "payments")]
OURS = (
    "site.sqlite3",
    "site.sqlite3-wal",
    "site.sqlite3-shm",
    "site.sqlite3-journal",
    "files",
    "media",
    "static",
    "stamps",
)


class Site:
    """One installation: its folder, and the Python that runs it."""

    def __init__(self, python: Path, address: str) -> None:
        self.python = python
        self.address = address
        self.folder = Path(environment.read("VAR_DIR")).resolve()
        self.stamps = self.folder / "stamps"

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Nobody else serves from this folder meanwhile. Raises Failure if somebody does."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(self.folder / "server.lock", "a+", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                raise _say.Failure(
                    f"A server already runs on {self.folder}: {lock.read().strip()}.\n"
                    "Stop it first (Ctrl-C in its window), or give this one another:  VAR_DIR=/path script/server …"
                ) from None
            lock.truncate(0)
            lock.write(f"process {os.getpid()}, {self.address}")
            lock.flush()
            try:
                yield
            finally:
                lock.truncate(0)

    def settle(self) -> None:
        """Read the settings file into the environment; without one, write a demonstration's. Raises Failure."""
        path = Path(os.environ.get("ENVIRONMENT_FILE") or self.folder / "environment")
        if not path.exists() and not os.environ.get("ENVIRONMENT_FILE"):
            _write_environment(path)
        environment.load_file()
        os.environ["VAR_DIR"] = str(self.folder)
        if not environment.read("SECRET_KEY"):
            raise _say.Failure(f"SECRET_KEY is not set: add SECRET_KEY=… with 50 random characters to {path}.")
        os.environ.setdefault("SITE_URL", self.address)

    def empty(self) -> None:
        """Delete the embedded database and what belongs to it. Raises Failure for what may be a real installation."""
        if environment.read("DATABASE_URL"):
            raise _say.Failure("--fresh empties the embedded database only, and DATABASE_URL names another.")
        if not environment.flag("DEMO"):
            raise _say.Failure(f"DEMO is not 1: {self.folder} may be a real installation, so --fresh leaves it alone.")
        for name in OURS:
            path = self.folder / name
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        _say.line(f"· Emptied {self.folder}")

    def prepare(self) -> None:
        """Migrate, load the demonstration, index, and collect static files: whatever of it is not done yet."""
        if not self._is_prepared():
            with _say.step("Preparing the database"):
                self._manage("prepare")
            users = self._users() if environment.flag("DEMO") else ""
            _stamps.write(self.stamps / "users.txt", users)
            _stamps.write(self.stamps / "site", self._wanted())
        static = _stamps.digest([*self._static_folders(), ROOT / "requirements.txt", ROOT / "config" / "settings.py"])
        if not (self.folder / "static").is_dir() or not _stamps.matches(self.stamps / "static", static):
            with _say.step("Collecting static files"):
                _children.output_of(self.command("collectstatic", "--no-input", "--verbosity", "0"))
            _stamps.write(self.stamps / "static", static)

    def users(self) -> str:
        """The table of demonstration users, as printed when the database was prepared; "" outside a demonstration."""
        path = self.stamps / "users.txt"
        return path.read_text(encoding="utf-8") if path.is_file() else ""

    def command(self, *arguments: str) -> list[str]:
        """A `manage.py` command line."""
        return [str(self.python), str(ROOT / "manage.py"), *arguments]

    def _manage(self, *arguments: str) -> None:
        quietly = {"LOG_LEVEL": "WARNING", **os.environ}  # thousands of acts are noted while the demonstration is made
        if status := _children.run(self.command(*arguments), env=quietly):
            raise _say.Failure(
                f"manage.py {' '.join(arguments)} failed (exit status {status}); its message stands above."
            )

    def _users(self) -> str:
        return _children.output_of(self.command("demo", "--users"))

    def _is_prepared(self) -> bool:
        return bool(self._database()) and _stamps.matches(self.stamps / "site", self._wanted())

    def _wanted(self) -> str:
        """What the database depends on, and what it holds: it may have been replaced by a backup."""
        migrations = [path for app in APPS for path in app.rglob("migrations/*.py")]
        others = [*(ROOT / "demo").rglob("*.py"), ROOT / "search" / "documents", ROOT / "search" / "analysis.py"]
        others.append(ROOT / "requirements.txt")
        return _stamps.digest([*migrations, *others], self._database(), environment.read("DEMO"))

    def _database(self) -> str:
        """Which migrations the embedded database has, and whether a zone is open; "" for none or another server."""
        if environment.read("DATABASE_URL"):
            return ""
        try:
            with contextlib.closing(sqlite3.connect(f"file:{self.folder}/site.sqlite3?mode=ro", uri=True)) as database:
                last = database.execute("SELECT count(*), max(id) FROM django_migrations").fetchone()
                zones = database.execute("SELECT count(*) FROM core_zone").fetchone()
        except sqlite3.Error:
            return ""
        return f"{last} {zones}"

    def _static_folders(self) -> list[Path]:
        return [ROOT / "static", *(path for app in APPS for path in app.rglob("static") if path.is_dir())]


def _write_environment(path: Path) -> None:
    """A demonstration's settings, readable by their owner only."""
    text = (
        "# Settings of this installation, one NAME=value a line; docs/settings.md lists them all.\n"
        "# What is set in the real environment wins over this file.\n"
        f"SECRET_KEY={secrets.token_urlsafe(50)}\n"
        "# A demonstration: tour, one-click log-in, movable clock. For a real zone: DEMO=0, then manage.py setup.\n"
        "DEMO=1\n"
        "# The public address; without it script/server uses the one it listens on.\n"
        "# SITE_URL=https://supermarket.example.gov.cn\n"
    )
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    _say.line(f"· Wrote {path} for a demonstration")
