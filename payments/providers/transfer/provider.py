"""The provider itself: it only says where to pay; the payer's proof and the payee's confirmation do the rest."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from payments.capitals import capitals
from payments.models import Payment


class Transfer:
    """Bank transfer by reference."""

    key = "transfer"
    label: str | Promise = gettext_lazy("银行转账")
    sentence: str | Promise = gettext_lazy("由付款方直接汇入收款方账户，平台不经手资金、不收费用。")
    template = "payments/transfer.html"
    takes_proof = True

    def missing(self, payment: Payment) -> tuple[str, ...]:
        """The payee's account, when it was not known yet."""
        if payment.bank_name and payment.bank_account:
            return ()
        return (_("收款单位“%(payee)s”还没有登记开户银行和账号，登记后才能付款。") % {"payee": payment.payee.name},)

    def instructions(self, payment: Payment) -> dict[str, Any]:
        """Account, amount in figures and capitals, and the reference that must stand in the transfer's remark."""
        return {
            "payee_name": payment.payee_name,
            "bank_name": payment.bank_name,
            "bank_account": grouped(payment.bank_account),
            "capitals": capitals(payment.amount),
            "reference": payment.reference,
        }


def grouped(account: str) -> str:
    """An account number in groups of four, which people copy with fewer mistakes."""
    digits = account.replace(" ", "")
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))
