"""`manage.py verify_selection RECORD.json`: check a public selection record, without a database."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from marketplace.tenders.record_file import shape, verify


class Command(BaseCommand):
    help = "Check a selection record, one line a check; exit 1 when anything is wrong."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("record", help="a selection record, or - for standard input")
        parser.add_argument("--key", metavar="HEX", help="the site's public key as you know it from elsewhere")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["record"]
        with translation.override("zh-hans"):
            try:
                text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8-sig")
                record = shape.parse(text)
            except (OSError, ValueError) as error:
                raise CommandError(f"{name}: {error}", returncode=1) from error
            if not self._report(record, options["key"]):
                raise SystemExit(1)

    def _report(self, record: Any, key: str | None) -> bool:
        """Print a line a check; whether all are right."""
        checks = verify.verify(record)
        for check in checks:
            mark = "－" if check.skipped else "✓" if check.is_right else "✗"
            self.stdout.write(f"{mark} {check.name}" + (f"：{check.trouble}" if check.trouble else ""))
        holds = all(check.is_right for check in checks)
        if holds and key is not None and record["key"] != key:
            self.stdout.write("✗ " + _("记录中的公钥不是给定的公钥。"))
            holds = False
        if holds and key is None:
            self.stdout.write(_("请与别处得到的本站公钥核对：%(key)s") % {"key": record["key"]})
        self.stdout.write(_("记录成立。") if holds else _("记录不成立。"))
        return holds
