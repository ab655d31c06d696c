"""`manage.py demo`: fill an empty database with the demonstration zone; `--users` prints who can log in."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from tqdm import tqdm

from demo.models import Persona
from demo.seed.people import PASSWORD
from marketplace.core.models import Zone


class Command(BaseCommand):
    help = "Load the demonstration zone into an empty database, through the same services that the pages use."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--agencies", type=int, default=80, help="how many agencies are admitted (default 80)")
        parser.add_argument("--seed", type=int, default=1, help="number of the random stream (default 1)")
        parser.add_argument("--users", action="store_true", help="only print the demonstration's users")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This would make well-known passwords. Set DEMO=1 to make a demonstration of it.")
        if not options["users"]:
            self._load(options["agencies"], options["seed"])
        self._print_users()

    def _load(self, agencies: int, number: int) -> None:
        from demo.seed.play import seed

        if not 1 <= agencies <= 100_000:
            raise CommandError("--agencies takes a number from 1 to 100000.")
        if Zone.current() is not None:
            raise CommandError("This database is not empty. script/server --fresh empties a demonstration.")
        started = time.monotonic()
        with tqdm(total=agencies * 2 + 1000, unit=" acts", disable=None) as bar, transaction.atomic():
            seed(agencies, number, bar.update)
        self.stdout.write(f"The demonstration zone stands, after {time.monotonic() - started:.0f} s.")

    def _print_users(self) -> None:
        people = list(Persona.objects.select_related("user"))
        if not people:
            return
        self.stdout.write(f"\nLog in at /accounts/login/ or with one click at /demo/. Password of all: {PASSWORD}\n")
        width = max(len(person.user.username) for person in people)
        for person in people:
            self.stdout.write(f"  {person.user.username:<{width}}  {person.role}  {person.about}")
