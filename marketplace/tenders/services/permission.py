"""Who acts for the buyer of a tender: its commissioned buyers, or the agent officer who opened it."""

from collections.abc import Callable

from marketplace.accounts.actors import Actor, NotVerified
from marketplace.accounts.roles import MemberRole, StaffRole
from marketplace.core.errors import NotAllowed
from marketplace.tenders.models import Tender

Mandate = Callable[[Tender, Actor], bool]
_mandates: dict[str, Mandate] = {}


def register_mandate(name: str, mandate: Mandate) -> None:
    """Let the storey that keeps the officers' mandates say whether one still holds: an owner may take it back."""
    _mandates[name] = mandate


def acts_for_buyer(tender: Tender, by: Actor) -> bool:
    """Whether the actor may act for the tender's buyer; an officer only while the owner's mandate holds."""
    if by.acts_for(tender.buyer_id, MemberRole.BUYER):
        return True
    if by.user is None or tender.agent_id != by.user.pk or not by.has_staff_role(StaffRole.OFFICER):
        return False
    return any(mandate(tender, by) for mandate in _mandates.values())


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
