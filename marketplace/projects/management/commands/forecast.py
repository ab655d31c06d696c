"""`manage.py forecast`: work out and store the forecast of every project under way, as the worker does by night."""

from typing import Any

from django.core.management.base import BaseCommand

from marketplace.projects.services import forecasting

WIDTH = 40


class Command(BaseCommand):
    help = "Store the forecast of every project under way; shows a progress bar on a terminal."

    def handle(self, *args: Any, **options: Any) -> None:
        done = forecasting.recompute(self._bar if self.stderr.isatty() else None)
        self.stdout.write(f"{done} forecasts")

    def _bar(self, done: int, everything: int) -> None:
        filled = WIDTH * done // max(everything, 1)
        line = f"\r[{'#' * filled}{'.' * (WIDTH - filled)}] {done}/{everything}"
        self.stderr.write(line, ending="\n" if done == everything else "")
        self.stderr.flush()
