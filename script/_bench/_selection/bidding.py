"""The last minute: sealed bids over HTTP against the real server, beside a bare view and bare inserts."""

import json
import os
import statistics
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from script import _children
from script._bench._selection import tell
from script._bench._selection.site import MANAGE, prepared
from script._server import wait_until_healthy, web_command
from script._services.processes import free_port

ROUNDS = 3
BIDDERS = int(os.environ.get("BENCH_BIDDERS", "1200"))  # each bids once in each round
TENDERS = 2 * ROUNDS + 2  # the first warms up, the last closes in the rush
INSERTERS, INSERTS = 4, 400  # processes of 8 connections, and how much each connection inserts
LATE = ("too_late", "no_bids")  # what is answered after the close, and after the opening
MOST_RATIO_OF_BARE, LEAST_P99_MS = 5, 50
LEAST_SHARE = 0.35


@dataclass
class Round:
    """What one load came to."""

    seconds: float
    answers: list[dict[str, Any]]

    @property
    def accepted(self) -> list[dict[str, Any]]:
        return [each for each in self.answers if each["status"] == 200]

    @property
    def rate(self) -> float:
        return len(self.accepted) / self.seconds

    @property
    def p99_ms(self) -> float:
        return 1000 * statistics.quantiles([each["s"] for each in self.answers], n=100)[98]


class Rush:
    """A site that serves, its clients, and its database."""

    def __init__(self, folder: Path, environment: Mapping[str, str], port: int) -> None:
        self.folder, self.environment, self.port = folder, environment, port
        self.url = environment["DATABASE_URL"]

    def load(self, path: str, sent: str, rate: float = 0.0) -> Round:
        """Send the requests of a file to an address."""
        answers = self.folder / "answers"
        clients = [sys.executable, "-m", "script._bench._selection.clients", str(self.port), path]
        _children.output_of([*clients, str(self.folder / sent), str(answers), str(rate)], env=self.environment)
        return Round(**json.loads(answers.read_text(encoding="utf-8")))

    def bids(self, number: str, rate: float = 0.0, sent: str = "") -> Round:
        """Everybody bids on this tender."""
        return self.load(f"/tenders/{number}/bid/", sent or f"{number}.json", rate)

    def inserts(self) -> float:
        """Bare inserts a second, by 32 connections."""
        command = [sys.executable, "-m", "script._bench._selection.inserts", self.url, "8", str(INSERTS)]
        running = [_children.spawn(command, env=self.environment, piped=True) for _ in range(INSERTERS)]
        try:
            seconds = [float(each.communicate()[0]) for each in running]
        finally:
            for each in running:
                _children.end(each)
        return INSERTERS * 8 * INSERTS / max(seconds)

    def rows(self, question: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask the database itself."""
        with psycopg.connect(self.url, autocommit=True) as server:
            return server.execute(question, values).fetchall()


def main() -> None:
    """Serve on a PostgreSQL of its own and measure."""
    _children.stop_on_signals()
    port = free_port()
    own = {
        "SITE_URL": f"http://127.0.0.1:{port}",
        "LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "script._bench._selection.settings",
    }
    with prepared(own) as (folder, environment):
        _children.output_of([*MANAGE, "collectstatic", "--no-input", "--verbosity", "0"], env=environment)
        market = [sys.executable, "-m", "script._bench._selection.market", str(folder), str(TENDERS), str(BIDDERS)]
        tenders = json.loads(_children.output_of(market, env=environment).splitlines()[-1])
        team = _children.Team()
        try:
            web = web_command(Path(sys.executable).parent, "127.0.0.1", port)
            team.start({"web": web, "worker": [*MANAGE, "worker"]}, env=environment)
            wait_until_healthy(team, f"http://127.0.0.1:{port}/healthz")
            measure(Rush(folder, environment, port), [each["number"] for each in tenders])
        finally:
            _children.ignore_signals()
            team.end()


def measure(rush: Rush, numbers: list[str]) -> None:
    """Rounds in turn, so that the machine's moods hit all three; then half the load; then the close in the rush."""
    warm, *others, last = numbers
    rounds, calm = others[:ROUNDS], others[ROUNDS:]
    rush.bids(warm)
    anonymous(rush, rounds[0])
    placed, bare, visitors, inserts = [], [], [], []
    for number in rounds:
        inserts.append(rush.inserts())
        bare.append(rush.load("/bench/bare/", f"{number}.json").rate)
        visitors.append(rush.load("/bench/bare/", "anonymous.json").rate)
        placed.append(rush.bids(number))
    rates = [each.rate for each in placed]
    tell("selection.bare_inserts", statistics.median(inserts), "1/s", 0, higher_is_better=True)
    tell("selection.bare_view_with_the_same_cookies", statistics.median(bare), "1/s", 0, higher_is_better=True)
    of_strangers = statistics.median(visitors)
    tell("selection.bare_view_of_visitors_without_session", of_strangers, "1/s", 0, higher_is_better=True)
    tell("selection.bids", statistics.median(rates), "1/s", 0, higher_is_better=True)
    of_bare = statistics.median(a / b for a, b in zip(rates, bare, strict=True))
    of_visitors = statistics.median(a / b for a, b in zip(rates, visitors, strict=True))
    # The middleware does for both what it does for a bid: who sends these cookies is looked up, and may act.
    tell("selection.bids_to_bare_view", of_bare, "ratio", LEAST_SHARE, higher_is_better=True)
    # A stranger's request never asks who acts; told beside it, for whoever wants to know what knowing the bidder costs.
    tell("selection.bids_to_bare_view_of_visitors_without_session", of_visitors, "ratio", 0, higher_is_better=True)
    rate = statistics.median(rates) / 2
    bare_p99, at_half = [], []
    for number in calm:
        bare_p99.append(rush.load("/bench/bare/", f"{number}.json", rate).p99_ms)
        at_half.append(rush.bids(number, rate))
    yardstick = statistics.median(bare_p99)
    tell("selection.bare_view_p99_at_half", yardstick, "ms", 1000)
    most = max(LEAST_P99_MS, MOST_RATIO_OF_BARE * yardstick)
    tell("selection.bids_p99_at_half", statistics.median(each.p99_ms for each in at_half), "ms", most)
    into_the_close(rush, last)
    check(rush, dict(zip([*rounds, *calm], [*placed, *at_half], strict=True)))


def anonymous(rush: Rush, number: str) -> None:
    """The same requests without anybody's session: what a view costs behind the middleware alone."""
    sent = json.loads((rush.folder / f"{number}.json").read_text(encoding="ascii"))
    for each in sent:
        each["cookies"] = each["cookies"].split("; ")[1]
    (rush.folder / "anonymous.json").write_text(json.dumps(sent), encoding="ascii")


def into_the_close(rush: Rush, number: str) -> None:
    """Everybody bids, every tenth form is sent twice at once, and the close comes in the middle of it."""
    sent = json.loads((rush.folder / f"{number}.json").read_text(encoding="ascii"))
    twice = [each for place, each in enumerate(sent) for _ in range(2 if place % 10 == 0 else 1)]
    (rush.folder / "twice.json").write_text(json.dumps(twice), encoding="ascii")
    with ThreadPoolExecutor(1) as beside:
        closing = beside.submit(close_after, rush, number, len(sent) // 3)
        found = rush.bids(number, sent="twice.json")
        close = closing.result()
    refused = [each for each in found.answers if each["status"] != 200]
    others = [each for each in refused if each["status"] != 409 or json.loads(each["body"])["error"] not in LATE]
    tell("selection.accepted_before_the_close", len(found.accepted), "answers", 1, higher_is_better=True)
    tell("selection.refused_after_the_close", len(refused), "answers", 1, higher_is_better=True)
    tell("selection.other_answers", len(others), "answers", 0)
    until = time.monotonic() + 60
    while time.monotonic() < until and not rush.rows(
        "SELECT 1 FROM tenders_tender WHERE number = %s AND opened_at IS NOT NULL", number
    ):
        time.sleep(0.2)
    check(rush, {number: found}, close=close)


def close_after(rush: Rush, number: str, bids: int) -> datetime:
    """Wait until so many have responded, then let the tender close a tenth of a second later."""
    count = "SELECT count(*) FROM tenders_bid b JOIN tenders_tender t ON t.id = b.tender_id WHERE t.number = %s"
    while rush.rows(count, number)[0][0] < bids:
        time.sleep(0.02)
    with psycopg.connect(rush.url) as server:
        # Locked first: while an update waits for the responses of this moment, its own new time would already pass.
        server.execute("SELECT 1 FROM tenders_tender WHERE number = %s FOR UPDATE", [number])
        soon = "UPDATE tenders_tender SET closes_at = clock_timestamp() + interval '100 ms' WHERE number = %s"
        server.execute(soon, [number])
        server.execute(
            "UPDATE core_deadline d SET due_at = t.closes_at FROM tenders_tender t WHERE t.number = %s"
            " AND d.kind = 'tenders.opening' AND d.subject = 'tenders.tender:' || t.id",
            [number],
        )
    close: datetime = rush.rows("SELECT closes_at FROM tenders_tender WHERE number = %s", number)[0][0]
    return close


def check(rush: Rush, rounds: Mapping[str, Round | None], close: datetime | None = None) -> None:
    """Every receipt against the database: none lost, none late, nobody twice."""
    lost = late = double = 0
    for number, found in rounds.items():
        if found is None:
            continue
        rows = rush.rows(
            "SELECT b.id::text, b.receipt, b.agency_id, b.submitted_at, t.closes_at, b.state FROM tenders_bid b"
            " JOIN tenders_tender t ON t.id = b.tender_id WHERE t.number = %s",
            number,
        )
        stored = {row[0]: row for row in rows}
        receipts = {}
        for each in found.accepted:
            answer = json.loads(each["body"])
            receipts[answer["id"]] = answer["receipt"]
        lost += sum(pk not in stored or stored[pk][1] != receipt for pk, receipt in receipts.items())
        late += sum(row[3] >= row[4] or datetime.fromisoformat(row[1]["at"]) >= row[4] for row in rows)
        late += sum(datetime.fromisoformat(receipt["at"]) >= close for receipt in receipts.values()) if close else 0
        double += len(rows) - len({row[2] for row in rows})
    name = "in_the_close" if close else "in_the_rush"
    tell(f"selection.lost_{name}", lost, "bids", 0)
    tell(f"selection.late_{name}", late, "bids", 0)
    tell(f"selection.double_{name}", double, "bids", 0)


if __name__ == "__main__":
    main()
