"""Registers what this app adds to the house."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgenciesConfig(AppConfig):
    name = "marketplace.agencies"
    label = "agencies"
    verbose_name = _("中介服务机构")

    def ready(self) -> None:
        from marketplace.agencies import public_acts, services, tasks
        from marketplace.agencies.admin.words import ACTION_WORDS
        from marketplace.agencies.messages import KINDS
        from marketplace.core import deadlines, desk, files, inbox, log_words

        for purpose in ("certificate", "commitment", "evidence"):
            files.register(f"agencies.{purpose}", services.may_read)
        handlers = {
            "notice_over": services.admit,
            "mend_over": services.close_returned,
            "reconfirm": services.reconfirm,
            "certificate_expires": services.expire,
            "certificate_reminder": services.remind,
            "freeze_over": services.release,
            "credit_over": services.credit_entry_over,
            "rating_ages": services.age_rating,
            "one_person": services.cooled,
        }
        for kind, handler in handlers.items():
            deadlines.register(f"agencies.{kind}", handler)
        log_words.register({act: words for act, words in ACTION_WORDS.items() if "." in act})
        desk.register("agencies", tasks.desk_tasks)
        inbox.register(**KINDS)
        log_words.register(public_acts.WORDS)
