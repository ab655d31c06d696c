"""`manage.py verify_log`: recompute the trees of both logs."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplace.core import log, log_check
from marketplace.core.models import LogEntry


class Command(BaseCommand):
    help = "Recompute the trees of the audit and the public log; exit 1 and name the first entry that was changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--witness",
            action="append",
            default=[],
            metavar="FILE",
            help="a head that was fetched earlier (/log/head.json): is the log still the one it was signed over?",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        witnessed = [(name, _head(name)) for name in options["witness"]]
        broken = {name: log.first_broken(name) for name in LogEntry.Log.values}
        for name, found in broken.items():
            self.stdout.write(f"{name}: {'ok' if found is None else f'broken at {found}'}")
        wrong = any(found is not None for found in broken.values())
        for name, head in witnessed:
            found_wrong = log_check.contradiction(head)
            self.stdout.write(f"{name}: {found_wrong or 'ok'}")
            wrong = wrong or bool(found_wrong)
        if wrong:
            raise SystemExit(1)


def _head(name: str) -> Any:
    try:
        return json.loads(Path(name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(f"{name}: {error}") from None
