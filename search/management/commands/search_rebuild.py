"""Makes the search index anew."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from tqdm import tqdm

from search import documents, services


class Command(BaseCommand):
    help = "Make the search index anew from the domain, in batches; the site answers meanwhile. Harmless to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--kind", default="", help="only documents of this kind: agency, item, tender, notice")

    def handle(self, *args: Any, **options: Any) -> None:
        kind = options["kind"]
        known = [source.kind for source in documents.sources()]
        if kind and kind not in known:
            raise CommandError(f"no documents of kind {kind}; there are: {', '.join(known)}")
        with tqdm(total=services.count(kind), unit="doc", file=sys.stderr, disable=options["verbosity"] < 1) as bar:
            written = services.rebuild(kind, progress=bar.update)
        if options["verbosity"]:
            self.stdout.write(_("搜索索引已更新：%(n)d 条有变动。") % {"n": written})
