"""The rules of tenders: states, time, what may be published, who must stand aside."""

from marketplace.tenders.rules.amounts import amount_in_words
from marketplace.tenders.rules.differences import MATERIAL, MINOR, Piece, changes, is_material, pieces
from marketplace.tenders.rules.judging import judged, to_explain
from marketplace.tenders.rules.lint import Finding, lint, without_invisible
from marketplace.tenders.rules.machines import (
    AMENDMENT,
    BID,
    EXPLANATION,
    FOLLOWED,
    OBJECTION,
    PROCUREMENT,
    QUESTION,
    REVIEWER,
    SUBSTITUTE,
)
from marketplace.tenders.rules.offering import Offered, Purchase, lawful_methods, offer_methods
from marketplace.tenders.rules.publishing import MOST_SERVICE_DAYS, Asked, Plan, Problem, findings, problems, split
from marketplace.tenders.rules.recusal import CONTROLLING, Party, excludes, recusals
from marketplace.tenders.rules.settings import case_settings, proposal_settings, wrong_settings
from marketplace.tenders.rules.sheets import MOST_REMARK, Sheet, clean_sheet, is_whole, points_of
from marketplace.tenders.rules.splitting import Earlier, Split, splitting
from marketplace.tenders.rules.timing import (
    amended_close,
    answer_by,
    days_left,
    in_time,
    questions_until,
    service_ends_on,
)

__all__ = [
    "AMENDMENT",
    "BID",
    "CONTROLLING",
    "EXPLANATION",
    "FOLLOWED",
    "MATERIAL",
    "MINOR",
    "MOST_REMARK",
    "MOST_SERVICE_DAYS",
    "OBJECTION",
    "PROCUREMENT",
    "QUESTION",
    "REVIEWER",
    "SUBSTITUTE",
    "Asked",
    "Earlier",
    "Finding",
    "Offered",
    "Party",
    "Piece",
    "Plan",
    "Problem",
    "Purchase",
    "Sheet",
    "Split",
    "amended_close",
    "amount_in_words",
    "answer_by",
    "case_settings",
    "changes",
    "clean_sheet",
    "days_left",
    "excludes",
    "findings",
    "in_time",
    "is_material",
    "is_whole",
    "judged",
    "lawful_methods",
    "lint",
    "offer_methods",
    "pieces",
    "points_of",
    "problems",
    "proposal_settings",
    "questions_until",
    "recusals",
    "service_ends_on",
    "split",
    "splitting",
    "to_explain",
    "without_invisible",
    "wrong_settings",
]
