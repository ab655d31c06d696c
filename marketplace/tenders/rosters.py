"""The published order in which agencies take their turn (supermarket §2.4, M8)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.catalogue.models import ServiceItem
from marketplace.core import clock


class Roster(models.Model):
    """One version of an item's roster; never edited, the highest counts. `agencies`: credit codes in their order."""

    item = models.ForeignKey(ServiceItem, on_delete=models.PROTECT, related_name="rosters", verbose_name=_("服务事项"))
    version = models.PositiveIntegerField(_("版本"))
    agencies = models.JSONField(_("机构"))
    reason = models.TextField(_("变更原因"), max_length=1000)
    made_at = models.DateTimeField(_("编制时间"), default=clock.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("编制人")
    )

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = verbose_name_plural = _("轮候名册")
        ordering = ["item", "-version"]
        constraints = [models.UniqueConstraint(fields=["item", "version"], name="rosters_are_numbered")]

    def __str__(self) -> str:
        return f"{self.item.code} · {self.version}"
