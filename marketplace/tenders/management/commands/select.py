"""`manage.py select CASE.json`: what any selection would have given, from a plain file, without a database."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplace.tenders.selection import registry
from marketplace.tenders.selection.casefile import CaseError, parse


class Command(BaseCommand):
    help = "Carry out a case file and print its outcome as JSON; exit 2 with the wrong key when the file is wrong."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("case", help="a case file, or - for standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            text = sys.stdin.read() if options["case"] == "-" else Path(options["case"]).read_text(encoding="utf-8-sig")
            outcome = registry.run(parse(text))
        except CaseError as error:
            raise CommandError(str(error), returncode=2) from error
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{options['case']}: {error}", returncode=2) from error
        self.stdout.write(json.dumps(outcome.to_json(), ensure_ascii=False, indent=2))
