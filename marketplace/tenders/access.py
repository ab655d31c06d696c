"""Who opens a tender's files.

Attachments: everybody once it is announced, before that who may see the tender. Papers about a price or an objection:
who filed them, the buyer, and the supervisors; they may hold what a firm keeps to itself.
"""

from typing import Any

from marketplace.accounts.roles import MemberRole, StaffRole
from marketplace.core import files
from marketplace.core.models import StoredFile
from marketplace.tenders import queries
from marketplace.tenders.models import Objection, PriceExplanation, Tender
from marketplace.tenders.services.permission import acts_for_buyer


def may_read(actor: Any, stored: StoredFile) -> bool:
    """Whether the actor may open the attachment: of a tender that they may see, or an upload for their organisation."""
    if files.is_own(actor, stored):
        return True
    return queries.visible_to(actor).filter(attachments=stored).exists()


def may_read_explanation(actor: Any, stored: StoredFile) -> bool:
    """Whether the actor may open what proves a price."""
    found = PriceExplanation.objects.filter(file=stored).select_related("tender__buyer").first()
    return _may_read_paper(actor, stored, found.tender if found else None)


def may_read_evidence(actor: Any, stored: StoredFile) -> bool:
    """Whether the actor may open the evidence of an objection."""
    found = Objection.objects.filter(evidence=stored).select_related("tender__buyer").first()
    return _may_read_paper(actor, stored, found.tender if found else None)


def _may_read_paper(actor: Any, stored: StoredFile, tender: Tender | None) -> bool:
    if actor is None or actor.user is None:
        return False
    if files.is_own(actor, stored):
        return True
    if tender is None:
        return False
    own = stored.holder and stored.holder == actor.organisation_code
    mine = own and actor.acts_for(actor.organisation, MemberRole.BID_AUTHOR)
    return bool(mine or acts_for_buyer(tender, actor) or actor.has_staff_role(StaffRole.SUPERVISOR))
