"""Registers what this app adds to the house."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TendersConfig(AppConfig):
    name = "marketplace.tenders"
    label = "tenders"
    verbose_name = _("采购")

    def ready(self) -> None:
        from marketplace.core import deadlines, desk, files, health, inbox
        from marketplace.tenders import access, services, tasks
        from marketplace.tenders.messages import KINDS
        from marketplace.tenders.services import rehearsing

        deadlines.register("tenders.announcement", services.tell_the_market)
        deadlines.register("tenders.opening", services.open_bids)
        deadlines.register("tenders.second_announcement", services.announce_again)
        deadlines.register("tenders.acceptance", services.end_acceptance)
        deadlines.register("tenders.publicity_over", services.end_publicity)
        deadlines.register(rehearsing.KIND, rehearsing.run_rehearsal)
        health.register("tender_keys", rehearsing.health)
        files.register("tenders.attachment", access.may_read)
        desk.register("tenders", tasks.desk_tasks)
        inbox.register(**KINDS)
