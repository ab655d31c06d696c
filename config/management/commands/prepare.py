"""Brings an installation to where it can serve: tables, demonstration, search index. Harmless to run again."""

import io
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from marketplace.accounts import groups
from marketplace.core import forgotten
from marketplace.core.models import Zone
from marketplace.supervision.services import ensure_sweep
from search.backends import engine
from search.kinds import KINDS


class Command(BaseCommand):
    help = "Migrate; in a demonstration load the zone if the database is empty; bring the search index up to date."

    def handle(self, *args: Any, **options: Any) -> None:
        if self._waiting():
            self._say(_("正在建立数据表……"))
            call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        if Zone.current() is None:
            if not settings.DEMO:
                self._say(_("尚未建立运行区域，请运行 python manage.py setup。"))
                return
            self._say(_("正在载入演示数据……"))
            call_command("demo", stdout=io.StringIO())  # its users are shown when the site is open
        if any(True for kind in KINDS for _key in engine().keys(kind)):
            call_command(
                "search_check", mend=True, if_there=True, verbosity=0, stdout=io.StringIO()
            )  # words may be cut differently now
        else:
            self._say(_("正在建立搜索索引……"))
            call_command("search_rebuild", if_there=True, verbosity=0)
        groups.ensure()  # an update may have brought a new kind of list
        ensure_sweep()
        forgotten.ensure()

    def _waiting(self) -> bool:
        """Whether a migration waits; asking is much quicker than a migrate that finds nothing to do."""
        executor = MigrationExecutor(connection)
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))

    def _say(self, text: str) -> None:
        self.stderr.write(self.style.NOTICE(text))
