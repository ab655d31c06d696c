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
)
from marketplace.tenders.queries.market import UsualPrice, open_for, usual_price
from marketplace.tenders.queries.rulesets import rules_of
from marketplace.tenders.queries.tenders import (
    attempts,
    awards,
    checking,
    of_buyer,
    open_now,
    public,
    visible_to,
)

__all__ = [
    "NOT_OPENED",
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
    "may_answer",
    "may_give_up",
    "may_object",
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
    "usual_price",
    "visible_to",
]
