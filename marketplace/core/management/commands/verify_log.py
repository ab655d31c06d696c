"""`manage.py verify_log`: recompute the chains of both logs."""

from typing import Any

from django.core.management.base import BaseCommand

from marketplace.core import log
from marketplace.core.models import LogEntry


class Command(BaseCommand):
    help = "Recompute the hash chains of the audit and the public log; exit 1 where an entry was changed."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = {name: log.first_broken(name) for name in LogEntry.Log.values}
        for name, number in broken.items():
            self.stdout.write(f"{name}: {'ok' if number is None else f'broken at {number}'}")
        if any(number is not None for number in broken.values()):
            raise SystemExit(1)
