"""Who acts for the buyer of a tender: its commissioned buyers, or the agent officer who opened it."""

from marketplace.accounts.actors import Actor, NotVerified
from marketplace.accounts.roles import MemberRole, StaffRole
from marketplace.core.errors import NotAllowed
from marketplace.tenders.models import Tender


def acts_for_buyer(tender: Tender, by: Actor) -> bool:
    """Whether the actor may do for the buyer what this tender needs."""
    if by.acts_for(tender.buyer_id, MemberRole.BUYER):
        return True
    return by.user is not None and tender.agent_id == by.user.pk and by.has_staff_role(StaffRole.OFFICER)


def require_buyer(tender: Tender, by: Actor) -> None:
    """NotAllowed unless the actor acts for the buyer."""
    if not acts_for_buyer(tender, by):
        raise NotAllowed()


def require_verified_buyer(tender: Tender, by: Actor) -> None:
    """NotAllowed, and NotVerified before anybody looked at the buyer's authorisation."""
    require_buyer(tender, by)
    if by.user is None or tender.buyer.is_verified:
        return
    by.require_verified()
    raise NotVerified()
