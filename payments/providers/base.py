"""What a way to pay must be able to say and do."""

from typing import Any, Protocol

from django.utils.functional import Promise

from payments.models import Payment


class Provider(Protocol):
    """A way to pay.

    `key` stands in `Payment.provider`; `label` and `sentence` explain it; `template` is the part of the payment's page
    that says how to pay; `takes_proof` whether the payer shows a proof and the payee confirms.
    """

    key: str
    label: str | Promise
    sentence: str | Promise
    template: str
    takes_proof: bool

    def missing(self, payment: Payment) -> tuple[str, ...]:
        """What must be supplied before anybody can pay, as full sentences; empty when nothing is."""

    def instructions(self, payment: Payment) -> dict[str, Any]:
        """What `template` and the slip need."""
