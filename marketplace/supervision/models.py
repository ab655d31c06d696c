"""Cards for time limits, and complaints."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.core import clock


class Card(models.Model):
    """An alert, a yellow or a red card for one time limit of one object; a higher one replaces a lower one."""

    class Level(models.TextChoices):
        ALERT = "alert", _("预警")
        YELLOW = "yellow", _("黄牌")
        RED = "red", _("红牌")

    subject = models.CharField(max_length=80)
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


class Complaint(models.Model):
    """What somebody complains of; anonymous ones are taken too. States: `rules.COMPLAINT` (supermarket §3.7)."""

    class State(models.TextChoices):
        RECEIVED = "received", _("待受理")
        ACCEPTED = "accepted", _("已受理")
        REJECTED = "rejected", _("不予受理")
        DECIDED = "decided", _("已答复")

    number = models.CharField(_("编号"), max_length=20, unique=True)
    about = models.CharField(_("涉及对象"), max_length=200, blank=True)
    text = models.TextField(_("内容"), max_length=5000)
    name = models.CharField(_("姓名"), max_length=60, blank=True)
    contact = models.CharField(_("联系方式"), max_length=120, blank=True)
    query_code_hash = models.CharField(max_length=64)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.RECEIVED)
    answer = models.TextField(_("答复"), max_length=5000, blank=True)
    received_at = models.DateTimeField(_("收到时间"), default=clock.now)
    due_at = models.DateTimeField(_("办理期限"))
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("投诉举报")
        ordering = ["-received_at"]

    def __str__(self) -> str:
        return self.number
