"""What is kept of a tender for inspectors only: counts, edits, overrides, files. Of a response see `Bid.origins`.

No page but the inspectors' shows it, and each look at that one is in the audit log. What is personal in it is erased
after INSPECTION_DAYS.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.core import clock


class Trace(models.Model):
    """Something that happened around a tender, written in the transaction of the act; never changed but by erasing."""

    class Kind(models.TextChoices):
        ELIGIBLE = "eligible", _("符合条件的机构数")
        EDIT = "edit", _("修改草稿")
        OVERRIDE = "override", _("越过提示")
        FILES = "files", _("文件信息")

    tender = models.ForeignKey("tenders.Tender", on_delete=models.PROTECT, related_name="traces")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField(default=clock.now)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    bid = models.ForeignKey("tenders.Bid", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    data = models.JSONField(default=dict)
    origin = models.JSONField(default=dict, blank=True, help_text="core.origin.Origin of the act")
    erased_at = models.DateTimeField(null=True, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = verbose_name_plural = _("监督留痕")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["at"], condition=models.Q(erased_at=None), name="traces_to_erase")]

    def __str__(self) -> str:
        return f"{self.tender.number or self.tender_id} · {self.get_kind_display()}"
