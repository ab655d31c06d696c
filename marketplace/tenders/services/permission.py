"""Who acts for the buyer of a tender: its commissioned buyers, or the agent officer who opened it."""

from marketplace.accounts.actors import Actor, NotVerified
from marketplace.accounts.roles import MemberRole
from marketplace.core.errors import NotAllowed
from marketplace.tenders import mandates
from marketplace.tenders.mandates import register_mandate
from marketplace.tenders.models import Tender

__all__ = ["acts_for_buyer", "register_mandate", "require_buyer", "require_verified_buyer"]


def acts_for_buyer(tender: Tender, by: Actor) -> bool:
    """Whether the actor may act for the tender's buyer; an officer only while the owner's mandate holds."""
    return by.acts_for(tender.buyer_id, MemberRole.BUYER) or mandates.holds(tender, by)


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
