"""What people and deadlines do with tenders: one function per use case."""

from marketplace.tenders.services.again import announce_again
from marketplace.tenders.services.bidding import Offer, place_bid, withdraw_bid
from marketplace.tenders.services.direct import accept_award, decline_award, end_acceptance
from marketplace.tenders.services.drafts import create_draft, discard_draft, save_draft, start_again
from marketplace.tenders.services.failing import cancel
from marketplace.tenders.services.following import follow_contract
from marketplace.tenders.services.opening import open_bids
from marketplace.tenders.services.permission import register_mandate
from marketplace.tenders.services.publicity import end_publicity
from marketplace.tenders.services.publishing import pass_check, problems, publish, return_check
from marketplace.tenders.services.telling import remind_the_market, tell_the_market

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
    "follow_contract",
    "open_bids",
    "pass_check",
    "place_bid",
    "problems",
    "publish",
    "register_mandate",
    "remind_the_market",
    "return_check",
    "save_draft",
    "start_again",
    "tell_the_market",
    "withdraw_bid",
]
