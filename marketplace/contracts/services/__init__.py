"""What is done with contracts: one function per act."""

from marketplace.contracts.services.delivery import accept, accept_silent, deliver, grant_round, return_deliverable
from marketplace.contracts.services.drafting import ask_changes, draft_contract, propose_terms
from marketplace.contracts.services.ending import end_with_award, note_paid, terminate
from marketplace.contracts.services.reviews import answer_review, close_reviews, write_review
from marketplace.contracts.services.signing import confirm, note_overdue, remind_to_sign

__all__ = [
    "accept",
    "accept_silent",
    "answer_review",
    "ask_changes",
    "close_reviews",
    "confirm",
    "deliver",
    "draft_contract",
    "end_with_award",
    "grant_round",
    "note_overdue",
    "note_paid",
    "propose_terms",
    "remind_to_sign",
    "return_deliverable",
    "terminate",
    "write_review",
]
