"""Who must stand aside: computed from what the market knows of both sides (supermarket §2.3, *Recusal*)."""

from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal

CONTROLLING = Decimal(25)  # per cent of the shares
# Services that the same firm may not do for one project: who writes doesn't review, who designs doesn't supervise or
# test, who plans or monitors doesn't accept. Symmetric; codes of service-items.yaml.
PAIRS = (
    ("ZJ-005", "ZJ-006"),  # environmental report, its technical review
    ("ZJ-005", "ZJ-007"),  # environmental report, acceptance monitoring
    ("ZJ-009", "ZJ-011"),  # soil and water plan, acceptance report
    ("ZJ-010", "ZJ-011"),  # soil and water monitoring, acceptance report
    ("ZJ-033", "ZJ-011"),  # supervision, acceptance report of soil and water
    ("ZJ-022", "ZJ-024"),  # safety pre-assessment, acceptance assessment
    ("ZJ-023", "ZJ-024"),  # safety design, acceptance assessment
    ("ZJ-026", "ZJ-028"),  # survey, review of the drawings
    ("ZJ-027", "ZJ-028"),  # design, review of the drawings
    ("ZJ-027", "ZJ-036"),  # design, review of the air-defence drawings
    ("ZJ-027", "ZJ-033"),  # design, supervision
    ("ZJ-033", "ZJ-034"),  # supervision, testing
    ("ZJ-032", "ZJ-037"),  # cost consulting, audit of the final accounts
)


@dataclass(frozen=True)
class Party:
    """One side of a purchase: its credit code, and the name of its legal person ("" when unknown).

    `holders`: credit code, or name of a person, of who holds at least 25 % of it.
    """

    credit_code: str
    legal_person: str = ""
    holders: frozenset[str] = field(default_factory=frozenset)


def recusals(buyer: Party, agency: Party) -> tuple[str, ...]:
    """Why the agency may not take part in the buyer's purchase, by what both are: keys, none when it may.

    "same_organisation" alone; else "same_legal_person", "shareholder" (one holds the other, the same one holds both, or
    the legal person of one holds the other).
    """
    if buyer.credit_code == agency.credit_code:
        return ("same_organisation",)
    found = []
    if buyer.legal_person.strip() and buyer.legal_person.strip() == agency.legal_person.strip():
        found.append("same_legal_person")
    if agency.holders & _selves(buyer) or buyer.holders & _selves(agency) or buyer.holders & agency.holders:
        found.append("shareholder")
    return tuple(found)


def excludes(item: str, done: Collection[str]) -> bool:
    """Whether who did any of these services for a project may not do this one for it."""
    return any((item == a and b in done) or (item == b and a in done) for a, b in PAIRS)


def _selves(party: Party) -> frozenset[str]:
    person = party.legal_person.strip()
    return frozenset({party.credit_code, person} if person else {party.credit_code})
