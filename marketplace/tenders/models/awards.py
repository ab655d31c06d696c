"""What was selected."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.agencies.models import Agency
from marketplace.tenders.models.bids import Bid
from marketplace.tenders.models.tender import Tender


class Award(models.Model):
    """The selected agency and its price; the notice is generated from it and never edited."""

    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="awards")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="awards")
    bid = models.OneToOneField(Bid, on_delete=models.PROTECT, null=True, blank=True, related_name="award")
    price = models.DecimalField(_("中选价（元）"), max_digits=14, decimal_places=2)
    days = models.PositiveSmallIntegerField(_("服务期限（工作日）"))
    accepted_at = models.DateTimeField(_("机构接受时间"), null=True, blank=True)
    notice_number = models.CharField(_("通知书编号"), max_length=40, blank=True)
    noticed_at = models.DateTimeField(_("通知书发出时间"), null=True, blank=True)
    notice = models.JSONField(default=dict, blank=True, help_text="the notice's frozen content")
    ended_at = models.DateTimeField(_("失效时间"), null=True, blank=True)
    end_reason = models.TextField(_("失效原因"), max_length=1000, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = verbose_name_plural = _("中选结果")
        constraints = [
            models.UniqueConstraint(fields=["tender"], condition=Q(ended_at=None), name="one_standing_award_per_tender")
        ]

    def __str__(self) -> str:
        return f"{self.tender.number} → {self.agency}"
