"""Cards for time limits, and complaints."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.core import clock


class Card(models.Model):
    """An alert, a yellow or a red card for one time limit of one object; a higher one replaces a lower one."""

    class Level(models.TextChoices):
        ALERT = "alert", _("预警")
        YELLOW = "yellow", _("黄牌")
        RED = "red", _("红牌")

    subject = models.CharField(max_length=80)
    kind = models.CharField(_("时限种类"), max_length=40, blank=True)
    title = models.CharField(_("事项"), max_length=200)
    responsible = models.CharField(_("责任单位"), max_length=120)
    url = models.CharField(max_length=300, blank=True)
    level = models.CharField(_("级别"), max_length=6, choices=Level.choices)
    due_at = models.DateTimeField(_("期限"))
    raised_at = models.DateTimeField(_("发出时间"), default=clock.now)
    cleared_at = models.DateTimeField(_("解除时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("预警与黄红牌")
        ordering = ["-raised_at"]
        constraints = [
            models.UniqueConstraint(fields=["subject"], condition=models.Q(cleared_at=None), name="one_open_card")
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} {self.title}"


class Sweep(models.Model):
    """One round over all running time limits; the next one is its successor (deadline `supervision.sweep`)."""

    created_at = models.DateTimeField(default=clock.now)
    swept_at = models.DateTimeField(_("检查时间"), null=True, blank=True)
    watched = models.PositiveIntegerField(_("在办时限"), default=0)
    raised = models.PositiveIntegerField(_("新发"), default=0)
    cleared = models.PositiveIntegerField(_("解除"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("时限检查")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Complaint(models.Model):
    """What somebody complains of; anonymous ones are taken too. States: `rules.COMPLAINT` (supermarket §3.7)."""

    class Kind(models.TextChoices):
        OBJECTION = "objection", _("质疑")
        COMPLAINT = "complaint", _("投诉举报")
        APPEAL = "appeal", _("申诉")

    class State(models.TextChoices):
        RECEIVED = "received", _("待受理")
        ACCEPTED = "accepted", _("已受理")
        TRANSFERRED = "transferred", _("已转办")
        REJECTED = "rejected", _("不予受理")
        INVESTIGATING = "investigating", _("调查中")
        MEDIATION = "mediation", _("调解中")
        DECIDED = "decided", _("已答复")
        EXECUTED = "executed", _("已落实")
        VISITED = "visited", _("已回访")
        CLOSED = "closed", _("已办结")

    number = models.CharField(_("编号"), max_length=20, unique=True)
    kind = models.CharField(_("类别"), max_length=10, choices=Kind.choices, default=Kind.COMPLAINT)
    about = models.CharField(_("涉及对象"), max_length=200, blank=True)
    text = models.TextField(_("内容"), max_length=5000)
    name = models.CharField(_("姓名"), max_length=60, blank=True)
    contact = models.CharField(_("联系方式"), max_length=120, blank=True)
    by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="complaints"
    )
    query_code_hash = models.CharField(max_length=128)
    state = models.CharField(_("状态"), max_length=14, choices=State.choices, default=State.RECEIVED)
    reason = models.TextField(_("不予受理原因"), max_length=2000, blank=True)
    answer = models.TextField(_("答复"), max_length=5000, blank=True)
    received_at = models.DateTimeField(_("收到时间"), default=clock.now)
    accept_by = models.DateTimeField(_("受理期限"), default=clock.now)
    accepted_at = models.DateTimeField(_("受理时间"), null=True, blank=True)
    due_at = models.DateTimeField(_("办理期限"))
    decided_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("经办人"),
    )

    class Meta:
        verbose_name = verbose_name_plural = _("投诉举报")
        ordering = ["-received_at"]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("complaint_follow", args=[self.number])
