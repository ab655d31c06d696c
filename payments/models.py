"""Payments and the ledger. This app knows accounts and core only: what is paid for is a `payable.Payable`."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Organisation
from marketplace.core import clock
from marketplace.core.models import StoredFile
from payments.rules import TONES


class LedgerIsFinal(TypeError):
    """Somebody tried to change or delete what stands in the ledger."""


class AppendOnly(models.QuerySet[Any]):
    """Rows that are added and read."""

    def update(self, **kwargs: Any) -> int:
        raise LedgerIsFinal

    def delete(self) -> tuple[int, dict[str, int]]:
        raise LedgerIsFinal


class AppendOnlyModel(models.Model):
    """A row that is written once. The database refuses changes as well, see `ledger.install_triggers`."""

    objects = AppendOnly.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None and not self._state.adding:
            raise LedgerIsFinal
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise LedgerIsFinal


class Payment(models.Model):
    """One amount owed by a payer to a payee for one payable. States: `rules.PAYMENT`.

    The account is the payee's as it was when the payment was made; a later change there doesn't redirect it.
    """

    class State(models.TextChoices):
        DUE = "due", _("待付款")
        PROOF = "proof", _("待收款确认")
        PAID = "paid", _("已付款")
        DISPUTED = "disputed", _("有争议")
        CANCELLED = "cancelled", _("已取消")

    reference = models.CharField(_("付款编号"), max_length=20, unique=True)
    provider = models.CharField(_("付款途径"), max_length=20, default="transfer")
    payable_kind = models.CharField(max_length=40)
    payable_key = models.CharField(max_length=40)
    description = models.CharField(_("事由"), max_length=200)
    payer = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="payments_out", verbose_name=_("付款方")
    )
    payee = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="payments_in", verbose_name=_("收款方")
    )
    payee_name = models.CharField(_("收款户名"), max_length=120, blank=True)
    bank_name = models.CharField(_("开户银行"), max_length=120, blank=True)
    bank_account = models.CharField(_("银行账号"), max_length=40, blank=True)
    amount = models.DecimalField(_("金额"), max_digits=14, decimal_places=2)
    currency = models.CharField(_("币种"), max_length=3, default="CNY")
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DUE)
    due_on = models.DateField(_("应付日期"))
    proof = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("付款凭证")
    )
    proof_at = models.DateTimeField(null=True, blank=True)
    paid_at = models.DateTimeField(_("到账确认时间"), null=True, blank=True)
    dispute_reason = models.CharField(_("争议说明"), max_length=300, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = verbose_name_plural = _("付款")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["payable_kind", "payable_key"], condition=~Q(state="cancelled"), name="one_payment_per_payable"
            ),
            models.CheckConstraint(condition=Q(amount__gt=Decimal(0)), name="payment_amount_positive"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def chip(self) -> tuple[str, str]:
        """The state's word and tone."""
        return str(self.get_state_display()), TONES[self.state]


class LedgerEntry(AppendOnlyModel):
    """A movement of money: several lines whose amounts sum to zero. Never changed, never deleted."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="ledger", verbose_name=_("付款"))
    movement = models.CharField(_("变动"), max_length=20)
    at = models.DateTimeField(_("时间"), default=clock.now)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = verbose_name_plural = _("账目")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["payment", "movement"], name="one_movement_per_payment")]

    def __str__(self) -> str:
        return f"{self.payment} {self.movement}"


class LedgerLine(AppendOnlyModel):
    """One side of a movement: `amount` in `currency`, positive = debit."""

    entry = models.ForeignKey(LedgerEntry, on_delete=models.PROTECT, related_name="lines", verbose_name=_("账目"))
    account = models.CharField(_("科目"), max_length=60, help_text="payable:<credit code> | receivable:<credit code>")
    amount = models.DecimalField(_("金额"), max_digits=14, decimal_places=2)
    currency = models.CharField(_("币种"), max_length=3, default="CNY")

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = verbose_name_plural = _("分录")
        ordering = ["id"]
        indexes = [models.Index(fields=["account"], name="ledger_by_account")]
        constraints = [
            models.CheckConstraint(condition=~Q(amount=Decimal(0)), name="ledger_line_not_zero"),
            models.UniqueConstraint(fields=["entry", "account", "currency"], name="one_line_per_account"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.amount}"
