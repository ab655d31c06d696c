"""What can be bought: regions, qualification types, service items, and the RuleSets that govern buying."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from marketplace.core import clock


class Region(models.Model):
    """An administrative region by its six-digit code."""

    code = models.CharField(_("代码"), max_length=6, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    en = models.CharField(_("英文名称"), max_length=80, blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")

    class Meta:
        verbose_name = verbose_name_plural = _("行政区划")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class QualificationType(models.Model):
    """A kind of qualification; `grades` lists its grades, highest first ([] = none)."""

    class Status(models.TextChoices):
        REQUIRED = "required", _("行政许可")
        FILING = "filing", _("备案登记")
        VOLUNTARY = "voluntary", _("自愿评价")
        ABOLISHED = "abolished", _("已取消")

    slug = models.SlugField(_("标识"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=80, unique=True)
    abbr = models.CharField(_("简称"), max_length=20, blank=True)
    issuer = models.CharField(_("发证机关"), max_length=120, blank=True)
    grades = models.JSONField(_("等级"), default=list, blank=True)
    years = models.PositiveSmallIntegerField(_("有效年限"), default=0, help_text=_("0 表示证书不载明有效期"))
    status = models.CharField(_("性质"), max_length=10, choices=Status.choices)
    abolished_on = models.DateField(_("取消日期"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("资质类型")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class ServiceItem(models.Model):
    """An intermediary service item: what an authority's approval needs and the market sells."""

    class Kind(models.TextChoices):
        LICENCE = "A", _("须具备法定资质")
        FILING = "B", _("须备案或列入名录")
        PERSONS = "C", _("须有注册执业人员")
        CAPABILITY = "D", _("具备能力即可，不设资质门槛")

    class Payer(models.TextChoices):
        APPLICANT = "applicant", _("申请人付费")
        AUTHORITY = "authority", _("审批部门付费")

    code = models.CharField(_("事项编码"), max_length=12, unique=True)
    name = models.CharField(_("事项名称"), max_length=120)
    en = models.CharField(_("英文名称"), max_length=160, blank=True)
    category = models.CharField(_("阶段"), max_length=40)
    kind = models.CharField(_("要求类别"), max_length=1, choices=Kind.choices)
    may_do_itself = models.BooleanField(_("可自行编制"), default=False)
    abbreviations = models.JSONField(_("简称"), default=list, blank=True)
    practitioner = models.CharField(_("执业人员"), max_length=120, blank=True)
    basis = models.CharField(_("设定依据"), max_length=300)
    needed_by = models.JSONField(_("需要该成果的审批事项"), default=list, blank=True)
    days = models.PositiveSmallIntegerField(_("通常工作日"))
    price_low = models.DecimalField(_("参考价下限"), max_digits=14, decimal_places=2)
    price_high = models.DecimalField(_("参考价上限"), max_digits=14, decimal_places=2)
    payer = models.CharField(_("付费方"), max_length=10, choices=Payer.choices, default=Payer.APPLICANT)
    draw_allowed = models.BooleanField(_("可随机抽取"), default=True)
    is_active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("中介服务事项")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"

    @property
    def label(self) -> str:
        """The item's name in the reader's language."""
        return self.en if self.en and (get_language() or "").startswith("en") else self.name

    @property
    def choice(self) -> str:
        """How it stands in a list to choose from: the name first, for people who type it, and its code."""
        return _("%(name)s（%(code)s）") % {"name": self.label, "code": self.code}


class ItemQualification(models.Model):
    """A qualification type that counts for an item: one of the alternatives required, or merit points only."""

    item = models.ForeignKey(ServiceItem, on_delete=models.CASCADE, related_name="qualifications")
    type = models.ForeignKey(QualificationType, on_delete=models.PROTECT, related_name="items")
    minimum_grade = models.CharField(_("最低等级"), max_length=20, blank=True)
    merit_only = models.BooleanField(_("仅作加分"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("事项资质")
        constraints = [models.UniqueConstraint(fields=["item", "type"], name="one_type_per_item")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.type}"


class RuleSet(models.Model):
    """Versioned rules of a region; `data` is a `catalogue.rules.RuleData`. Two operators approve a version."""

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        APPROVED = "approved", _("已批准")
        REFUSED = "refused", _("未获批准")
        RETIRED = "retired", _("已停用")

    region_code = models.CharField(_("行政区划代码"), max_length=6)
    version = models.PositiveIntegerField(_("版本"))
    data = models.JSONField(_("规则"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    effective_from = models.DateField(_("生效日期"))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("选取规则")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["region_code", "version"], name="one_ruleset_version"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=models.F("proposed_by")), name="two_people_per_ruleset"
            ),
        ]

    def __str__(self) -> str:
        return str(_("选取规则第 %(version)d 版（%(region)s）") % {"version": self.version, "region": self.region_code})
