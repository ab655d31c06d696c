"""script/server as a whole: opens, opens again in seconds, and ends without a remnant however it is ended."""

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from script._services.processes import born
from tests.e2e.conftest import ROOT, served, visitors_environment


@pytest.fixture
def folder(prepared: Path, tmp_path: Path) -> Path:
    """A prepared demonstration of this test's own."""
    return Path(shutil.copytree(prepared, tmp_path / "var"))


def family(pid: int) -> list[int]:
    """The process and all below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(descendant for child in children for descendant in family(int(child)))]


def wait_until_gone(pids: list[int]) -> list[int]:
    until = time.monotonic() + 20
    while (alive := [pid for pid in pids if born(pid)]) and time.monotonic() < until:
        time.sleep(0.05)
    return alive


def test_the_first_start_leaves_settings_and_users_for_people_to_try(prepared: Path) -> None:
    assert stat.S_IMODE((prepared / "environment").stat().st_mode) == 0o600
    assert (prepared / "stamps" / "users.txt").read_text(encoding="utf-8").strip()


def test_a_second_start_prepares_nothing_again(folder: Path) -> None:
    command = [str(ROOT / "script" / "server"), "--prepare"]
    done = subprocess.run(command, env=visitors_environment(folder), capture_output=True, text=True, check=True)
    assert done.stderr == "Ready.\n"


def test_a_changed_database_is_looked_at_again(folder: Path) -> None:
    """Somebody put back a backup: what the stamp says of the code is not enough."""
    with contextlib.closing(sqlite3.connect(folder / "site.sqlite3")) as database, database:
        database.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('x', '0001', '2026-01-01')")
    command = [str(ROOT / "script" / "server"), "--prepare"]
    done = subprocess.run(command, env=visitors_environment(folder), capture_output=True, text=True, check=True)
    assert "Preparing the database" in done.stderr


def test_it_prints_address_and_users_and_ends_in_order(folder: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with served(folder, log) as (url, server):
        with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:
            assert json.load(answer)["ok"]
        until = time.monotonic() + 10
        while "Ctrl-C stops it" not in log.read_text(encoding="utf-8") and time.monotonic() < until:
            time.sleep(0.05)
        pids = family(server.pid)
        assert len(pids) >= 4  # the command, the web server with its workers, the task worker
        server.send_signal(signal.SIGINT)
        assert server.wait(20) == 0
    said = log.read_text(encoding="utf-8")
    assert f"The site is open:  {url}" in said
    assert (folder / "stamps" / "users.txt").read_text(encoding="utf-8").strip() in said
    assert wait_until_gone(pids) == []


def test_when_the_worker_dies_all_of_it_ends_and_says_so(folder: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with served(folder, log) as (_url, server):
        pids = family(server.pid)
        (worker,) = [pid for pid in pids if b"worker" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")]
        os.kill(worker, signal.SIGKILL)
        assert server.wait(20) == 1
    assert "worker ended by itself (signal 9)" in log.read_text(encoding="utf-8")
    assert wait_until_gone(pids) == []


def test_nothing_is_left_when_the_command_itself_is_killed(folder: Path, tmp_path: Path) -> None:
    with served(folder, tmp_path / "log") as (_url, server):
        pids = family(server.pid)
        server.kill()
        server.wait()
        assert wait_until_gone(pids) == []
