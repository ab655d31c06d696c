"""Reading tenders, bids and awards: limited to the viewer."""

from marketplace.tenders.queries.bids import bids_of, live_bid, opened_bids, receipts_of, team_of
from marketplace.tenders.queries.market import UsualPrice, open_for, usual_price
from marketplace.tenders.queries.tenders import (
    attempts,
    awards,
    checking,
    not_yet_opened,
    of_buyer,
    open_now,
    public,
    visible_to,
)

__all__ = [
    "UsualPrice",
    "attempts",
    "awards",
    "bids_of",
    "checking",
    "live_bid",
    "not_yet_opened",
    "of_buyer",
    "open_for",
    "open_now",
    "opened_bids",
    "public",
    "receipts_of",
    "team_of",
    "usual_price",
    "visible_to",
]
