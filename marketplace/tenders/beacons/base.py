"""A source of randomness as values: what is announced beforehand, and what it gives afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import DomainError

NO_NONCE = bytes(32)


class BeaconError(DomainError):
    """A value that is not what was announced; `code` says what is wrong."""

    code = "bad_beacon"
    status = 422
    message = _("随机来源的数据不正确。")


@dataclass(frozen=True)
class Announced:
    """What the announcement fixes: the source, which of its values, and from when on that value exists.

    `reference` holds plain JSON values. Where the source gave no value the successor counts instead, once that was
    said openly, not before `successor_at`: nobody gains by stopping it, or by silence. None: it can't be missing.
    """

    source: str
    reference: Mapping[str, Any]
    due_at: datetime
    successor_at: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        """As it stands in the announcement."""
        return {
            "source": self.source,
            **self.reference,
            "due_at": self.due_at.isoformat(),
            "successor_at": self.successor_at.isoformat() if self.successor_at else None,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Announced":
        """Read back what `to_json` wrote."""
        own = ("source", "due_at", "successor_at")
        until = value["successor_at"]
        return cls(
            source=value["source"],
            reference={name: each for name, each in value.items() if name not in own},
            due_at=datetime.fromisoformat(value["due_at"]),
            successor_at=datetime.fromisoformat(until) if until else None,
        )


@dataclass(frozen=True)
class Randomness:
    """What goes into the seed: `nonce` 32 bytes, `beacon` raw; `proof` holds what anybody checks it by, as JSON."""

    nonce: bytes
    beacon: bytes
    proof: Mapping[str, Any]


class Beacon(Protocol):
    """A source of randomness: one small module each, registered in `registry.py`."""

    @property
    def key(self) -> str:
        """Its name in announcements and records."""

    @property
    def label(self) -> str | Promise:
        """Its name on the screen."""

    @property
    def sentence(self) -> str | Promise:
        """How the announcement says it, and what must still be trusted."""

    def announce(self, closes_at: datetime, **choice: Any) -> Announced:
        """Fix which value will count for responses that close then. BeaconError when the choice is incomplete."""

    def check(self, announced: Announced, value: Any) -> Randomness:
        """The randomness that a value gives. BeaconError unless it is exactly what was announced."""

    def successor(self, announced: Announced) -> Announced | None:
        """What counts when the value can't be had in time; None where it can't be missing."""
