"""The two sides of a contract, and who acts for each."""

from enum import StrEnum

from marketplace.accounts.roles import MemberRole


class Side(StrEnum):
    """The buyer (甲方) or the agency (乙方)."""

    BUYER = "buyer"
    AGENCY = "agency"


BOTH = (Side.BUYER, Side.AGENCY)
# Who signs, delivers, accepts and rates; administrators may do all of it.
ROLES = {Side.BUYER: MemberRole.BUYER, Side.AGENCY: MemberRole.BID_AUTHOR}


def other_side(side: str) -> Side:
    """The other party."""
    return Side.AGENCY if side == Side.BUYER else Side.BUYER
