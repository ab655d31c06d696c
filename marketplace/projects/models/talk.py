"""What officers and enterprises write to each other about a project, ready words for it, and reminders."""

from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.core import clock
from marketplace.projects.models.project import Project
from marketplace.projects.models.steps import Step


class MessageTemplate(models.Model):
    """Ready words of the zone with placeholders such as {项目}; see `rules.placeholders`."""

    title = models.CharField(_("名称"), max_length=60, unique=True)
    text = models.TextField(_("正文"), max_length=1000)
    is_active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("消息模板")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class ProjectMessage(models.Model):
    """A message between a project's owner and its officer; it is kept with the project."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="messages", verbose_name=_("投资项目"))
    text = models.TextField(_("内容"), max_length=2000)
    is_from_owner = models.BooleanField(_("企业发出"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("发送人")
    )
    sent_as: "models.UUIDField[UUID, UUID]" = models.UUIDField(unique=True, default=uuid4, editable=False)
    sent_at = models.DateTimeField(_("发送时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("项目消息")
        ordering = ["sent_at", "pk"]

    def __str__(self) -> str:
        return f"{self.project.code} · {self.sent_at:%Y-%m-%d}"


class StepReminder(models.Model):
    """Somebody whose turn it is in a step was reminded of it; at most once a day for each step."""

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="reminders", verbose_name=_("环节"))
    holder = models.CharField(_("催办对象"), max_length=12)
    text = models.TextField(_("内容"), max_length=2000, blank=True)
    sent_on = models.DateField(_("催办日期"))
    sent_at = models.DateTimeField(_("催办时间"), default=clock.now)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("催办人")
    )

    class Meta:
        verbose_name = verbose_name_plural = _("催办记录")
        ordering = ["-sent_at"]
        constraints = [models.UniqueConstraint(fields=["step", "sent_on"], name="one_reminder_a_day")]

    def __str__(self) -> str:
        return f"{self.step} · {self.sent_on}"
