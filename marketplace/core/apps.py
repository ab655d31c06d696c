"""What every other app stands on."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "marketplace.core"
    label = "core"
    verbose_name = "基础"

    def ready(self) -> None:
        from marketplace.core import calendar, deadlines, errands, events, forgotten, inbox, spreadsheets

        spreadsheets.install()
        deadlines.register(forgotten.KIND, forgotten.run)
        events.subscribe(inbox.MessagePosted, "core.mail", inbox.send_mail)
        errands.register(calendar.refresh)
