"""What this app tells the apps above it."""

from dataclasses import dataclass

from marketplace.core.events import Event


@dataclass(frozen=True)
class PaymentPaid(Event):
    """The payee has confirmed that the money came."""

    payable_kind: str
    payable_key: str
    payment_id: int
