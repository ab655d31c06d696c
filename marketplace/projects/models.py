"""Investment projects, their agent officer, and the route map of their approval."""

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Organisation
from marketplace.catalogue.models import Region, ServiceItem
from marketplace.core import clock
from marketplace.core.models import StoredFile
from marketplace.tenders.models import Tender


class RouteTemplate(models.Model):
    """A version of a route map: `data` is a route of routes.yaml plus its questionnaire.

    A running project keeps its version.
    """

    key = models.SlugField(_("标识"), max_length=40)
    version = models.PositiveIntegerField(_("版本"), default=1)
    name = models.CharField(_("名称"), max_length=120)
    en = models.CharField(_("英文名称"), max_length=160, blank=True)
    data = models.JSONField(_("环节"))
    is_active = models.BooleanField(_("启用"), default=True)
    is_draft = models.BooleanField(_("草稿"), default=False)
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("审批路线图模板")
        ordering = ["key", "-version"]
        constraints = [models.UniqueConstraint(fields=["key", "version"], name="one_route_version")]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"

    @property
    def label(self) -> str:
        """The route's name in the reader's language."""
        return self.en if self.en and (get_language() or "").startswith("en") else self.name


class Project(models.Model):
    """An investment project. States: `rules.CASE` (supermarket §3.8)."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("待受理")
        ACCEPTED = "accepted", _("已受理")
        MANDATED = "mandated", _("已授权")
        MAPPED = "mapped", _("路线图已生成")
        RUNNING = "running", _("办理中")
        DONE = "done", _("已办结")
        RETURNED = "returned", _("已退回")

    code = models.CharField(_("项目代码"), max_length=30, unique=True)
    name = models.CharField(_("项目名称"), max_length=200)
    owner = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="projects", verbose_name=_("项目单位")
    )
    contact_name = models.CharField(_("联系人"), max_length=60, blank=True)
    contact_phone = models.CharField(_("联系电话"), max_length=40, blank=True)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="projects",
        verbose_name=_("代办员"),
    )
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("建设地点")
    )
    address = models.CharField(_("详细地址"), max_length=200, blank=True)
    industry = models.CharField(_("行业"), max_length=60, blank=True)
    investment = models.DecimalField(_("总投资（元）"), max_digits=16, decimal_places=2)
    floor_area = models.DecimalField(_("建筑面积（平方米）"), max_digits=12, decimal_places=2, null=True, blank=True)
    funds = models.CharField(_("资金来源"), max_length=8, choices=Tender.Funds.choices, default=Tender.Funds.PRIVATE)
    template = models.ForeignKey(
        RouteTemplate,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="projects",
        verbose_name=_("路线图"),
    )
    answers = models.JSONField(_("问卷"), default=dict, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.REQUESTED)
    return_reason = models.CharField(_("退回原因"), max_length=500, blank=True)
    may_tender = models.BooleanField(_("授权代办员代发采购"), default=False)
    mandate_until = models.DateField(_("授权截止日期"), null=True, blank=True)
    created_at = models.DateTimeField(_("登记时间"), default=clock.now)
    requested_at = models.DateTimeField(_("申请时间"), default=clock.now)
    accept_by = models.DateTimeField(_("受理期限"), null=True, blank=True)
    mandated_at = models.DateTimeField(_("授权时间"), null=True, blank=True)
    started_at = models.DateTimeField(_("启动时间"), null=True, blank=True)
    finished_at = models.DateTimeField(_("办结时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("投资项目")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["state"], name="project_by_state")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("project", args=[self.code])

    @property
    def is_under_way(self) -> bool:
        """Whether the route map stands and steps can be taken."""
        return self.state in {self.State.MAPPED, self.State.RUNNING}

    @property
    def is_public(self) -> bool:
        """Whether anybody may see its name, code, stage and progress."""
        return self.state in {self.State.MAPPED, self.State.RUNNING, self.State.DONE}

    def mandate_holds(self, on: date) -> bool:
        """Whether the officer may open tenders in the owner's name on this day."""
        return self.may_tender and (self.mandate_until is None or on <= self.mandate_until)


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


class StepLength(models.Model):
    """How long finished steps of a kind took, in working days; worked out every night."""

    route = models.SlugField(_("路线图"), max_length=40)
    key = models.SlugField(_("环节"), max_length=40)
    cases = models.PositiveIntegerField(_("办结件数"))
    median = models.PositiveSmallIntegerField(_("中位用时（工作日）"))
    p80 = models.PositiveSmallIntegerField(_("八成办结用时（工作日）"))
    computed_at = models.DateTimeField(_("计算时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("环节实际用时")
        ordering = ["route", "key"]
        constraints = [models.UniqueConstraint(fields=["route", "key"], name="one_length_per_kind_of_step")]

    def __str__(self) -> str:
        return f"{self.route}.{self.key}"


class ProjectForecast(models.Model):
    """A project's forecast as of last night: for lists and figures. Its page works it out anew."""

    project = models.OneToOneField(
        Project, on_delete=models.PROTECT, related_name="stored_forecast", verbose_name=_("投资项目")
    )
    computed_at = models.DateTimeField(_("计算时间"))
    finish_on = models.DateField(_("预计办结"))
    finish_late_on = models.DateField(_("最迟办结（八成把握）"))
    permit_on = models.DateField(_("预计施工许可"), null=True, blank=True)
    permit_late_on = models.DateField(_("最迟施工许可（八成把握）"), null=True, blank=True)
    critical = models.JSONField(_("关键路线"), default=list, blank=True)
    by_limit = models.PositiveSmallIntegerField(_("按时限推算的环节"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("项目进度预测")
        ordering = ["project_id"]
        indexes = [models.Index(fields=["finish_on"], name="forecast_by_finish")]

    def __str__(self) -> str:
        return f"{self.project_id} → {self.finish_on}"


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
