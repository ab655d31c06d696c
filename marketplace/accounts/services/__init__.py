"""What people do with accounts and organisations. Locks: the organisation's row first, then claim or membership."""

from marketplace.accounts.services.claims import confirm_claim, may_read_authorisation, refuse_claim, submit_claim
from marketplace.accounts.services.invitations import (
    accept_invitation,
    find_invitation,
    invite,
    revoke_invitation,
    send_invitation,
)
from marketplace.accounts.services.members import deactivate, set_roles
from marketplace.accounts.services.organisations import (
    check_credit_code,
    register_organisation,
    save_organisation,
    save_shareholders,
)
from marketplace.accounts.services.staff import create_staff, promote, save_staff

__all__ = [
    "accept_invitation",
    "check_credit_code",
    "confirm_claim",
    "create_staff",
    "deactivate",
    "find_invitation",
    "invite",
    "may_read_authorisation",
    "promote",
    "refuse_claim",
    "register_organisation",
    "revoke_invitation",
    "save_organisation",
    "save_shareholders",
    "save_staff",
    "send_invitation",
    "set_roles",
    "submit_claim",
]
