"""Keys that live outside the database: one wraps the tenders' private keys, one signs receipts and log heads.

Each is 32 bytes: from the environment in hexadecimal, or a file of `var/keys` readable by its owner only. The wrapping
one may stay in a key management service instead: `SEALING_KEEPER` names a class with the three methods of `Keeper`.
"""

import hashlib
import hmac
import os
import secrets
from functools import cache
from pathlib import Path
from typing import Protocol, runtime_checkable

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from nacl.signing import SigningKey, VerifyKey


class KeyUnusable(Exception):
    """What was wrapped can't be unwrapped: another key, damaged bytes, or a keeper that doesn't answer."""


@runtime_checkable
class Keeper(Protocol):
    """Who keeps the wrapping key. No method gives the key itself away, so that it may live in another machine.

    A keeper is made without arguments, once per process, and is called by several threads.
    """

    def wrap(self, secret: bytes) -> bytes:
        """The secret, encrypted and authenticated."""

    def unwrap(self, wrapped: bytes) -> bytes:
        """What `wrap` was given. KeyUnusable."""

    def digest(self, message: bytes) -> bytes:
        """32 bytes that only the holder of the key can compute: the same for the same message."""


class LocalKeeper:
    """The keeper without a service: the key of SEALING_KEY or of the file `sealing.key`, in this process's memory."""

    def wrap(self, secret: bytes) -> bytes:
        """Encrypted by libsodium's secretbox, with a nonce of its own."""
        return bytes(sealing_box().encrypt(secret))

    def unwrap(self, wrapped: bytes) -> bytes:
        """What `wrap` was given. KeyUnusable."""
        try:
            return bytes(sealing_box().decrypt(wrapped))
        except (CryptoError, ValueError, TypeError) as error:
            raise KeyUnusable(type(error).__name__) from error

    def digest(self, message: bytes) -> bytes:
        """HMAC-SHA256."""
        return hmac.new(bytes(sealing_box()), message, hashlib.sha256).digest()


@cache
def keeper() -> Keeper:
    """Who keeps the wrapping key here."""
    made = import_string(settings.SEALING_KEEPER)()
    if not isinstance(made, Keeper):
        raise ImproperlyConfigured(f"{settings.SEALING_KEEPER} is no keeper: it needs wrap, unwrap and digest")
    return made


@cache
def log_key() -> SigningKey:
    """The Ed25519 key with which the site signs receipts and heads of its logs."""
    return SigningKey(_seed("log", settings.LOG_KEY))


@cache
def sealing_box() -> SecretBox:
    """The box of `LocalKeeper`; everybody else asks `keeper()`."""
    return SecretBox(_seed("sealing", settings.SEALING_KEY))


def sign(message: bytes) -> str:
    """The site's signature over `message`, 64 bytes in hexadecimal."""
    return log_key().sign(message).signature.hex()


def verify_key() -> VerifyKey:
    """The public half of the log key."""
    return log_key().verify_key


def _seed(name: str, from_environment: str) -> bytes:
    text = from_environment or _from_file(settings.KEYS_DIR / f"{name}.key")
    try:
        seed = bytes.fromhex(text)
    except ValueError:
        seed = b""
    if len(seed) != 32:
        raise ImproperlyConfigured(f"{name.upper()}_KEY must be 32 bytes in hexadecimal, see docs/settings.md")
    return seed


def _from_file(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_suffix(f".{os.getpid()}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
        try:
            os.link(draft, path)  # the first of several processes wins, the others read its key
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()
