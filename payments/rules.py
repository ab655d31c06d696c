"""What may happen to a payment: pure decisions, no database, no clock."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from marketplace.accounts.roles import MemberRole
from marketplace.core.errors import DomainError
from marketplace.core.states import Machine

# The payer shows a proof, the payee says whether the money came; the bank is outside of this market.
PAYMENT = Machine(
    [
        ("show_proof", ["due", "disputed"], "proof"),
        ("confirm", ["due", "proof", "disputed"], "paid"),
        ("dispute", ["proof"], "disputed"),
        ("cancel", ["due"], "cancelled"),
    ]
)
TONES = {"due": "waiting", "proof": "notice", "paid": "done", "disputed": "alert", "cancelled": "plain"}
CURRENCIES = ("CNY",)
PAYER_ROLES = (MemberRole.BUYER,)
PAYEE_ROLES = (MemberRole.BID_AUTHOR,)


class BadAmount(DomainError):
    """An amount that can't be paid."""

    code = "bad_amount"
    status = 422
    field = "amount"


class NotThePayable(DomainError):
    """The amount or a party is not what the payable says."""

    code = "not_the_payable"
    status = 422


class SameProof(DomainError):
    """The same file was shown before."""

    code = "same_proof"
    status = 422
    field = "file"


class NeedsReason(DomainError):
    """A dispute without a reason."""

    code = "needs_reason"
    status = 422
    field = "reason"


def check_amount(amount: Decimal, currency: str = "CNY") -> None:
    """BadAmount unless the amount is above zero, in whole fen, and in a currency that is settled here."""
    if currency not in CURRENCIES:
        raise BadAmount(
            _("目前只支持人民币（CNY）结算，不支持 %(currency)s。") % {"currency": currency}, field="currency"
        )
    if not amount.is_finite() or amount <= 0:
        raise BadAmount(_("付款金额必须大于 0。"))
    if amount != amount.quantize(Decimal("0.01")):
        raise BadAmount(_("付款金额精确到分，最多两位小数。"))
