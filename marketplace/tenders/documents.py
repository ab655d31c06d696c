"""The documents envelope: files encrypted under a key of their own, which is sealed to the tender's key.

The plain text is a header (4 bytes of its length, big-endian, then canonical JSON: names and sizes in order) and the
files one after the other. It is encrypted by libsodium's secretbox (nonce before the box); the 32-byte key goes into a
sealed box. The SHA-256 of the encrypted bytes stands in the price envelope: one commitment covers both envelopes.
`static/js/documents.js` does the same in the browser. Documents are opened for the buyer only, and never published.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from uuid import UUID

import rfc8785
from django.utils.translation import gettext_lazy as _
from nacl.exceptions import CryptoError
from nacl.public import PublicKey, SealedBox
from nacl.secret import SecretBox

from marketplace.core import keys
from marketplace.core.errors import DomainError

VERSION = "zjcs-documents/v1"
MOST_BYTES = 20 * 1024 * 1024
MOST_FILES = 20
MOST_HEADER = 64 * 1024
SEALED_KEY_BYTES = 80
MOST_STORED = MOST_BYTES + MOST_HEADER + 4 + SecretBox.NONCE_SIZE + SecretBox.MACBYTES


class TooMuch(DomainError):
    """More documents than one envelope takes."""

    code = "too_many_documents"
    status = 422
    message = _("响应文件最多 20 个，合计不超过 20 MB。请压缩或合并后再提交。")
    field = "documents"


class BadDocuments(DomainError):
    """Something that no browser of ours has encrypted."""

    code = "bad_documents"
    status = 422
    message = _("收到的文件密封件格式不对，没有保存。请刷新页面后重新提交。")
    field = "documents"


@dataclass(frozen=True)
class Document:
    """A file in the clear."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class SealedDocuments:
    """What is stored: the encrypted bytes, and their key, sealed to the tender's."""

    ciphertext: bytes = field(repr=False)
    sealed_key: bytes = field(repr=False)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.ciphertext).hexdigest()

    def checked(self) -> "SealedDocuments":
        """Itself, when it has the shape of sealed documents. TooMuch, BadDocuments."""
        if len(self.ciphertext) > MOST_STORED:
            raise TooMuch()
        if len(self.sealed_key) != SEALED_KEY_BYTES or len(self.ciphertext) <= SecretBox.NONCE_SIZE:
            raise BadDocuments()
        return self


def seal(public_key: str, files: Sequence[Document], *, idempotency_key: UUID) -> SealedDocuments:
    """Encrypt files as the browser would. TooMuch.

    Key and nonce come from the key outside the database, the form's idempotency key and the files, so that a form that
    is sent twice gives the same bytes; another form, or other files, never use them again.
    """
    plain = _packed(files)
    about = f"zjcs-documents/v1\0%s\0{idempotency_key}\0{hashlib.sha256(plain).hexdigest()}"
    key, nonce = (keys.keeper().digest((about % name).encode()) for name in ("key", "nonce"))
    box = SecretBox(key).encrypt(plain, nonce[: SecretBox.NONCE_SIZE])
    return SealedDocuments(bytes(box), bytes(SealedBox(PublicKey(bytes.fromhex(public_key))).encrypt(key)))


def open_sealed(box: SealedBox, sealed: SealedDocuments) -> list[Document] | None:
    """The files, or None when they are unreadable. `box` opens with the tender's private key."""
    try:
        plain = SecretBox(box.decrypt(sealed.sealed_key)).decrypt(sealed.ciphertext)
        return _unpacked(bytes(plain))
    except (CryptoError, ValueError, TypeError, KeyError, RecursionError):
        return None


def _packed(files: Sequence[Document]) -> bytes:
    header = rfc8785.dumps({"version": VERSION, "files": [{"name": f.name, "size": len(f.content)} for f in files]})
    size = sum(len(f.content) for f in files)
    if size > MOST_BYTES or len(files) > MOST_FILES or len(header) > MOST_HEADER:
        raise TooMuch()
    return b"".join([len(header).to_bytes(4, "big"), header, *(f.content for f in files)])


def _unpacked(plain: bytes) -> list[Document]:
    """ValueError, TypeError or KeyError when it isn't what `_packed` makes."""
    start = 4 + int.from_bytes(plain[:4], "big")
    header = json.loads(plain[4:start])
    if header["version"] != VERSION or len(header["files"]) > MOST_FILES:
        raise ValueError("another version")
    found = []
    for entry in header["files"]:
        size = entry["size"]
        if type(size) is not int or size < 0 or start + size > len(plain):
            raise ValueError("wrong sizes")
        found.append(Document(_plain_name(entry["name"]), plain[start : start + size]))
        start += size
    if start != len(plain):
        raise ValueError("wrong sizes")
    return found


def _plain_name(name: str) -> str:
    """A name without folders and control characters, whatever its author wrote."""
    last = PurePosixPath(name.replace("\\", "/")).name[-120:]
    return "".join(c for c in last if c.isprintable()).strip(". ") or "file"
