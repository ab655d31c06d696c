"""People, organisations, and who acts for which."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.roles import MemberRole, StaffRole, label_of
from marketplace.core import clock
from marketplace.core.models import StoredFile


class User(AbstractUser):
    """A person. The user name is a mobile number or an e-mail address."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("姓名"), max_length=60, blank=True)
    language = models.CharField(_("语言"), max_length=8, default="zh-hans")
    staff_roles = models.JSONField(_("工作角色"), default=list, blank=True)

    class Meta:
        verbose_name = _("用户")
        verbose_name_plural = _("用户")

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name or self.username

    def get_short_name(self) -> str:
        return self.name or self.username

    def has_staff_role(self, *roles: StaffRole) -> bool:
        """Whether the person has any of these staff roles."""
        return self.is_active and bool({str(r) for r in roles} & set(self.staff_roles))


class Organisation(models.Model):
    """A firm or public body: one row per unified social credit code. Buyer and agency are profiles of it."""

    class Kind(models.TextChoices):
        ENTERPRISE = "enterprise", _("企业")
        GOVERNMENT = "government", _("机关")
        INSTITUTION = "institution", _("事业单位")
        SOCIAL = "social", _("社会组织")
        INDIVIDUAL = "individual", _("个体工商户")

    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, unique=True)
    name = models.CharField(_("单位名称"), max_length=120)
    kind = models.CharField(_("单位类型"), max_length=12, choices=Kind.choices, default=Kind.ENTERPRISE)
    legal_person = models.CharField(_("法定代表人"), max_length=60, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    phone = models.CharField(_("联系电话"), max_length=40, blank=True)
    bank_name = models.CharField(_("开户银行"), max_length=120, blank=True)
    bank_account = models.CharField(_("银行账号"), max_length=40, blank=True)
    verified_at = models.DateTimeField(_("核验时间"), null=True, blank=True)
    created_at = models.DateTimeField(_("注册时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("单位")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(credit_code__regex=r"^[0-9A-HJ-NP-RTUWXY]{18}$"), name="credit_code_alphabet"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_verified(self) -> bool:
        """Whether somebody looked at the authorisation of at least one person who acts for it."""
        return self.verified_at is not None


class Membership(models.Model):
    """A person acts for an organisation, in certain roles."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    roles = models.JSONField(_("角色"), default=list)
    is_active = models.BooleanField(_("有效"), default=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("成员")
        constraints = [models.UniqueConstraint(fields=["user", "organisation"], name="one_membership")]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation}"

    @property
    def role_labels(self) -> list[str]:
        """The roles' names on the screen."""
        return [str(label_of(role)) for role in self.roles]

    def has_role(self, *roles: MemberRole) -> bool:
        """Whether the member has any of the roles; an administrator has all."""
        return self.is_active and (
            MemberRole.ADMINISTRATOR in self.roles or bool({str(r) for r in roles} & set(self.roles))
        )


class Claim(models.Model):
    """A person says to act for an organisation and shows a stamped authorisation; an operator looks at it."""

    class State(models.TextChoices):
        SUBMITTED = "submitted", _("待核验")
        CONFIRMED = "confirmed", _("已核验")
        REFUSED = "refused", _("未通过")

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="claims")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="claims")
    name = models.CharField(_("申报的单位名称"), max_length=120, blank=True)
    kind = models.CharField(_("申报的单位类型"), max_length=12, choices=Organisation.Kind.choices, blank=True)
    authorisation = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name=_("盖章授权书")
    )
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.SUBMITTED)
    reason = models.CharField(_("原因"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("提交时间"), default=clock.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("授权核验")
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"], condition=Q(state="submitted"), name="one_open_claim"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.organisation}"


class Invitation(models.Model):
    """An administrator asks somebody to act for the organisation; the link works once."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invitations")
    contact = models.CharField(_("手机号或邮箱"), max_length=120)
    name = models.CharField(_("姓名"), max_length=60, blank=True)
    roles = models.JSONField(_("角色"), default=list)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("成员邀请")

    def __str__(self) -> str:
        return f"{self.contact} → {self.organisation}"

    @property
    def role_labels(self) -> list[str]:
        """The roles' names on the screen."""
        return [str(label_of(role)) for role in self.roles]


class Shareholding(models.Model):
    """Who holds how much of an organisation; a holder is a firm (with its credit code) or a person."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="shareholdings")
    holder_name = models.CharField(_("股东名称"), max_length=120)
    holder_code = models.CharField(_("股东统一社会信用代码"), max_length=18, blank=True)
    percent = models.DecimalField(_("持股比例（%）"), max_digits=5, decimal_places=2)

    class Meta:
        verbose_name = verbose_name_plural = _("股东")
        ordering = ["-percent", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "holder_name", "holder_code"], name="one_shareholding_per_holder"
            ),
            models.CheckConstraint(condition=Q(percent__gt=0) & Q(percent__lte=100), name="percent_of_a_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.holder_name} {self.percent}%"
