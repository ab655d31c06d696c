"""What people do with accounts and organisations."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from marketplace.core.models import StoredFile


def may_read_authorisation(actor: Any, stored: "StoredFile") -> bool:
    """Who opens an authorisation: who uploaded it, and operators."""
    return bool(actor and (actor.user == stored.uploaded_by or actor.is_staff))
