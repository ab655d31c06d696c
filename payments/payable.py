"""What can be paid for. This app knows no domain: whoever has something to be paid registers how to load it."""

from collections.abc import Callable
from decimal import Decimal
from typing import Protocol

from marketplace.accounts.models import Organisation


class Payable(Protocol):
    """Something that is paid for once: what, how much, by whom, to whom, and where one looks at it.

    What happens when it is paid is said by the event `payments.events.PaymentPaid`.
    """

    @property
    def description(self) -> str: ...
    @property
    def amount(self) -> Decimal: ...
    @property
    def currency(self) -> str: ...
    @property
    def payer(self) -> Organisation: ...
    @property
    def payee(self) -> Organisation: ...
    @property
    def url(self) -> str: ...


Loader = Callable[[str], Payable | None]
_loaders: dict[str, Loader] = {}


def register_payable(kind: str, loader: Loader) -> None:
    """Let `loader(key)` find payables of `kind`; it answers None for a key it does not know."""
    _loaders[kind] = loader


def load(kind: str, key: str) -> Payable | None:
    """The payable, or None. LookupError for a kind that nobody registered."""
    if kind not in _loaders:
        raise LookupError(f"nobody registered payables of kind {kind}")
    return _loaders[kind](key)
