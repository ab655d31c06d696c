"""A payable of the tests' own: payments know no contract, and neither do their tests."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import MemberRole
from marketplace.core import clock, files
from marketplace.core.models import StoredFile
from payments import payable, services
from payments.models import Payment
from tests.factories import OrganisationFactory, member

KIND = "tests.bill"
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=clock.ZONE)
DUE = date(2026, 4, 1)
AMOUNT = Decimal("76543.21")
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
_bills: dict[str, "Bill"] = {}


@dataclass
class Bill:
    """Something to pay for."""

    payer: Organisation
    payee: Organisation
    amount: Decimal = AMOUNT
    description: str = "环境影响报告表编制 · 交付全部成果"
    currency: str = "CNY"
    url: str = "/"


@dataclass
class Debt:
    """An open payment with a person on each side."""

    bill: Bill
    payer: Actor
    payee: Actor
    key: str

    @property
    def payment(self) -> Payment:
        return Payment.objects.get(payable_kind=KIND, payable_key=self.key)


def debt(*, opened: bool = True, **payee: Any) -> Debt:
    """A new bill between two new organisations, opened as a payment unless told otherwise."""
    payable.register_payable(KIND, _bills.get)
    account = {"bank_name": "示范银行开发区支行", "bank_account": "6222020200112233"}
    owes, gets = OrganisationFactory(), OrganisationFactory(**(account | payee))
    key = str(len(_bills) + 1)
    _bills[key] = Bill(owes, gets)
    found = Debt(
        _bills[key], member(MemberRole.BUYER, organisation=owes), member(MemberRole.BID_AUTHOR, organisation=gets), key
    )
    if opened:
        with clock.at(NOW):
            open_(found)
    return found


def open_(found: Debt, **changes: Any) -> Payment:
    """Open the payment of a debt, with changed arguments."""
    bill = found.bill
    given: dict[str, Any] = {
        "kind": KIND,
        "key": found.key,
        "description": bill.description,
        "payer": bill.payer,
        "payee": bill.payee,
        "amount": bill.amount,
        "due_on": DUE,
        "by": Actor.system(),
    }
    return services.open_payment(**(given | changes))


def picture(name: str = "回单.png", extra: bytes = b"") -> SimpleUploadedFile:
    """A real picture; `extra` makes its bytes differ from others'."""
    return SimpleUploadedFile(name, PNG + extra, content_type="image/png")


def proof(by: Actor, extra: bytes = b"") -> StoredFile:
    """A stored proof."""
    return files.store(picture(extra=extra), purpose="payments.proof", by=by, holder=by.organisation_code)
