"""Contracts, milestones, deliverables and reviews (supermarket §3.5, §3.6)."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Organisation
from marketplace.agencies.models import Agency
from marketplace.contracts.rules import TONES
from marketplace.core import clock
from marketplace.core.models import StoredFile
from marketplace.tenders.models import Award

STAR = [MinValueValidator(1), MaxValueValidator(5)]


class Contract(models.Model):
    """The contract drafted from an award; both sides confirm the same version. States: `rules.CONTRACT`."""

    class State(models.TextChoices):
        DRAFTING = "drafting", _("待双方确认")
        SIGNED_BUYER = "signed_buyer", _("待机构确认")
        SIGNED_AGENCY = "signed_agency", _("待采购人确认")
        SIGNED_BOTH = "signed_both", _("双方已确认")
        FILED = "filed", _("已备案")
        CHECKED = "checked", _("已核对")
        PERFORMING = "performing", _("履行中")
        AMENDED = "amended", _("变更待确认")
        COMPLETED = "completed", _("已完成")
        TERMINATED = "terminated", _("已终止")
        DISPUTED = "disputed", _("争议中")

    number = models.CharField(_("合同编号"), max_length=20, unique=True)
    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="contract")
    buyer = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="contracts", verbose_name=_("采购人")
    )
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="contracts", verbose_name=_("中介服务机构")
    )
    title = models.CharField(_("项目名称"), max_length=200)
    amount = models.DecimalField(_("合同金额（元）"), max_digits=14, decimal_places=2)
    days = models.PositiveSmallIntegerField(_("服务期限（工作日）"))
    terms = models.TextField(_("约定事项"), max_length=10000, blank=True)
    version = models.PositiveSmallIntegerField(_("版本"), default=1)
    state = models.CharField(_("状态"), max_length=14, choices=State.choices, default=State.DRAFTING)
    created_at = models.DateTimeField(default=clock.now)
    sign_by = models.DateTimeField(_("签订期限"))
    buyer_signed_at = models.DateTimeField(_("采购人确认时间"), null=True, blank=True)
    buyer_signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    agency_signed_at = models.DateTimeField(_("机构确认时间"), null=True, blank=True)
    agency_signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    filed_at = models.DateTimeField(_("备案时间"), null=True, blank=True)
    due_on = models.DateField(_("应完成日期"), null=True, blank=True)
    completed_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    review_by = models.DateTimeField(_("互评期限"), null=True, blank=True)
    terminated_at = models.DateTimeField(_("终止时间"), null=True, blank=True)
    termination_reason = models.TextField(_("终止原因"), max_length=1000, blank=True)
    remark = models.TextField(_("机构的修改意见"), max_length=1000, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = verbose_name_plural = _("合同")
        ordering = ["-created_at"]
        constraints = [models.CheckConstraint(condition=Q(amount__gte=Decimal(0)), name="contract_amount_positive")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def chip(self) -> tuple[str, str]:
        """The state's word and tone."""
        return str(self.get_state_display()), TONES[self.state]


class ContractVersion(models.Model):
    """What a version of a contract said, in the shape of `rules.Terms.to_json`; written once."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField(_("版本"))
    content = models.JSONField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(_("修改时间"), default=clock.now)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = verbose_name_plural = _("合同版本")
        ordering = ["contract_id", "version"]
        constraints = [models.UniqueConstraint(fields=["contract", "version"], name="one_content_per_version")]

    def __str__(self) -> str:
        return f"{self.contract.number} v{self.version}"


class Milestone(models.Model):
    """A part of a contract: what is delivered, when, for how much. The amounts sum to the contract's."""

    class State(models.TextChoices):
        OPEN = "open", _("待交付")
        DELIVERED = "delivered", _("待验收")
        RETURNED = "returned", _("已退回")
        ACCEPTED = "accepted", _("已验收")
        DISPUTED = "disputed", _("争议中")

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="milestones")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("节点"), max_length=120)
    amount = models.DecimalField(_("金额（元）"), max_digits=14, decimal_places=2)
    days = models.PositiveSmallIntegerField(_("自签订起（工作日）"))
    due_on = models.DateField(_("应交付日期"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN)
    accepted_at = models.DateTimeField(_("验收时间"), null=True, blank=True)
    paid_at = models.DateTimeField(_("收款确认时间"), null=True, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = verbose_name_plural = _("合同节点")
        ordering = ["contract_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "position"], name="one_milestone_per_position"),
            models.CheckConstraint(condition=Q(amount__gt=Decimal(0)), name="milestone_amount_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.contract.number} · {self.title}"

    @property
    def chip(self) -> tuple[str, str]:
        """The state's word and tone."""
        return str(self.get_state_display()), TONES[self.state]


class Deliverable(models.Model):
    """What was delivered for a milestone, round by round; accepted, returned, or accepted by silence."""

    class State(models.TextChoices):
        SUBMITTED = "submitted", _("待验收")
        ACCEPTED = "accepted", _("已验收")
        RETURNED = "returned", _("已退回")

    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="deliverables")
    round = models.PositiveSmallIntegerField(_("第几次提交"), default=1)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name=_("成果文件"))
    note = models.TextField(_("说明"), max_length=2000, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("提交时间"), default=clock.now)
    decide_by = models.DateTimeField(_("验收期限"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.SUBMITTED)
    reason = models.TextField(_("退回原因"), max_length=2000, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    by_silence = models.BooleanField(_("逾期未验收视为通过"), default=False)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = verbose_name_plural = _("成果")
        ordering = ["milestone_id", "round"]
        constraints = [models.UniqueConstraint(fields=["milestone", "round"], name="one_deliverable_per_round")]

    def __str__(self) -> str:
        return f"{self.milestone} #{self.round}"

    @property
    def chip(self) -> tuple[str, str]:
        """The state's word and tone."""
        return str(self.get_state_display()), TONES[self.state]


class Review(models.Model):
    """What one side says of the other, on five dimensions; shown when both have written or the time is over."""

    class Side(models.TextChoices):
        BUYER = "buyer", _("采购人评机构")
        AGENCY = "agency", _("机构评采购人")

    class State(models.TextChoices):
        DUE = "due", _("待评价")
        SUBMITTED = "submitted", _("已提交")
        AUDITED = "audited", _("已核对")
        PUBLISHED = "published", _("已公布")
        REPLIED = "replied", _("已回复")
        APPEALED = "appealed", _("申诉中")
        KEPT = "kept", _("申诉后维持")
        REMOVED = "removed", _("已撤下")

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="reviews")
    side = models.CharField(_("评价方"), max_length=6, choices=Side.choices)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.SUBMITTED)
    quality = models.PositiveSmallIntegerField(_("服务质量"), validators=STAR)
    timeliness = models.PositiveSmallIntegerField(_("服务时效"), validators=STAR)
    attitude = models.PositiveSmallIntegerField(_("服务态度"), validators=STAR)
    fee = models.PositiveSmallIntegerField(_("服务收费"), validators=STAR)
    compliance = models.PositiveSmallIntegerField(_("服务规范"), validators=STAR)
    text = models.TextField(_("评价内容"), max_length=2000, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    written_at = models.DateTimeField(_("评价时间"), default=clock.now)
    is_default = models.BooleanField(_("默认评价"), default=False)
    published_at = models.DateTimeField(_("公布时间"), null=True, blank=True)
    answer = models.TextField(_("回复"), max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = verbose_name_plural = _("服务评价")
        constraints = [
            models.UniqueConstraint(fields=["contract", "side"], name="one_review_per_side"),
            *[
                models.CheckConstraint(condition=Q(**{f"{name}__range": (1, 5)}), name=f"review_{name}_in_stars")
                for name in ("quality", "timeliness", "attitude", "fee", "compliance")
            ],
        ]

    def __str__(self) -> str:
        return f"{self.contract.number} {self.side}"
