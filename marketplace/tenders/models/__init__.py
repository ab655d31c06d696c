"""Tenders, sealed bids, what the opening found, and the award."""

from marketplace.tenders.drawing import Drawing, MissingValue, TypedValue
from marketplace.tenders.held import HeldBid
from marketplace.tenders.models.awards import Award
from marketplace.tenders.models.bids import Bid, BidDocuments, Rehearsal
from marketplace.tenders.models.tender import TONES, Invitation, Requirement, Tender
from marketplace.tenders.proceedings import (
    Amendment,
    Objection,
    PriceExplanation,
    Question,
    Recusal,
    SubstituteOffer,
)
from marketplace.tenders.reviews import Review, Reviewer
from marketplace.tenders.rosters import Roster
from marketplace.tenders.traces import Trace

__all__ = [
    "TONES",
    "Amendment",
    "Award",
    "Bid",
    "BidDocuments",
    "Drawing",
    "HeldBid",
    "Invitation",
    "MissingValue",
    "Objection",
    "PriceExplanation",
    "Question",
    "Recusal",
    "Rehearsal",
    "Requirement",
    "Review",
    "Reviewer",
    "Roster",
    "SubstituteOffer",
    "Tender",
    "Trace",
    "TypedValue",
]
