"""The demonstration: its command always exists; its pages, banner and clock only where DEMO=1."""

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class DemoConfig(AppConfig):
    name = "demo"
    label = "demo"
    verbose_name = _("演示")

    def ready(self) -> None:
        if settings.DEMO:
            from demo import clock as demo_clock
            from marketplace.core import clock

            clock.use_offset(demo_clock.offset)
