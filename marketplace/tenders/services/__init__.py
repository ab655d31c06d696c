"""What people and deadlines do with tenders: one function per use case."""

from marketplace.tenders.services.again import announce_again
from marketplace.tenders.services.bidding import place_bid, place_sealed, withdraw_bid
from marketplace.tenders.services.direct import accept_award, decline_award, end_acceptance
from marketplace.tenders.services.drafts import create_draft, discard_draft, save_draft, start_again
from marketplace.tenders.services.failing import cancel
from marketplace.tenders.services.following import follow_contract
from marketplace.tenders.services.offers import Offer
from marketplace.tenders.services.opening import open_bids
from marketplace.tenders.services.publicity import end_publicity
from marketplace.tenders.services.publishing import pass_check, problems, publish, return_check
from marketplace.tenders.services.reading import open_documents
from marketplace.tenders.services.rehearsing import ensure_rehearsal, rehearse
from marketplace.tenders.services.telling import tell_the_market

__all__ = [
    "Offer",
    "accept_award",
    "announce_again",
    "cancel",
    "create_draft",
    "decline_award",
    "discard_draft",
    "end_acceptance",
    "end_publicity",
    "ensure_rehearsal",
    "follow_contract",
    "open_bids",
    "open_documents",
    "pass_check",
    "place_bid",
    "place_sealed",
    "problems",
    "publish",
    "rehearse",
    "return_check",
    "save_draft",
    "start_again",
    "tell_the_market",
    "withdraw_bid",
]
