"""What the chief keeps about agent officers: their fields of work, who stands in for them, and when they are away."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Organisation
from marketplace.catalogue.models import Region


class OfficerProfile(models.Model):
    """An agent officer's areas and industries ([] = all), deputy, and the firms with which they have an interest."""

    officer = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="officer_profile", verbose_name=_("代办员")
    )
    regions = models.ManyToManyField(Region, blank=True, related_name="+", verbose_name=_("负责区域"))
    industries = models.JSONField(_("熟悉行业"), default=list, blank=True)
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="stands_in_for",
        verbose_name=_("代理人"),
    )
    conflicts = models.ManyToManyField(Organisation, blank=True, related_name="+", verbose_name=_("申报的利益关系单位"))

    class Meta:
        verbose_name = verbose_name_plural = _("代办员资料")
        ordering = ["officer_id"]
        constraints = [
            models.CheckConstraint(condition=~Q(deputy=F("officer")), name="officer_is_not_their_own_deputy")
        ]

    def __str__(self) -> str:
        return str(self.officer)


class Absence(models.Model):
    """Days, both included, on which an officer is away and the deputy acts."""

    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="absences", verbose_name=_("代办员")
    )
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"))
    reason = models.CharField(_("事由"), max_length=120)

    class Meta:
        verbose_name = verbose_name_plural = _("代办员外出")
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="absence_ends_after_begin")
        ]
        indexes = [models.Index(fields=["ends_on", "starts_on"], name="absence_by_days")]

    def __str__(self) -> str:
        return f"{self.officer} {self.starts_on}–{self.ends_on}"


class AssignmentPolicy(models.Model):
    """Whether requests are assigned by themselves, or proposed to the chief: one row."""

    automatic = models.BooleanField(_("自动指派代办员"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("指派方式")

    def __str__(self) -> str:
        return str(_("自动指派") if self.automatic else _("主管确认"))
