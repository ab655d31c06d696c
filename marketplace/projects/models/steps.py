"""The steps of a project's route map, the times in which they stand still, and the services they need."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.catalogue.models import ServiceItem
from marketplace.core.models import StoredFile
from marketplace.projects.models.project import Project
from marketplace.tenders.models import Tender


class Step(models.Model):
    """A step of a project's route map, frozen from its template. `after` lists keys of the steps before it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("未开始")
        READY = "ready", _("可办理")
        RUNNING = "running", _("办理中")
        DONE = "done", _("已完成")

    class LimitUnit(models.TextChoices):
        WORKING = "working", _("工作日")
        CALENDAR = "calendar", _("自然日")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="steps")
    key = models.SlugField(max_length=40)
    position = models.PositiveSmallIntegerField()
    stage = models.CharField(_("阶段"), max_length=40)
    name = models.CharField(_("环节"), max_length=120)
    short = models.CharField(_("简称"), max_length=20, blank=True)
    unit = models.CharField(_("办理单位"), max_length=40)
    joint = models.JSONField(_("会同单位"), default=list, blank=True)
    after = models.JSONField(default=list)
    together_with = models.SlugField(_("同时办理"), max_length=40, blank=True)
    statutory_days = models.PositiveSmallIntegerField(_("法定时限"), null=True, blank=True)
    limit_unit = models.CharField(_("法定时限单位"), max_length=8, choices=LimitUnit.choices, default=LimitUnit.WORKING)
    promised_days = models.PositiveSmallIntegerField(_("承诺工作日"), default=0)
    special_days = models.PositiveSmallIntegerField(_("特别程序工作日"), default=0)
    own = models.BooleanField(_("企业自办"), default=False)
    materials = models.JSONField(_("材料"), default=list, blank=True)
    deferrable = models.JSONField(_("可容缺材料"), default=list, blank=True)
    fee = models.CharField(_("收费"), max_length=120, blank=True)
    note = models.CharField(_("备注"), max_length=300, blank=True)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.WAITING)
    case_number = models.CharField(_("办件编号"), max_length=60, blank=True)
    ready_at = models.DateTimeField(_("可办理时间"), null=True, blank=True)
    started_at = models.DateTimeField(_("受理时间"), null=True, blank=True)
    due_at = models.DateTimeField(_("应办结时间"), null=True, blank=True)
    counted_from_at = models.DateTimeField(_("计时起点（扣除暂停）"), null=True, blank=True)
    paused_at = models.DateTimeField(_("暂停时间"), null=True, blank=True)
    finished_at = models.DateTimeField(_("办结时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("环节")
        ordering = ["project_id", "position"]
        constraints = [models.UniqueConstraint(fields=["project", "key"], name="one_step_per_key")]
        indexes = [models.Index(fields=["state", "due_at"], name="step_by_state")]

    def __str__(self) -> str:
        return f"{self.project.code} · {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("project_step", args=[self.project.code, self.key])

    @property
    def label(self) -> str:
        """The short name where there is one."""
        return self.short or self.name

    @property
    def days(self) -> int:
        """Working days that it takes by the promise; none of its own when it is decided together with another."""
        return 0 if self.together_with else self.promised_days + self.special_days

    @property
    def clock_from(self) -> datetime | None:
        """The moment from which shares of its limit count: its start, later by what was paused."""
        return self.counted_from_at or self.started_at


class StepPause(models.Model):
    """A time in which a step's limit stands still: the enterprise corrects, or a procedure outside the limit runs."""

    class Kind(models.TextChoices):
        CORRECTION = "correction", _("企业补正")
        EXPERT_REVIEW = "expert_review", _("专家评审")
        HEARING = "hearing", _("听证")
        PUBLICITY = "publicity", _("公示")
        INSPECTION = "inspection", _("检验、检测、鉴定")

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="pauses", verbose_name=_("环节"))
    kind = models.CharField(_("事由"), max_length=16, choices=Kind.choices)
    reason = models.CharField(_("说明"), max_length=300, blank=True)
    began_at = models.DateTimeField(_("暂停时间"))
    ended_at = models.DateTimeField(_("恢复时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("暂停计时")
        ordering = ["began_at"]
        constraints = [
            models.UniqueConstraint(fields=["step"], condition=Q(ended_at=None), name="one_open_pause_per_step"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")), name="pause_ends_after_begin"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} · {self.get_kind_display()}"

    @property
    def is_special(self) -> bool:
        """Whether it is a procedure outside the limit, and not the enterprise's turn."""
        return self.kind != self.Kind.CORRECTION


class StepService(models.Model):
    """An intermediary service that a step needs, and the tender, contract and deliverable that provide it."""

    class State(models.TextChoices):
        NEEDED = "needed", _("待采购")
        TENDERING = "tendering", _("采购中")
        CONTRACTED = "contracted", _("履约中")
        DELIVERED = "delivered", _("成果已验收")
        PROVIDED = "provided", _("自行提供")

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="services")
    item = models.ForeignKey(ServiceItem, on_delete=models.PROTECT, related_name="+")
    by_authority = models.BooleanField(_("审批部门委托"), default=False)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.NEEDED)
    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    contract_number = models.CharField(_("合同编号"), max_length=20, blank=True)
    deliverable = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("成果")
    )

    class Meta:
        verbose_name = verbose_name_plural = _("环节所需中介服务")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["step", "item"], condition=Q(by_authority=False), name="one_service_per_step"
            )
        ]

    def __str__(self) -> str:
        return f"{self.step} · {self.item}"

    @property
    def reference(self) -> str:
        """How a tender, which knows nothing of projects, names the step's service it came from."""
        return f"projects.stepservice:{self.pk}"

    @property
    def is_provided(self) -> bool:
        """Whether its result is there."""
        return self.state in {self.State.DELIVERED, self.State.PROVIDED}
