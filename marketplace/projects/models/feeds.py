"""Calendars that a person's own calendar program subscribes to."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.core import clock


class CalendarFeed(models.Model):
    """A secret address under which a person's dates are read without a log-in, until it is renewed or withdrawn."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feed", verbose_name=_("用户")
    )
    token = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("生成时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("日历订阅")
        ordering = ["user_id"]

    def __str__(self) -> str:
        return str(self.user)
