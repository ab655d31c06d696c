"""Sealing a response with the tender's own key, and opening it (design, *What never bends*, 2).

Each tender has a key pair (libsodium sealed boxes). The private half is stored wrapped by a key that lives outside the
database. What is sealed is canonical JSON (RFC 8785, at most 4 kB); its SHA-256 is the commitment. The text is padded
before it is sealed, so that the length of the stored bytes doesn't tell how many digits a price has.
"""

import hashlib
import hmac
import json
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import rfc8785
from django.utils.translation import gettext_lazy as _
from nacl.bindings import sodium_pad, sodium_unpad
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from marketplace.core import keys
from marketplace.core.errors import DomainError

RECEIPT_VERSION = "zjcs-receipt/v1"
MOST_BYTES = 4096
BLOCK = 512
PRICE = re.compile(r"(0|[1-9][0-9]{0,11})\.[0-9]{2}")
SHORT_HEX = re.compile(r"[0-9a-f]{64}")


class TooLong(DomainError):
    """A response whose text does not fit into its envelope."""

    code = "too_long"
    status = 422
    message = _("说明太长，请缩短后重新提交。")
    field = "note"


@dataclass(frozen=True)
class Envelope:
    """What is sealed: CNY with two decimals, working days; `nonce` and `share` are 32 bytes in hexadecimal."""

    tender: str
    agency: str
    price: str
    days: int
    note: str
    nonce: str
    share: str

    def text(self) -> bytes:
        """The canonical JSON. TooLong beyond 4 kB."""
        text = rfc8785.dumps(asdict(self))
        if len(text) > MOST_BYTES:
            raise TooLong()
        return text

    @property
    def amount(self) -> Decimal:
        return Decimal(self.price)


@dataclass(frozen=True)
class Sealed:
    """A sealed response: what is stored, and the SHA-256 of what is inside."""

    ciphertext: bytes
    commitment: str


def new_keys() -> tuple[str, bytes]:
    """A tender's key pair: the public half in hexadecimal, the private half wrapped."""
    private = PrivateKey.generate()
    return bytes(private.public_key).hex(), bytes(keys.sealing_box().encrypt(bytes(private)))


def secrets_of(idempotency_key: UUID) -> tuple[str, str]:
    """The nonce and share of a response that the server seals: 32 bytes each, in hexadecimal.

    They come from the key outside the database and the form's idempotency key, so that a form that is sent twice gives
    the same commitment, and one that was changed in between is told apart, without keeping what was offered.
    """
    secret = bytes(keys.sealing_box())

    def derived(purpose: str) -> str:
        return hmac.new(secret, f"zjcs-seal/v1\0{purpose}\0{idempotency_key}".encode(), hashlib.sha256).hexdigest()

    return derived("nonce"), derived("share")


def commitment_of(text: bytes) -> str:
    """The SHA-256 of a canonical text, in hexadecimal."""
    return hashlib.sha256(text).hexdigest()


def seal(public_key: str, envelope: Envelope) -> Sealed:
    """Seal an envelope to the tender's public key. TooLong."""
    text = envelope.text()
    box = SealedBox(PublicKey(bytes.fromhex(public_key)))
    return Sealed(bytes(box.encrypt(sodium_pad(text, BLOCK))), commitment_of(text))


class Opener:
    """The private half of a tender's key, for opening all its responses."""

    def __init__(self, wrapped_key: bytes) -> None:
        self._box = SealedBox(PrivateKey(keys.sealing_box().decrypt(bytes(wrapped_key))))

    def open(self, ciphertext: bytes, commitment: str, *, tender: str, agency: str) -> Envelope | None:
        """The envelope, or None when it is unreadable.

        Unreadable is what can't be decrypted, is no canonical envelope, is not what was committed to, or was made for
        another tender or by another agency.
        """
        try:
            text = sodium_unpad(self._box.decrypt(bytes(ciphertext)), BLOCK)
        except (CryptoError, TypeError, ValueError):
            return None
        if commitment_of(text) != commitment:
            return None
        envelope = read(text)
        if envelope is None or envelope.tender != tender or envelope.agency != agency:
            return None
        return envelope


def read(text: bytes) -> Envelope | None:
    """The envelope that a canonical text holds; None when it holds none."""
    if len(text) > MOST_BYTES:
        return None
    try:
        value = json.loads(text)
        envelope = Envelope(**value)
        well_formed = (
            all(isinstance(each, str) for name, each in value.items() if name != "days")
            and type(envelope.days) is int
            and 0 < envelope.days < 32768
            and PRICE.fullmatch(envelope.price)
            and SHORT_HEX.fullmatch(envelope.nonce)
            and SHORT_HEX.fullmatch(envelope.share)
            and envelope.text() == text
        )
    except (ValueError, TypeError, RecursionError, TooLong):
        return None
    return envelope if well_formed else None


def receipt(act: str, *, tender: str, sealed: Sealed, at: datetime) -> dict[str, Any]:
    """The site's signed word that it has a response ("placed") or gave it back ("withdrawn"); no price in it.

    The signature (Ed25519, in hexadecimal) is over the canonical JSON of everything but `key` and `signature`.
    """
    statement = {
        "version": RECEIPT_VERSION,
        "act": act,
        "tender": tender,
        "commitment": sealed.commitment,
        "ciphertext_sha256": hashlib.sha256(sealed.ciphertext).hexdigest(),
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
    }
    signature = keys.sign(rfc8785.dumps(statement))
    return statement | {"key": bytes(keys.verify_key()).hex(), "signature": signature}


def receipt_holds(value: dict[str, Any]) -> bool:
    """Whether a receipt carries this site's signature and nothing in it was changed."""
    statement = {name: each for name, each in value.items() if name not in ("key", "signature")}
    try:
        keys.verify_key().verify(rfc8785.dumps(statement), bytes.fromhex(value["signature"]))
    except (CryptoError, KeyError, ValueError, TypeError):
        return False
    return value.get("key") == bytes(keys.verify_key()).hex()
