"""Approval items: what an authority decides and what it needs (approvals §2). Cases come with a later step of the product."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.catalogue.models import ServiceItem


class Department(models.Model):
    """An authority of the zone."""

    name = models.CharField(_("部门"), max_length=40, unique=True)
    code = models.CharField(_("部门代码"), max_length=4)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18)

    class Meta:
        verbose_name = verbose_name_plural = _("审批部门")
        ordering = ["code", "name"]

    def __str__(self) -> str:
        return self.name


class ApprovalItem(models.Model):
    """A government service item with its limits, materials and the intermediary services it needs."""

    class ReadyClass(models.IntegerChoices):
        NOW = 1, _("最多跑一次")
        SOON = 2, _("限期实现")
        NEGATIVE = 3, _("负面清单")

    code = models.CharField(_("编码"), max_length=40, unique=True)
    name = models.CharField(_("事项名称"), max_length=200)
    aliases = models.JSONField(_("别名"), default=list, blank=True)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="items", verbose_name=_("部门"))
    ready_class = models.PositiveSmallIntegerField(_("类别"), choices=ReadyClass.choices, default=ReadyClass.NOW)
    statutory = models.CharField(_("法定时限"), max_length=20, blank=True)
    promised = models.CharField(_("承诺时限"), max_length=20, blank=True)
    visits = models.PositiveSmallIntegerField(_("到现场次数"), default=0)
    data = models.JSONField(default=dict, help_text="the item's standard information as in approval-items.yaml")
    services = models.ManyToManyField(
        ServiceItem, blank=True, related_name="approval_items", verbose_name=_("需要的中介服务")
    )

    class Meta:
        verbose_name = verbose_name_plural = _("政务服务事项")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
