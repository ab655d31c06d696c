"""Who must stand aside: computed from what the market knows of both sides (supermarket §2.3, *Recusal*)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Party:
    """One side of a purchase: its credit code, and the name of its legal person ("" when unknown)."""

    credit_code: str
    legal_person: str = ""


def recusals(buyer: Party, agency: Party) -> tuple[str, ...]:
    """Why the agency may not take part in the buyer's purchase: "same_organisation", "same_legal_person" or none."""
    found = []
    if buyer.credit_code == agency.credit_code:
        found.append("same_organisation")
    elif buyer.legal_person.strip() and buyer.legal_person.strip() == agency.legal_person.strip():
        found.append("same_legal_person")
    return tuple(found)
