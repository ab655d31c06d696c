"""How long finished steps took, and when projects will be done."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.projects.models.project import Project


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
