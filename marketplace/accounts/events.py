"""What happens with accounts that others may want to know."""

from dataclasses import dataclass

from marketplace.core.events import Event


@dataclass(frozen=True)
class OrganisationChanged(Event):
    """An organisation was verified, or its name or particulars changed."""

    organisation_id: int


@dataclass(frozen=True)
class InvitationMade(Event):
    """Somebody was invited who may have no account yet; the letter goes out after the commit."""

    invitation_id: int
