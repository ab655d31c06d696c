"""Registers what this app adds to the house."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogueConfig(AppConfig):
    name = "marketplace.catalogue"
    label = "catalogue"
    verbose_name = _("目录与规则")

    def ready(self) -> None:
        from marketplace.catalogue import services, tasks
        from marketplace.core import deadlines, desk, inbox, log_words

        deadlines.register("catalogue.ruleset_in_force", services.retire_older)
        desk.register("catalogue", tasks.desk_tasks)
        log_words.register({"catalogue.ruleset_approved": _("批准选取规则")})
        inbox.register(
            catalogue__ruleset_proposed=inbox.Kind(
                _("规则第 %(version)s 版待批准"), _("%(person)s 提出了新的选取规则，请核对后批准或退回。")
            ),
            catalogue__ruleset_refused=inbox.Kind(
                _("规则第 %(version)s 版未获批准"), _("原因：%(reason)s。可修改后重新提出。")
            ),
        )
