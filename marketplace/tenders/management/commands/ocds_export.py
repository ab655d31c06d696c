"""`manage.py ocds_export [NUMBER] [--output FILE] [--uri URI]`: write a release package of OCDS 1.1."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplace.tenders.models import Tender
from marketplace.tenders.ocds import package


class Command(BaseCommand):
    help = "Write the open contracting releases of a tender, or of all that were ever announced, as one package."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("tender", nargs="?", help="the tender's number; else every one")
        parser.add_argument("--output", metavar="FILE", help="write here; else to standard output")
        parser.add_argument("--uri", default="urn:ocds:export", help="the address at which you will publish it")

    def handle(self, *args: Any, **options: Any) -> None:
        found = package.every_release() if options["tender"] is None else iter(self._one(options["tender"]))
        text = json.dumps(package.package(found, options["uri"]), ensure_ascii=False, indent=1) + "\n"
        if options["output"]:
            Path(options["output"]).write_text(text, encoding="utf-8")
            self.stdout.write(options["output"])
        else:
            sys.stdout.write(text)

    def _one(self, number: str) -> list[dict[str, Any]]:
        tender = Tender.objects.filter(number=number, published_at__isnull=False).first()
        if tender is None:
            raise CommandError(f"{number}: no such announced tender")
        return package.releases_of(tender)
