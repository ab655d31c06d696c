"""`manage.py workdays 2026-02-13 5`: the day on which a limit in working days ends."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplace.core import calendar


class Command(BaseCommand):
    help = "Print the due date of a limit in working days; the count starts the next day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("start", help="the day of the event, as 2026-02-13")
        parser.add_argument("days", type=int)
        parser.add_argument("--explain", action="store_true", help="also print the days that did not count")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            start = date.fromisoformat(options["start"])
            due = calendar.due_on(start, options["days"])
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(due.due_on.isoformat())
        years = range(start.year, due.due_on.year + 1)
        for year in years:
            if calendar.is_provisional(year):
                self.stderr.write(f"{year}: provisional calendar")
        if options["explain"]:
            self.stdout.write(" ".join(day.isoformat() for day in due.skipped))
