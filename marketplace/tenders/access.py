"""Who opens a tender's attachments: everybody once it is announced, before that who may see the tender."""

from typing import Any

from marketplace.core import files
from marketplace.core.models import StoredFile
from marketplace.tenders import queries


def may_read(actor: Any, stored: StoredFile) -> bool:
    """Whether the actor may open the attachment: of a tender that they may see, or an upload for their organisation."""
    if files.is_own(actor, stored):
        return True
    return queries.visible_to(actor).filter(attachments=stored).exists()
