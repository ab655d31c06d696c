"""`manage.py selection_record TENDER | --all [--output DIR]`: write public selection records."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplace.tenders.models import Tender
from marketplace.tenders.record_file import build


class Command(BaseCommand):
    help = "Write the public record of a tender (canonical JSON), or of all that are over, for verify_selection."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("tender", nargs="?", help="the tender's number")
        parser.add_argument("--all", action="store_true", help="every tender that has a record")
        parser.add_argument(
            "--output", metavar="DIR", help="write NUMBER.json here; else one record to standard output"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["tender"]) == options["all"]:
            raise CommandError("give one tender's number, or --all")
        if options["all"] and not options["output"]:
            raise CommandError("--all needs --output DIR")
        for tender in self._chosen(options["tender"]):
            build.number_waiting(tender)
            self._write(tender, options["output"])

    def _chosen(self, number: str | None) -> list[Tender]:
        found = Tender.objects.exclude(published_at=None).order_by("number")
        if number is None:
            return [tender for tender in found if build.has_record(tender)]
        tender = found.filter(number=number).first()
        if tender is None or not build.has_record(tender):
            raise CommandError(f"{number}: no such tender, or it is not over yet")
        return [tender]

    def _write(self, tender: Tender, folder: str | None) -> None:
        text = build.text_of(tender) + b"\n"
        if folder is None:
            sys.stdout.write(text.decode())
            return
        Path(folder).mkdir(parents=True, exist_ok=True)
        path = Path(folder) / f"{tender.number}.json"
        path.write_bytes(text)
        self.stdout.write(str(path))
