"""Keys that live outside the database: one wraps the tenders' private keys, one signs receipts and log heads.

Each is 32 bytes: from the environment in hexadecimal, or a file of `var/keys` readable by its owner only.
"""

import os
import secrets
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from nacl.secret import SecretBox
from nacl.signing import SigningKey, VerifyKey


@cache
def log_key() -> SigningKey:
    """The Ed25519 key with which the site signs receipts and heads of its logs."""
    return SigningKey(_seed("log", settings.LOG_KEY))


@cache
def sealing_box() -> SecretBox:
    """The box that wraps the tenders' private keys before they are stored."""
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
