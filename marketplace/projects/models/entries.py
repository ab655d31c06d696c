"""What an officer notes of a project: calls, visits, meetings, and the date on which to come back to it."""

from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.core import clock
from marketplace.core.models import StoredFile
from marketplace.projects.models.project import Project
from marketplace.projects.models.steps import Step


class DeskEntry(models.Model):
    """A line of an officer's log, on a project or one of its steps. The owner reads it only when it is marked so."""

    class Kind(models.TextChoices):
        PHONE = "phone", _("电话")
        VISIT = "visit", _("走访")
        MEETING = "meeting", _("会议")
        NOTE = "note", _("备注")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="entries", verbose_name=_("投资项目"))
    step = models.ForeignKey(
        Step, on_delete=models.PROTECT, null=True, blank=True, related_name="entries", verbose_name=_("环节")
    )
    kind = models.CharField(_("类型"), max_length=8, choices=Kind.choices)
    text = models.TextField(_("内容"), max_length=4000)
    participants = models.CharField(_("参加人"), max_length=300, blank=True)
    happened_on = models.DateField(_("日期"))
    next_on = models.DateField(_("下次联系"), null=True, blank=True)
    next_what = models.CharField(_("下次做什么"), max_length=120, blank=True)
    settled_at = models.DateTimeField(_("跟进完成时间"), null=True, blank=True)
    is_shared = models.BooleanField(_("企业可见"), default=False)
    sent_as: "models.UUIDField[UUID, UUID]" = models.UUIDField(unique=True, default=uuid4, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("记录人")
    )
    created_at = models.DateTimeField(_("记录时间"), default=clock.now)
    photos: "models.ManyToManyField[StoredFile, models.Model]" = models.ManyToManyField(
        StoredFile, related_name="+", blank=True, verbose_name=_("照片")
    )

    class Meta:
        verbose_name = verbose_name_plural = _("工作记录")
        ordering = ["-happened_on", "-created_at", "-pk"]
        indexes = [
            models.Index(fields=["next_on"], condition=models.Q(settled_at=None), name="entries_to_follow"),
        ]

    def __str__(self) -> str:
        return f"{self.project.code} · {self.get_kind_display()} {self.happened_on}"

    @property
    def url(self) -> str:
        """Where it is read: on its step's page, or on its project's."""
        place = self.step.get_absolute_url() if self.step else self.project.get_absolute_url()
        return f"{place}#entry-{self.pk}"
