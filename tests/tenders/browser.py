"""What a browser does with an offer, in Python: for tests of what arrives. The real one is in tests/e2e."""

import base64
import uuid
from typing import Any

from nacl.bindings import sodium_pad
from nacl.public import PublicKey, SealedBox
from nacl.utils import random

from marketplace.agencies.models import Agency
from marketplace.tenders import sealing
from marketplace.tenders.documents import SealedDocuments
from marketplace.tenders.models import Tender
from marketplace.tenders.sealing import Envelope, Sealed


def envelope(tender: Tender, agency: Agency, price: str | None = "76543.21", **more: Any) -> Envelope:
    """An offer of the agency, with secrets of its own."""
    values = {"days": 8, "note": "", "nonce": random(32).hex(), "share": random(32).hex()} | more
    return Envelope(tender=tender.number or "", agency=agency.organisation.credit_code, price=price, **values)


def sealed(tender: Tender, text: bytes, *, commitment: str | None = None) -> Sealed:
    """Any text, padded and sealed to the tender's key."""
    box = SealedBox(PublicKey(bytes.fromhex(tender.public_key)))
    return Sealed(bytes(box.encrypt(sodium_pad(text, 512))), commitment or sealing.commitment_of(text))


def form(seal: Sealed, *, key: uuid.UUID | None = None, enclosed: SealedDocuments | None = None) -> dict[str, Any]:
    """What the browser posts."""
    sent: dict[str, Any] = {
        "ciphertext": base64.b64encode(seal.ciphertext).decode(),
        "commitment": seal.commitment,
        "no_collusion": "on",
        "key": str(key or uuid.uuid4()),
    }
    if enclosed is not None:
        from django.core.files.uploadedfile import SimpleUploadedFile

        sent["documents"] = SimpleUploadedFile("documents.sealed", enclosed.ciphertext)
        sent["documents_key"] = base64.b64encode(enclosed.sealed_key).decode()
    return sent
