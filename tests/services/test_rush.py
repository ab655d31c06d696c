"""The rush before a close with the real servers: what is killed in it loses nothing that was acknowledged."""

import contextlib
import http.client
import json
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from script import _children
from script._bench._selection.market import BOUNDARY
from script._bench._selection.site import MANAGE
from script._server import wait_until_healthy, web_command
from script._services.postgres import PostgreSQL
from script._services.processes import Running, free_port
from tests.conftest import missing

pytestmark = pytest.mark.services
BIDDERS, CLIENTS, KILLED_AFTER = 80, 8, 20


class Rush:
    """A site on a PostgreSQL that remembers, and what its agencies are about to send."""

    def __init__(self, port: int, server: Running, tenders: list[list[dict[str, str]]], numbers: list[str]) -> None:
        self.port, self.server, self.tenders, self.numbers = port, server, tenders, numbers

    def send(self, number: str, each: dict[str, str], **headers: str) -> dict[str, Any] | None:
        """One form; the answer, or None where none came or the server had trouble."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        sent = {"Cookie": each["cookies"], "Content-Type": f"multipart/form-data; boundary={BOUNDARY}", **headers}
        try:
            link.request("POST", f"/tenders/{number}/bid/", each["body"].encode(), sent)
            answer = link.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            link.close()
        if answer.status >= 500:
            return None
        assert answer.status == 200, body[:500]
        found: dict[str, Any] = json.loads(body)
        return found

    def rows(self, number: str) -> dict[str, dict[str, Any]]:
        """The receipts that the database has, by the response's key."""
        question = (
            "SELECT b.id::text, b.receipt FROM tenders_bid b"
            " JOIN tenders_tender t ON t.id = b.tender_id WHERE t.number = %s"
        )
        with psycopg.connect(self.server.variables["DATABASE_URL"]) as server:
            return dict(server.execute(question, [number]).fetchall())


@pytest.fixture(scope="module")
def rush() -> Iterator[Rush]:
    """Two tenders that everybody may answer, the real web server, and no worker."""
    postgres = PostgreSQL(synchronous_commit="on")
    if postgres.missing():
        missing(postgres.missing())
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="supermarket-rush-"))
        server = postgres.start()
        stack.callback(lambda: postgres.stop(site.server))
        port = free_port()
        environment = {
            **os.environ,
            **server.variables,
            "VAR_DIR": folder,
            "SITE_URL": f"http://127.0.0.1:{port}",
            "LOG_LEVEL": "CRITICAL",
            "DJANGO_SETTINGS_MODULE": "tests.services.dying",
            "PYTHONPATH": str(Path.cwd()),
        }
        site = Rush(port, server, [], [])
        _children.output_of([*MANAGE, "prepare"], env=environment)
        market = [sys.executable, "-m", "script._bench._selection.market", folder, "2", str(BIDDERS)]
        made = json.loads(_children.output_of(market, env=environment).splitlines()[-1])
        site.numbers = [each["number"] for each in made]
        site.tenders = [json.loads((Path(folder) / f"{number}.json").read_text()) for number in site.numbers]
        team = _children.Team()
        stack.callback(team.end)
        team.start({"web": web_command(Path(sys.executable).parent, "127.0.0.1", port)}, env=environment)
        wait_until_healthy(team, f"http://127.0.0.1:{port}/healthz")
        yield site


def patiently(rush: Rush, number: str, each: dict[str, str]) -> dict[str, Any]:
    """As the browser does: the same form with the same key until there is an answer."""
    for _ in range(60):
        if answer := rush.send(number, each):
            return answer
        time.sleep(0.25)
    raise AssertionError("no answer")


def test_a_web_process_that_dies_before_its_answer_has_kept_the_bid(rush: Rush) -> None:
    number, each = rush.numbers[0], rush.tenders[0][0]
    assert rush.send(number, each, **{"X-Die": "before the answer"}) is None
    (stored,) = rush.rows(number).items()
    again = patiently(rush, number, each)
    assert (again["id"], again["receipt"]) == stored
    assert len(rush.rows(number)) == 1


def test_a_database_that_is_killed_in_the_rush_has_every_acknowledged_bid(rush: Rush) -> None:
    number, waiting = rush.numbers[1], iter(rush.tenders[1])
    acknowledged: list[dict[str, Any]] = []
    unanswered: list[dict[str, str]] = []

    def client() -> None:
        for each in waiting:
            answer = rush.send(number, each)
            if answer is None:
                unanswered.append(each)
                time.sleep(0.2)
            else:
                acknowledged.append(answer)

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    while len(acknowledged) < KILLED_AFTER and any(thread.is_alive() for thread in threads):
        time.sleep(0.01)
    _kill_all_of(rush.server)
    for thread in threads:
        thread.join(60)
    assert unanswered, "it was killed after the rush"
    rush.server = PostgreSQL(synchronous_commit="on").again(rush.server)
    stored = rush.rows(number)
    assert [answer["id"] for answer in acknowledged if stored.get(answer["id"]) != answer["receipt"]] == []
    acknowledged += [patiently(rush, number, each) for each in unanswered]
    stored = rush.rows(number)
    assert stored == {answer["id"]: answer["receipt"] for answer in acknowledged}
    assert len(stored) == BIDDERS


def _kill_all_of(server: Running) -> None:
    """The postmaster and each of its processes, at once and without a word."""
    processes = [server.pid, *_children_of(server.pid)]
    for pid in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(server.pid, 0)
    while _children_of(server.pid) or any(Path(f"/proc/{pid}").exists() for pid in processes):
        time.sleep(0.05)


def _children_of(pid: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = status.read_text().rsplit(")", 1)[1].split()
            if int(fields[1]) == pid:
                found.append(int(status.parent.name))
    return found
