"""Examines the installation and says what to do."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from config.doctor import Finding, Level, examine

SIGNS = {Level.OK: "✓", Level.WARN: "!", Level.FAIL: "✗"}


class Command(BaseCommand):
    help = "Examine every setting, server, key and font; exit status 1 if something fails."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print a list of {name, level, text, advice}")

    def handle(self, *args: Any, **options: Any) -> None:
        findings: list[tuple[str, Finding]] = []
        for name, finding in examine():
            findings.append((name, finding))
            if not options["json"]:
                self._show(name, finding)
        count = {level: sum(finding.level == level for _name, finding in findings) for level in Level}
        if options["json"]:
            rows = [{"name": n, "level": f.level, "text": f.text, "advice": f.advice} for n, f in findings]
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
        else:
            self.stdout.write(_("正常 %(ok)s 项，注意 %(warn)s 项，失败 %(fail)s 项。") % count)
        if count[Level.FAIL]:
            sys.exit(1)

    def _show(self, name: str, finding: Finding) -> None:
        style = {Level.OK: self.style.SUCCESS, Level.WARN: self.style.WARNING, Level.FAIL: self.style.ERROR}[
            finding.level
        ]
        self.stdout.write(f"{style(SIGNS[finding.level])} {name:<22} {finding.text}")
        if finding.advice:
            self.stdout.write(f"  {'':<22} → {finding.advice}")
