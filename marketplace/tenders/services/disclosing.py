"""Acts of a purchase in the public log: openly, or for invited quotes only by their hash.

What was never announced must not become known by the log; yet who took part can prove later that nothing was changed:
the whole act stands in the audit log with a salt, its SHA-256 at once in the public one. See docs/decisions/0006.
"""

import hashlib
import secrets
from typing import Any

import rfc8785

from marketplace.accounts.actors import Actor
from marketplace.core import clock, log
from marketplace.tenders.models import Tender

PRIVATE_ACT = "tender.private_act"


def act(action: str, tender: Tender, *, by: Actor, data: dict[str, Any] | None = None) -> None:
    """Write a public act of the tender, as openly as the tender itself is. Inside a transaction."""
    if not tender.is_invited:
        log.make_public(action, tender, by=by, data=data)
        return
    whole = {
        "act": action,
        "number": tender.number,
        "at": clock.now().isoformat(),
        "by": by.public_label,
        "data": data or {},
        "salt": secrets.token_hex(32),
    }
    log.record("tender.private_act", tender, by=by, data=whole)
    told = {"number": tender.number, "sha256": digest(whole)}
    nameless = Tender(pk=tender.pk, number=tender.number, title="（不公开）")  # an entry bears its object's name
    log.make_public("tender.hashed_act", nameless, by=Actor.system(), data=told)


def digest(whole: dict[str, Any]) -> str:
    """The SHA-256 of an act's canonical JSON (RFC 8785), its salt among it."""
    return hashlib.sha256(rfc8785.dumps(whole)).hexdigest()
