"""Reading tenders, bids and awards: limited to the viewer."""

from marketplace.tenders.queries.around import (
    amendments,
    amendments_to_check,
    answered,
    explanations,
    may_give_up,
    may_object,
    objections,
    own_explanation,
    own_offer,
    questions,
    rankable,
)
from marketplace.tenders.queries.bids import (
    NOT_OPENED,
    bids_of,
    live_bid,
    may_answer,
    obstacles,
    opened_bids,
    receipts_of,
    team_of,
)
from marketplace.tenders.queries.eligible import MarketCount, market_count
from marketplace.tenders.queries.market import UsualPrice, open_for, usual_price
from marketplace.tenders.queries.rulesets import rules_of
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
    "NOT_OPENED",
    "MarketCount",
    "UsualPrice",
    "amendments",
    "amendments_to_check",
    "answered",
    "attempts",
    "awards",
    "bids_of",
    "checking",
    "explanations",
    "live_bid",
    "market_count",
    "may_answer",
    "may_give_up",
    "may_object",
    "not_yet_opened",
    "objections",
    "obstacles",
    "of_buyer",
    "open_for",
    "open_now",
    "opened_bids",
    "own_explanation",
    "own_offer",
    "public",
    "questions",
    "rankable",
    "receipts_of",
    "rules_of",
    "team_of",
    "usual_price",
    "visible_to",
]
