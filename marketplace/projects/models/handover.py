"""A project handed from one agent officer to another: the checklist, and who signed when."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.core import clock
from marketplace.projects.models.project import Project


class Handover(models.Model):
    """A handover: open until both have signed, or the chief for an officer who is not here; or taken back."""

    class State(models.TextChoices):
        OPEN = "open", _("待签署")
        DONE = "done", _("已交接")
        CANCELLED = "cancelled", _("已撤回")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="handovers", verbose_name=_("投资项目"))
    giver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("移交人")
    )
    taker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("接收人")
    )
    reason = models.CharField(_("交接原因"), max_length=300)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN)
    created_at = models.DateTimeField(_("发起时间"), default=clock.now)
    given_at = models.DateTimeField(_("移交签署时间"), null=True, blank=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("移交签署人"),
    )
    taken_at = models.DateTimeField(_("接收签署时间"), null=True, blank=True)
    closed_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("项目交接")
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["project"], condition=Q(state="open"), name="one_open_handover"),
            models.CheckConstraint(condition=~Q(giver=F("taker")), name="handover_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.project.code} {self.giver} → {self.taker}"


class HandoverPoint(models.Model):
    """A point of the checklist: made from the project, or written freely."""

    class Kind(models.TextChoices):
        STEP = "step", _("未办结环节")
        TENDER = "tender", _("中介服务采购")
        MATERIAL = "material", _("材料")
        CONTACT = "contact", _("联系人")
        MESSAGE = "message", _("未读消息")
        NOTE = "note", _("备注")

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="points")
    kind = models.CharField(_("类别"), max_length=8, choices=Kind.choices)
    text = models.CharField(_("内容"), max_length=400)
    is_checked = models.BooleanField(_("已核对"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("交接清单")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text
