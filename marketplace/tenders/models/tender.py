"""A purchase as it is announced, what it asks of agencies, and who was invited."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Organisation
from marketplace.agencies.models import Agency
from marketplace.catalogue.models import QualificationType, Region, RuleSet, ServiceItem
from marketplace.core import clock
from marketplace.core.models import StoredFile

if TYPE_CHECKING:
    from marketplace.tenders.models.awards import Award


class Tender(models.Model):
    """A purchase of one service item. States and acts: `rules.PROCUREMENT` (supermarket §3.3)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        CHECKING = "checking", _("待核对")
        SCHEDULED = "scheduled", _("待发布")
        PUBLISHED = "published", _("报名中")
        CLOSED = "closed", _("待开标")
        SELECTING = "selecting", _("选取中")
        SELECTED = "selected", _("已定候选")
        PUBLICITY = "publicity", _("结果公示")
        SUSPENDED = "suspended", _("异议处理")
        NOTIFIED = "notified", _("已中选")
        CONTRACTED = "contracted", _("已签合同")
        IN_SERVICE = "in_service", _("服务中")
        ACCEPTED = "accepted", _("已验收")
        CLOSED_OK = "closed_ok", _("已完成")
        FAILED = "failed", _("流标")
        CANCELLED = "cancelled", _("已取消")
        TERMINATED = "terminated", _("已终止")

    class Funds(models.TextChoices):
        PUBLIC = "public", _("财政性或国有资金")
        PRIVATE = "private", _("社会资金")

    number = models.CharField(_("项目编号"), max_length=20, unique=True, null=True, blank=True)
    chain = models.UUIDField(default=uuid.uuid4, help_text=_("同一采购的各次公告共用"))
    attempt = models.PositiveSmallIntegerField(_("公告次数"), default=1)
    buyer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="tenders", verbose_name=_("采购人"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("代办员"),
    )
    item = models.ForeignKey(ServiceItem, on_delete=models.PROTECT, related_name="tenders", verbose_name=_("服务事项"))
    title = models.CharField(_("采购项目名称"), max_length=200)
    content = models.TextField(_("服务内容与要求"), max_length=10000, blank=True)
    project_code = models.CharField(_("投资项目代码"), max_length=40, blank=True)
    project_name = models.CharField(_("投资项目名称"), max_length=200, blank=True)
    project_reference = models.CharField(
        max_length=80, blank=True, help_text="given by projects: the step it came from"
    )
    funds = models.CharField(_("资金来源"), max_length=8, choices=Funds.choices, default=Funds.PRIVATE)
    budget = models.DecimalField(_("预算金额（元）"), max_digits=14, decimal_places=2, null=True, blank=True)
    ceiling = models.DecimalField(_("最高限价（元）"), max_digits=14, decimal_places=2, null=True, blank=True)
    floor = models.DecimalField(_("最低限价（元）"), max_digits=14, decimal_places=2, null=True, blank=True)
    days = models.PositiveSmallIntegerField(_("服务期限（工作日）"), null=True, blank=True)
    payment_terms = models.CharField(_("付款方式"), max_length=300, blank=True)
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("服务地点")
    )
    local_only = models.BooleanField(_("须服务该地区"), default=False)
    practitioners_needed = models.PositiveSmallIntegerField(_("注册执业人员不少于（人）"), default=0)
    method = models.CharField(_("选取方式"), max_length=20, default="lowest_price")
    method_settings = models.JSONField(default=dict, blank=True)
    chosen_agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("直接选取的机构")
    )
    choice_reason = models.TextField(_("直接选取理由"), max_length=1000, blank=True)
    draw_source = models.CharField(_("随机来源"), max_length=10, default="shares")
    draw_choice = models.JSONField(default=dict, blank=True, help_text="which lottery and issue, where it is one")
    response_days = models.PositiveSmallIntegerField(_("报名时间（工作日）"), default=3)
    contact_name = models.CharField(_("联系人"), max_length=60, blank=True)
    contact_phone = models.CharField(_("联系电话"), max_length=40, blank=True)
    complaint_phone = models.CharField(_("投诉电话"), max_length=40, blank=True)
    attachments = models.ManyToManyField(StoredFile, blank=True, related_name="+", verbose_name=_("附件"))
    lint_reason = models.TextField(_("保留提示文字的理由"), max_length=500, blank=True)
    splitting_reason = models.TextField(_("不属于化整为零的理由"), max_length=500, blank=True)

    state = models.CharField(_("状态"), max_length=12, choices=State.choices, default=State.DRAFT)
    buyer_facts = models.JSONField(default=dict, blank=True, help_text="conflicts.buyer_facts, as announced")
    ruleset = models.ForeignKey(RuleSet, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    check_by = models.DateTimeField(_("核对期限"), null=True, blank=True)
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)
    closes_at = models.DateTimeField(_("截止时间"), null=True, blank=True)
    market_size = models.PositiveIntegerField(_("公告时在驻机构数"), null=True, blank=True)
    eligible_count = models.PositiveIntegerField(_("公告时符合条件的机构数"), null=True, blank=True)
    opened_at = models.DateTimeField(_("开标时间"), null=True, blank=True)
    invited_at = models.DateTimeField(_("发出邀请时间"), null=True, blank=True)
    choose_by = models.DateTimeField(_("择定期限"), null=True, blank=True)
    accept_by = models.DateTimeField(_("机构确认期限"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("机构接受时间"), null=True, blank=True)
    explain_by = models.DateTimeField(_("低价说明期限"), null=True, blank=True)
    pick_by = models.DateTimeField(_("择定期限"), null=True, blank=True)
    substitute_by = models.DateTimeField(_("候补答复期限"), null=True, blank=True)
    review_by = models.DateTimeField(_("评审期限"), null=True, blank=True)
    publicity_from = models.DateTimeField(_("公示开始"), null=True, blank=True)
    publicity_until = models.DateTimeField(_("公示截止"), null=True, blank=True)
    amended = models.PositiveSmallIntegerField(
        _("实质性变更序号"), default=0, help_text="number of the last material amendment, 0 for none"
    )
    cancel_reason = models.TextField(_("取消原因"), blank=True)
    fail_reason = models.CharField(_("流标原因"), max_length=20, blank=True)
    check_reasons = models.JSONField(_("退回原因"), default=list, blank=True)

    public_key = models.CharField(max_length=64, blank=True)
    wrapped_key = models.BinaryField(
        null=True, blank=True, help_text="the private key, wrapped by a key outside the database"
    )
    record = models.JSONField(default=dict, blank=True, help_text="the published selection record: case and outcome")

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = verbose_name_plural = _("采购项目")
        ordering = ["-published_at", "-id"]
        indexes = [models.Index(fields=["state", "closes_at"], name="tender_by_state")]
        constraints = [
            models.CheckConstraint(condition=Q(ceiling=None) | Q(ceiling__gt=Decimal(0)), name="ceiling_positive"),
            models.CheckConstraint(
                condition=Q(floor=None) | Q(ceiling=None) | Q(floor__lte=models.F("ceiling")),
                name="floor_below_ceiling",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "cancelled"]) | Q(number__isnull=False),
                name="published_tender_has_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number or _('草稿')} {self.title}"

    def get_method_display(self) -> str:
        """The way of selection in words."""
        from marketplace.tenders.selection import registry

        try:
            return str(registry.get(self.method).label)
        except LookupError:
            return self.method

    def get_fail_reason_display(self) -> str:
        """Why it failed, in words."""
        from marketplace.tenders.reasons import FAILURES

        return str(FAILURES.get(self.fail_reason, self.fail_reason))

    @property
    def is_public(self) -> bool:
        """Whether it was announced: then anybody may see it, whatever became of it."""
        return self.published_at is not None

    @property
    def is_invited(self) -> bool:
        """Whether quotes are asked from a few invited agencies: never announced, seen only by who takes part."""
        return self.method == "invited"

    @property
    def started_at(self) -> datetime | None:
        """When it was announced, or its invitations went out."""
        return self.published_at or self.invited_at

    @property
    def agreed_price(self) -> Decimal | None:
        """The price agreed with a directly chosen agency."""
        price = self.method_settings.get("price") if self.method == "direct" else None
        return Decimal(str(price)) if price else None

    @property
    def chip(self) -> tuple[str, str]:
        """The state as label and tone, for the look's chip; time decides when the announcement is over."""
        if self.state == self.State.PUBLISHED and self.closes_at is not None and self.closes_at <= clock.now():
            return str(self.State.CLOSED.label), TONES[self.State.CLOSED]
        if self.state == self.State.PUBLISHED and self.is_invited:
            return str(_("待报价")), TONES[self.state]
        if self.waits_for_review:
            return str(_("待评审")), TONES[self.state]
        if self.waits_for_source:
            return str(_("待随机源")), TONES[self.state]
        return str(self._waits_for or self.get_state_display()), TONES[self.state]

    @property
    def waits_for_source(self) -> bool:
        """Whether its list is frozen and the announced source of randomness has no value yet."""
        return self.state == self.State.CLOSED and self.draw_source != "shares" and not self.waits_for_review

    @property
    def waits_for_review(self) -> bool:
        """Whether its list is frozen and its reviewers have not scored all responses yet."""
        return self.state == self.State.CLOSED and self.review_by is not None

    @property
    def _waits_for(self) -> str:
        """What a selection waits for, where it waits for somebody."""
        if self.state != self.State.SELECTING:
            return ""
        if self.choose_by:
            return str(_("待择定"))
        if self.substitute_by:
            return str(_("待候补答复"))
        if self.explain_by:
            return str(_("待低价说明"))
        if self.pick_by:
            return str(_("待采购人择定"))
        return str(_("待机构确认")) if self.accept_by else ""

    @property
    def award(self) -> "Award":
        """The award that stands. Award.DoesNotExist."""
        return self.awards.get(ended_at=None)


TONES: dict[str, str] = {
    "draft": "draft",
    "checking": "waiting",
    "scheduled": "notice",
    "published": "signup",
    "closed": "sealed",
    "selecting": "opened",
    "selected": "opened",
    "publicity": "standstill",
    "suspended": "paused",
    "notified": "awarded",
    "contracted": "running",
    "in_service": "running",
    "accepted": "done",
    "closed_ok": "done",
    "failed": "failed",
    "cancelled": "failed",
    "terminated": "failed",
}


class Requirement(models.Model):
    """A qualification that a tender asks for; several rows of one `group` are alternatives (one of them)."""

    tender = models.ForeignKey(Tender, on_delete=models.CASCADE, related_name="requirements")
    group = models.PositiveSmallIntegerField(default=1)
    type = models.ForeignKey(QualificationType, on_delete=models.PROTECT, related_name="+", verbose_name=_("资质类型"))
    minimum_grade = models.CharField(_("最低等级"), max_length=20, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = verbose_name_plural = _("资格要求")
        ordering = ["group", "pk"]
        constraints = [models.UniqueConstraint(fields=["tender", "type"], name="one_requirement_per_type")]

    def __str__(self) -> str:
        return f"{self.type} {self.minimum_grade}".strip()


class Invitation(models.Model):
    """An agency that was asked for a sealed quote. Only the buyer and the house read who else was."""

    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="invitations")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="invitations")
    eligibility = models.JSONField(default=list, blank=True, help_text="the report on the day of the invitation")

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = verbose_name_plural = _("报价邀请")
        constraints = [models.UniqueConstraint(fields=["tender", "agency"], name="one_invitation_per_agency")]

    def __str__(self) -> str:
        return f"{self.tender.number} · {self.agency}"
