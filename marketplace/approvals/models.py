"""Approval items: what an authority decides and what it needs (approvals §2). Their cases are not here yet."""

from typing import Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from marketplace.approvals import rules
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
    search_text = models.CharField(
        max_length=400, blank=True, editable=False, help_text="aliases and English name, joined"
    )
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="items", verbose_name=_("部门"))
    ready_class = models.PositiveSmallIntegerField(_("类别"), choices=ReadyClass.choices, default=ReadyClass.NOW)
    statutory = models.CharField(_("法定时限"), max_length=20, blank=True)
    promised = models.CharField(_("承诺时限"), max_length=20, blank=True)
    visits = models.PositiveSmallIntegerField(_("到现场次数"), default=0)
    data = models.JSONField(default=dict, help_text="the standard information, keyed as in data/approval-items.yaml")
    services = models.ManyToManyField(
        ServiceItem, blank=True, related_name="approval_items", verbose_name=_("需要的中介服务")
    )

    class Meta:
        verbose_name = verbose_name_plural = _("政务服务事项")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search_text = " ".join([*self.aliases, str(self.data.get("en", ""))])[:400]
        super().save(*args, **kwargs)

    @property
    def label(self) -> str:
        """The item's name in the reader's language."""
        english = str(self.data.get("en", ""))
        return english if english and (get_language() or "").startswith("en") else self.name

    @property
    def promised_text(self) -> str:
        """The promised limit as people say it."""
        return rules.limit_text(self.data.get("promised"))

    @property
    def statutory_text(self) -> str:
        """The statutory limit as people say it."""
        return rules.limit_text(self.data.get("statutory"))

    @property
    def is_complete(self) -> bool:
        """Whether the department filled in the standard form."""
        return "materials" in self.data
