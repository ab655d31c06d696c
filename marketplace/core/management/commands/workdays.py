"""`manage.py workdays 2026-02-13 5`: the day on which a limit in working days ends."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from marketplace.core import calendar, rules
from marketplace.core.models import CalendarDay, CalendarYear


class Command(BaseCommand):
    help = "Print the due date of a limit in working days; the count starts the next day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("start", help="the day of the event, as 2026-02-13")
        parser.add_argument("days", type=int)
        parser.add_argument("--explain", action="store_true", help="also print the days that did not count")

    def handle(self, *args: Any, **options: Any) -> None:
        present = connection.introspection.table_names()
        has_table = {CalendarDay._meta.db_table, CalendarYear._meta.db_table} <= set(present)
        try:
            start = date.fromisoformat(options["start"])
            due = rules.add_workdays(
                start, options["days"], calendar.is_workday if has_table else calendar.is_announced_workday
            )
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(due.due_on.isoformat())
        for year in range(start.year, due.due_on.year + 1):
            if calendar.is_provisional(year) if has_table else not calendar.is_announced(year):
                self.stderr.write(f"{year}: provisional calendar")
        if options["explain"]:
            self.stdout.write(" ".join(day.isoformat() for day in due.skipped))
