"""An investment project, its owner and its agent officer."""

from datetime import date

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Organisation
from marketplace.catalogue.models import Region
from marketplace.core import clock
from marketplace.projects.models.templates import RouteTemplate
from marketplace.tenders.models import Tender


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
