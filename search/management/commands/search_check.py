"""Compares the search index with the domain."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from search import documents, services

SHOWN = 10


class Command(BaseCommand):
    help = "Compare the search index with the domain; exit status 1 if they differ, unless --mend mends it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--kind", default="", help="only documents of this kind: agency, item, tender, notice")
        parser.add_argument("--mend", action="store_true", help="bring what differs to the domain's state")

    def handle(self, *args: Any, **options: Any) -> None:
        kind = options["kind"]
        known = [source.kind for source in documents.sources()]
        if kind and kind not in known:
            raise CommandError(f"no documents of kind {kind}; there are: {', '.join(known)}")
        with tqdm(total=services.count(kind), unit="doc", file=sys.stderr, disable=options["verbosity"] < 1) as bar:
            found = services.check(kind, mend=options["mend"], progress=bar.update)
        for differences in found:
            self._tell(differences)
        if any(found) and not options["mend"]:
            raise CommandError("the index differs from the domain: run search_check --mend", returncode=1)

    def _tell(self, differences: services.Differences) -> None:
        parts = {name: getattr(differences, name) for name in ("missing", "stale", "extra")}
        numbers = ", ".join(f"{len(keys)} {name}" for name, keys in parts.items())
        self.stdout.write(f"{differences.kind}: {differences.seen} documents, {numbers}")
        for name, keys in parts.items():
            if keys:
                rest = f" … ({len(keys)})" if len(keys) > SHOWN else ""
                self.stdout.write(f"  {name}: {', '.join(keys[:SHOWN])}{rest}")
