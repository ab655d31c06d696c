"""Payments and the ledger. This app knows accounts and core only: what is paid for is a `payable.Payable`."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Organisation
from marketplace.core import clock
from marketplace.core.models import StoredFile


class Payment(models.Model):
    """One amount owed by a payer to a payee for one payable. States: `rules.PAYMENT`."""

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


class LedgerEntry(models.Model):
    """A movement of money: several lines whose amounts sum to zero. Never changed, never deleted."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="ledger")
    movement = models.CharField(max_length=20)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("账目")
        constraints = [models.UniqueConstraint(fields=["payment", "movement"], name="one_movement_per_payment")]

    def __str__(self) -> str:
        return f"{self.payment} {self.movement}"


class LedgerLine(models.Model):
    """One side of a movement: `amount` in `currency`, positive = debit."""

    entry = models.ForeignKey(LedgerEntry, on_delete=models.PROTECT, related_name="lines")
    account = models.CharField(max_length=60, help_text="payable:<credit code> | receivable:<credit code>")
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    currency = models.CharField(max_length=3, default="CNY")

    def __str__(self) -> str:
        return f"{self.account} {self.amount}"
