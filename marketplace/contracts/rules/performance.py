"""Computed facts that stand beside the stars: days against the contract, money paid against the quote."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Performance:
    """`days_used` working days from the beginning to the last accepted upload (None: not finished); money in CNY."""

    days_agreed: int
    days_used: int | None
    quoted: Decimal
    due: Decimal
    paid: Decimal

    @property
    def days_late(self) -> int:
        """Working days over the agreed ones; 0 when in time or not finished."""
        return max((self.days_used or 0) - self.days_agreed, 0)

    @property
    def in_time(self) -> bool | None:
        """Whether the agency kept the agreed days; None while it is not finished."""
        return None if self.days_used is None else self.days_late == 0

    @property
    def fee_kept(self) -> bool:
        """Whether no more has fallen due than the price the agency was selected with."""
        return self.due <= self.quoted
