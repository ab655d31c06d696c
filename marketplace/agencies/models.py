"""Agencies: admission, qualifications, practitioners, past work, service offers, credit."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Organisation
from marketplace.agencies.rules.credit import credit_grade
from marketplace.catalogue.models import QualificationType, Region, ServiceItem
from marketplace.core import clock
from marketplace.core.models import StoredFile

PUBLIC_STATES = frozenset({"active", "dormant", "frozen", "expelled"})
ADMITTED_STATES = frozenset({"active", "dormant", "frozen"})
EDITABLE_STATES = frozenset({"draft", "returned"})
TONES = {
    "draft": "draft",
    "submitted": "waiting",
    "returned": "warn",
    "public_notice": "standstill",
    "active": "ok",
    "rejected": "bad",
    "dormant": "paused",
    "frozen": "bad",
    "expelled": "bad",
    "withdrawn": "plain",
    "manual_check": "waiting",
    "verified": "ok",
    "expiring": "alert",
    "expired": "bad",
    "superseded": "plain",
    "revoked": "bad",
    "challenged": "warn",
    "fraud": "bad",
}


class Agency(models.Model):
    """The agency profile of an organisation. States: `rules.ADMISSION`."""

    class State(models.TextChoices):
        DRAFT = "draft", _("填写中")
        SUBMITTED = "submitted", _("待审核")
        RETURNED = "returned", _("已退回")
        PUBLIC_NOTICE = "public_notice", _("入驻公示")
        ACTIVE = "active", _("已入驻")
        REJECTED = "rejected", _("不予入驻")
        DORMANT = "dormant", _("休眠")
        FROZEN = "frozen", _("冻结")
        EXPELLED = "expelled", _("清退")
        WITHDRAWN = "withdrawn", _("已退出")

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="agency")
    state = models.CharField(_("状态"), max_length=14, choices=State.choices, default=State.DRAFT)
    legal_person = models.CharField(_("法定代表人"), max_length=60, blank=True)
    contact_name = models.CharField(_("联系人"), max_length=60, blank=True)
    contact_phone = models.CharField(_("联系电话"), max_length=40, blank=True)
    contact_email = models.EmailField(_("电子邮箱"), blank=True)
    address = models.CharField(_("办公地址"), max_length=200, blank=True)
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, blank=True, related_name="agencies", verbose_name=_("所在地区")
    )
    founded_on = models.DateField(_("成立日期"), null=True, blank=True)
    employees = models.PositiveIntegerField(_("从业人数"), null=True, blank=True)
    website = models.URLField(_("网站"), blank=True)
    business_scope = models.TextField(_("经营范围"), max_length=3000, blank=True)
    commitment = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("入驻承诺书")
    )
    committed_at = models.DateTimeField(_("承诺时间"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    notice_until = models.DateTimeField(_("公示截止"), null=True, blank=True)
    admitted_at = models.DateTimeField(_("入驻时间"), null=True, blank=True)
    frozen_until = models.DateField(_("冻结至"), null=True, blank=True)
    return_reasons = models.JSONField(_("退回原因"), default=list, blank=True)
    version = models.PositiveIntegerField(default=0)
    second_person = models.BooleanField(_("报价须经另一人放行"), default=False)
    second_person_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="who wants the release switched off; another member must agree",
    )

    credit_score = models.SmallIntegerField(_("信用分"), default=80)
    rating = models.DecimalField(_("服务评价"), max_digits=4, decimal_places=3, null=True, blank=True)
    rating_count = models.PositiveIntegerField(_("评价次数"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("中介服务机构")
        ordering = ["organisation__name"]
        indexes = [models.Index(fields=["state"], name="agency_state")]

    def __str__(self) -> str:
        return str(self.organisation)

    def get_absolute_url(self) -> str:
        """The public page, which `cms` serves."""
        return reverse("agency", args=[self.organisation.credit_code])

    @property
    def is_public(self) -> bool:
        """Whether anybody may see the agency's page."""
        return self.state in PUBLIC_STATES

    @property
    def is_admitted(self) -> bool:
        """Whether the agency is on the register, so that key data change only by request."""
        return self.state in ADMITTED_STATES

    @property
    def is_editable(self) -> bool:
        """Whether the application is in the agency's own hands."""
        return self.state in EDITABLE_STATES

    @property
    def credit_grade(self) -> str:
        """A, B, C or D by the default lines."""
        return credit_grade(self.credit_score)

    @property
    def credit_code(self) -> str:
        """The organisation's unified social credit code."""
        return self.organisation.credit_code

    @property
    def name(self) -> str:
        """The organisation's name."""
        return self.organisation.name

    @property
    def chip(self) -> tuple[str, str]:
        """The state as a chip shows it: its word and its tone."""
        return str(self.get_state_display()), TONES[self.state]


COUNTING_STATES = frozenset({"verified", "expiring", "challenged"})


class Qualification(models.Model):
    """A certificate; a renewal is a new row, the old one stays as superseded."""

    class State(models.TextChoices):
        DRAFT = "draft", _("填写中")
        SUBMITTED = "submitted", _("待核验")
        MANUAL_CHECK = "manual_check", _("人工核验")
        VERIFIED = "verified", _("已核验")
        EXPIRING = "expiring", _("即将到期")
        REJECTED = "rejected", _("未通过")
        EXPIRED = "expired", _("已过期")
        SUPERSEDED = "superseded", _("已更新")
        REVOKED = "revoked", _("已吊销")
        CHALLENGED = "challenged", _("被质疑")
        FRAUD = "fraud", _("虚假")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="qualifications")
    type = models.ForeignKey(
        QualificationType, on_delete=models.PROTECT, related_name="certificates", verbose_name=_("资质类型")
    )
    grade = models.CharField(_("等级"), max_length=20, blank=True)
    specialty = models.CharField(_("专业范围"), max_length=200, blank=True)
    number = models.CharField(_("证书编号"), max_length=60)
    issuer = models.CharField(_("发证机关"), max_length=120)
    issued_on = models.DateField(_("发证日期"))
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    scan = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("证书扫描件")
    )
    state = models.CharField(_("状态"), max_length=12, choices=State.choices, default=State.DRAFT)
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="renewals", verbose_name=_("更新自")
    )
    reason = models.CharField(_("未通过原因"), max_length=300, blank=True)
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    verified_at = models.DateTimeField(_("核验时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("资质证书")
        ordering = ["type_id", "-issued_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["type", "number"],
                condition=Q(state__in=["verified", "expiring", "expired", "challenged"]),
                name="one_certificate_number",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=models.F("issued_on")),
                name="certificate_valid_after_issue",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.grade}".strip()

    @property
    def counts(self) -> bool:
        """Whether the certificate was verified and nothing has ended it."""
        return self.state in COUNTING_STATES

    @property
    def chip(self) -> tuple[str, str]:
        """The state as a chip shows it: its word and its tone."""
        return str(self.get_state_display()), TONES[self.state]


class Practitioner(models.Model):
    """A licensed person who works for the agency: on its register (`is_active`) once an operator has looked at the
    licence, with the admission or (`submitted_at`) later, until they leave."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="practitioners")
    name = models.CharField(_("姓名"), max_length=60)
    licence = models.CharField(_("执业资格"), max_length=80)
    licence_number = models.CharField(_("注册证书编号"), max_length=60)
    title = models.CharField(_("职称"), max_length=40, blank=True)
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    scan = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("证书扫描件")
    )
    is_active = models.BooleanField(_("在册"), default=False)
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    verified_at = models.DateTimeField(_("核验时间"), null=True, blank=True)
    reason = models.CharField(_("未通过原因"), max_length=300, blank=True)
    left_on = models.DateField(_("离册日期"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("从业人员")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["licence", "licence_number"], condition=Q(is_active=True), name="one_agency_per_licence"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.licence}"

    @property
    def is_waiting(self) -> bool:
        """Whether an operator has yet to look at it."""
        return self.submitted_at is not None and not self.is_active and self.left_on is None


class PastWork(models.Model):
    """Work done before: declared with evidence, or written by a contract of this market (`contract_number`)."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="past_work")
    item = models.ForeignKey(
        ServiceItem, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("服务事项")
    )
    title = models.CharField(_("项目名称"), max_length=200)
    client = models.CharField(_("委托单位"), max_length=120)
    industry = models.CharField(_("行业"), max_length=60, blank=True)
    amount = models.DecimalField(_("合同金额（元）"), max_digits=14, decimal_places=2)
    started_on = models.DateField(_("开始日期"))
    finished_on = models.DateField(_("完成日期"))
    evidence = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("证明材料")
    )
    contract_number = models.CharField(_("本平台合同编号"), max_length=40, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("业绩")
        ordering = ["-finished_on"]
        constraints = [
            models.CheckConstraint(condition=Q(finished_on__gte=models.F("started_on")), name="work_ends_after_start")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_own(self) -> bool:
        """Whether the work was done under a contract of this market, so that nobody need prove it."""
        return bool(self.contract_number)


class ServiceOffer(models.Model):
    """An agency's listing of an item: price or price rule, days, area."""

    class PriceMode(models.TextChoices):
        FIXED = "fixed", _("固定价")
        FROM = "from", _("起价")
        UNIT = "unit", _("按单位计价")
        ASK = "ask", _("面议")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="offers")
    item = models.ForeignKey(ServiceItem, on_delete=models.PROTECT, related_name="offers", verbose_name=_("服务事项"))
    price_mode = models.CharField(_("计价方式"), max_length=6, choices=PriceMode.choices, default=PriceMode.FROM)
    price = models.DecimalField(_("价格（元）"), max_digits=14, decimal_places=2, null=True, blank=True)
    unit = models.CharField(_("计价单位"), max_length=20, blank=True)
    price_rule = models.CharField(_("计价说明"), max_length=300, blank=True)
    days = models.PositiveSmallIntegerField(_("承诺工作日"))
    regions = models.ManyToManyField(
        Region, related_name="+", blank=True, verbose_name=_("服务区域"), help_text=_("不选表示全国")
    )
    content = models.TextField(_("服务内容"), max_length=3000, blank=True)
    is_active = models.BooleanField(_("上架"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("服务项目")
        ordering = ["item__code"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "item"], name="one_offer_per_item"),
            models.CheckConstraint(
                condition=Q(price_mode="ask") | Q(price__gt=Decimal(0)), name="offer_price_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency} {self.item}"


class ChangeRequest(models.Model):
    """A change of key data of an admitted agency: reviewed as a diff; the old value stays in the audit log."""

    class State(models.TextChoices):
        SUBMITTED = "submitted", _("待审核")
        ACCEPTED = "accepted", _("已通过")
        REFUSED = "refused", _("未通过")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="change_requests")
    before = models.JSONField(_("变更前"))
    after = models.JSONField(_("变更后"))
    evidence = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("证明材料")
    )
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.SUBMITTED)
    reason = models.CharField(_("原因"), max_length=300, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("提交时间"), default=clock.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("信息变更申请")
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["agency"], condition=Q(state="submitted"), name="one_open_change_request")
        ]

    def __str__(self) -> str:
        return f"{self.agency} {self.created_at:%Y-%m-%d}"


class CreditEntry(models.Model):
    """A line of the credit record: points, the rule and the decision; append-only."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="credit_entries")
    points = models.SmallIntegerField(_("分值"))
    rule = models.CharField(_("依据"), max_length=120)
    reason = models.CharField(_("事由"), max_length=300)
    decided_at = models.DateTimeField(_("决定时间"), default=clock.now)
    expires_on = models.DateField(_("失效日期"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("信用记录")
        ordering = ["-decided_at"]

    def __str__(self) -> str:
        return f"{self.agency} {self.points:+d}"


class ServiceRating(models.Model):
    """A published review of the agency, written down here by `contracts` when it is shown."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="ratings")
    item = models.ForeignKey(ServiceItem, on_delete=models.PROTECT, related_name="+")
    contract_number = models.CharField(_("合同编号"), max_length=40, unique=True)
    title = models.CharField(_("项目"), max_length=200)
    by_name = models.CharField(_("评价单位"), max_length=120)
    quality = models.PositiveSmallIntegerField(_("服务质量"))
    timeliness = models.PositiveSmallIntegerField(_("服务时效"))
    attitude = models.PositiveSmallIntegerField(_("服务态度"))
    fee = models.PositiveSmallIntegerField(_("服务收费"))
    compliance = models.PositiveSmallIntegerField(_("服务规范"))
    text = models.TextField(_("评价"), blank=True)
    answer = models.TextField(_("机构回复"), blank=True)
    answered_at = models.DateTimeField(_("回复时间"), null=True, blank=True)
    is_default = models.BooleanField(_("默认评价"), default=False)
    published_at = models.DateTimeField(_("公布时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("服务评价")
        ordering = ["-published_at"]

    def __str__(self) -> str:
        return f"{self.agency} {self.contract_number}"

    @property
    def mean(self) -> Decimal:
        """The mean of the five dimensions, two places."""
        total = self.quality + self.timeliness + self.attitude + self.fee + self.compliance
        return (Decimal(total) / 5).quantize(Decimal("0.01"))
