"""Sealing a response with the tender's own key, and opening it (design, *What never bends*, 2).

Each tender has a key pair (libsodium sealed boxes). The private half is stored wrapped by a key that lives outside the
database. What is sealed is canonical JSON (RFC 8785, at most 4 kB); its SHA-256 is the commitment. The text is padded
before it is sealed, so that the length of the stored bytes doesn't tell how many digits a price has. The browser does
the same in `static/js/envelope.js`; without JavaScript the server does it here.
"""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

import rfc8785
from django.utils.translation import gettext_lazy as _
from nacl.bindings import sodium_pad, sodium_unpad
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.utils import random

from marketplace.core import keys
from marketplace.core.errors import DomainError
from marketplace.tenders import documents

RECEIPT_VERSION = "zjcs-receipt/v1"
MOST_BYTES = 4096
BLOCK = 512
OVERHEAD = 48  # of a sealed box: the key of the hour and the authenticator
LENGTHS = range(OVERHEAD + BLOCK, OVERHEAD + MOST_BYTES + BLOCK + 1, BLOCK)
MOST_TEAM, MOST_TEAM_WORDS = 30, 80
PRICE = re.compile(r"(0|[1-9][0-9]{0,11})\.[0-9]{2}")
SECRETS = ("nonce", "share")
SHORT_HEX = re.compile(r"[0-9a-f]{64}")


class TooLong(DomainError):
    """A response whose text does not fit into its envelope."""

    code = "too_long"
    status = 422
    message = _("说明太长，请缩短后重新提交。")
    field = "note"


class BadSeal(DomainError):
    """Something that no browser of ours has sealed: wrong length, or a commitment that is no SHA-256."""

    code = "bad_seal"
    status = 422
    message = _("收到的封存内容格式不对，没有保存。请刷新页面后重新提交。")


@dataclass(frozen=True)
class Envelope:
    """What is sealed: CNY with two decimals (None: a sign-up at a fixed price), working days, a note, the team.

    `team` holds registration numbers, `nonce` and `share` are 32 bytes in hexadecimal, `documents` is the SHA-256 of
    the sealed documents or None.
    """

    tender: str
    agency: str
    price: str | None
    days: int
    note: str
    nonce: str
    share: str
    team: tuple[str, ...] = ()
    documents: str | None = None

    def text(self) -> bytes:
        """The canonical JSON. TooLong beyond 4 kB."""
        text = rfc8785.dumps(asdict(self))
        if len(text) > MOST_BYTES:
            raise TooLong()
        return text

    @property
    def amount(self) -> Decimal | None:
        return None if self.price is None else Decimal(self.price)


@dataclass(frozen=True)
class Sealed:
    """A sealed response: what is stored, and the SHA-256 of what is inside."""

    ciphertext: bytes
    commitment: str

    @property
    def sha256(self) -> str:
        """The SHA-256 of what is stored, in hexadecimal."""
        return hashlib.sha256(self.ciphertext).hexdigest()

    def checked(self) -> Self:
        """Itself, when it has the shape of a sealed envelope; what is inside is seen at the opening. BadSeal.

        A commitment that another response of the tender has is no matter here: to refuse it would tell that the other
        exists. It gains nothing, because the text that was committed to names its agency: see `Opener.open`.
        """
        if len(self.ciphertext) not in LENGTHS or not SHORT_HEX.fullmatch(self.commitment):
            raise BadSeal()
        return self


def new_keys() -> tuple[str, bytes]:
    """A tender's key pair: the public half in hexadecimal, the private half wrapped."""
    private = PrivateKey.generate()
    return bytes(private.public_key).hex(), keys.keeper().wrap(bytes(private))


def secrets_of(idempotency_key: UUID) -> tuple[str, str]:
    """The nonce and share of a response that the server seals: 32 bytes each, in hexadecimal.

    They come from the key outside the database and the form's idempotency key, so that a form that is sent twice gives
    the same commitment, and one that was changed in between is told apart, without keeping what was offered.
    """
    nonce, share = (keys.keeper().digest(f"zjcs-seal/v1\0{name}\0{idempotency_key}".encode()) for name in SECRETS)
    return nonce.hex(), share.hex()


def commitment_of(text: bytes) -> str:
    """The SHA-256 of a canonical text, in hexadecimal."""
    return hashlib.sha256(text).hexdigest()


def seal(public_key: str, envelope: Envelope) -> Sealed:
    """Seal an envelope to the tender's public key. TooLong."""
    text = envelope.text()
    box = SealedBox(PublicKey(bytes.fromhex(public_key)))
    return Sealed(bytes(box.encrypt(sodium_pad(text, BLOCK))), commitment_of(text))


class Opener:
    """The private half of a tender's key, for opening all its responses. KeyUnusable."""

    def __init__(self, wrapped_key: bytes) -> None:
        self._private = PrivateKey(keys.keeper().unwrap(bytes(wrapped_key)))
        self._box = SealedBox(self._private)

    def prove(self, public_key: str) -> None:
        """Open a dummy that was sealed to the public half. KeyUnusable when the two halves don't fit."""
        dummy = random(BLOCK)
        try:
            opened = self._box.decrypt(SealedBox(PublicKey(bytes.fromhex(public_key))).encrypt(dummy))
        except (CryptoError, TypeError, ValueError) as error:
            raise keys.KeyUnusable("the public key is another one's") from error
        if opened != dummy:
            raise keys.KeyUnusable("the dummy came back changed")

    def open_documents(self, sealed: documents.SealedDocuments) -> list[documents.Document] | None:
        """The files of a documents envelope, or None when it is unreadable."""
        return documents.open_sealed(self._box, sealed)

    def open(self, ciphertext: bytes, commitment: str, *, tender: str, agency: str) -> Envelope | None:
        """The envelope, or None when it is unreadable.

        Unreadable is what can't be decrypted, is no canonical envelope, is not what was committed to, or was made for
        another tender or by another agency. So a commitment that was copied from another agency is unreadable however
        it came: either the text inside isn't the committed one, or it names the other agency.
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
        envelope = Envelope(**value | {"team": tuple(value["team"])})
        readable = _is_well_formed(envelope) and envelope.text() == text
    except (ValueError, TypeError, KeyError, RecursionError, TooLong):
        return None
    return envelope if readable else None


def _is_well_formed(envelope: Envelope) -> bool:
    """Whether each value is of its kind, and can be kept by the database (which takes no NUL in a text)."""
    texts = (envelope.tender, envelope.agency, envelope.note, *envelope.team)
    return bool(
        all(isinstance(text, str) and "\0" not in text for text in texts)
        and type(envelope.days) is int
        and 0 < envelope.days < 32768
        and (envelope.price is None or PRICE.fullmatch(envelope.price))
        and SHORT_HEX.fullmatch(envelope.nonce)
        and SHORT_HEX.fullmatch(envelope.share)
        and len(envelope.team) <= MOST_TEAM
        and all(len(member) <= MOST_TEAM_WORDS for member in envelope.team)
        and (envelope.documents is None or SHORT_HEX.fullmatch(envelope.documents))
    )


def receipt(
    act: str,
    *,
    tender: str,
    sealed: Sealed,
    at: datetime,
    sealed_by: str = "server",
    documents: str | None = None,
    amendment: int = 0,
) -> dict[str, Any]:
    """The site's signed word that it has a response ("placed") or gave it back ("withdrawn"); no price in it.

    `sealed_by` is "browser" or "server", `documents` the SHA-256 of the sealed documents, `amendment` the number of the
    last material amendment that was in force (0: none), to which the response therefore is an answer.

    The signature (Ed25519, in hexadecimal) is over the canonical JSON of everything but `key` and `signature`.
    """
    statement = {
        "version": RECEIPT_VERSION,
        "act": act,
        "tender": tender,
        "commitment": sealed.commitment,
        "ciphertext_sha256": sealed.sha256,
        "documents_sha256": documents,
        "sealed_by": sealed_by,
        "amendment": amendment,
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
