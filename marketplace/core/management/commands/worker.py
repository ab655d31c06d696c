"""The background process: carries out deadlines, dispatches events, numbers the logs, runs errands."""

import signal
import time
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import InterfaceError, OperationalError, close_old_connections
from django.utils import timezone

from marketplace.core import deadlines, errands, events, log
from marketplace.core.models import Heartbeat

ERRANDS_EVERY = 1.0  # seconds


class Command(BaseCommand):
    help = "Run deadlines, events and log numbering until stopped; several may run at once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--interval", type=float, default=0.2, help="seconds between two looks")
        parser.add_argument("--once", action="store_true", help="work until nothing is waiting, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        self.running = True
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        beat = looked = 0.0
        beside = errands.Beside()
        while self.running:
            try:
                if time.monotonic() - beat > 5:
                    Heartbeat.objects.update_or_create(name="worker", defaults={"at": timezone.now()})
                    beat = time.monotonic()
                if not options["once"] and time.monotonic() - looked > ERRANDS_EVERY:
                    beside.look()
                    looked = time.monotonic()
                done = deadlines.run_due() + events.dispatch() + log.sequence()
            except (
                OperationalError,
                InterfaceError,
            ) as error:  # the database is away or busy: try again, nothing is lost
                if options["once"]:
                    raise
                self.stderr.write(f"database: {error}")
                close_old_connections()
                done = 0
                time.sleep(1)
            if options["once"] and not done and not errands.run():
                return
            if not done:
                close_old_connections()
                time.sleep(options["interval"])

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.running = False
