"""Makes the search index anew."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from tqdm import tqdm

from search import documents, services
from search.backends import server

ENGINES = ("embedded", "elasticsearch")
HASTY = 3.0  # seconds of patience with a server that need not be there


class Command(BaseCommand):
    help = (
        "Make the search index anew from the domain, in batches; the site answers meanwhile. Harmless to repeat. "
        "On Elasticsearch a new index is built beside the live one and then takes its place; what was cut off goes on."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--kind", default="", help="only documents of this kind: agency, item, tender, notice")
        parser.add_argument("--engine", choices=ENGINES, help="only this engine; otherwise all that are set")
        parser.add_argument("--anew", action="store_true", help="begin again instead of going on (Elasticsearch)")
        parser.add_argument(
            "--processes", type=int, default=0, help="how many make documents for Elasticsearch; one a core"
        )
        parser.add_argument(
            "--patience", type=float, default=60.0, help="seconds to wait for an Elasticsearch that went away"
        )
        parser.add_argument(
            "--if-there", action="store_true", help="an Elasticsearch that doesn't answer is told, and no error"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        kind, chosen = options["kind"], options["engine"]
        known = [source.kind for source in documents.sources()]
        if kind and kind not in known:
            raise CommandError(f"no documents of kind {kind}; there are: {', '.join(known)}")
        if chosen != "elasticsearch":
            with self._bar("embedded", options) as bar:
                written = services.rebuild(kind, progress=bar.update)
            self._say(options, _("搜索索引已更新：%(n)d 条有变动。") % {"n": written})
        if chosen != "embedded" and server():
            self._on_server(options)
        elif chosen == "elasticsearch":
            raise CommandError("ELASTICSEARCH_URL is not set")

    def _on_server(self, options: Any) -> None:
        from elasticsearch import ApiError, TransportError

        from search.backends.elasticsearch.rebuilding import Unfinished

        patience = min(options["patience"], HASTY) if options["if_there"] else options["patience"]
        given = {name: options[name] for name in ("anew", "processes")}
        try:
            with self._bar("elasticsearch", options) as bar:
                written = services.rebuild_server(options["kind"], patience=patience, progress=bar.update, **given)
        except (Unfinished, ApiError, TransportError) as error:
            words = f"Elasticsearch: {error}\nThe embedded search answers. Run search_rebuild again: it goes on."
            if not options["if_there"]:
                raise CommandError(words) from error
            self.stderr.write(words)
        else:
            self._say(options, _("Elasticsearch 索引已重建：写入 %(n)d 条。") % {"n": written})

    def _bar(self, engine: str, options: Any) -> tqdm:
        quiet = options["verbosity"] < 1
        total = None if quiet else services.count(options["kind"])
        return tqdm(desc=engine, total=total, unit="doc", file=sys.stderr, disable=quiet)

    def _say(self, options: Any, text: str) -> None:
        if options["verbosity"]:
            self.stdout.write(text)
