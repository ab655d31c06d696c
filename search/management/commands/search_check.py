"""Compares the search index with the domain."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from search import documents, services
from search.backends.base import Engine
from search.management.commands.search_rebuild import ENGINES

SHOWN = 10


class Command(BaseCommand):
    help = "Compare the search index with the domain; exit status 1 if they differ, unless --mend mends it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--kind", default="", help="only documents of this kind: agency, item, tender, notice")
        parser.add_argument("--engine", choices=ENGINES, help="only this engine; otherwise all that are set")
        parser.add_argument(
            "--if-there", action="store_true", help="an Elasticsearch that doesn't answer is told, and no error"
        )
        parser.add_argument("--mend", action="store_true", help="bring what differs to the domain's state")

    def handle(self, *args: Any, **options: Any) -> None:
        kind = options["kind"]
        known = [source.kind for source in documents.sources()]
        if kind and kind not in known:
            raise CommandError(f"no documents of kind {kind}; there are: {', '.join(known)}")
        found: list[services.Differences] = []
        trouble = ""
        for index in services.all_engines():
            if options["engine"] not in (None, index.name):
                continue
            try:
                found += self._check(index, options)
            except Exception as error:
                if index.name == "embedded":
                    raise
                trouble = f"Elasticsearch: {type(error).__name__}: {error}"
        for differences in found:
            self._tell(differences)
        if any(found) and not options["mend"]:
            raise CommandError("the index differs from the domain: run search_check --mend", returncode=1)
        if trouble and options["if_there"]:
            self.stderr.write(trouble)
        elif trouble:
            raise CommandError(trouble, returncode=1)

    def _check(self, index: Engine, options: Any) -> list[services.Differences]:
        kind, quiet = options["kind"], options["verbosity"] < 1
        total = None if quiet else services.count(kind)
        with tqdm(desc=index.name, total=total, unit="doc", file=sys.stderr, disable=quiet) as bar:
            return services.check(kind, mend=options["mend"], engines=[index], progress=bar.update)

    def _tell(self, differences: services.Differences) -> None:
        where = "" if differences.engine == "embedded" else f"{differences.engine} "
        parts = {name: getattr(differences, name) for name in ("missing", "stale", "extra")}
        numbers = ", ".join(f"{len(keys)} {name}" for name, keys in parts.items())
        self.stdout.write(f"{where}{differences.kind}: {differences.seen} documents, {numbers}")
        for name, keys in parts.items():
            if keys:
                rest = f" … ({len(keys)})" if len(keys) > SHOWN else ""
                self.stdout.write(f"  {name}: {', '.join(keys[:SHOWN])}{rest}")
