"""The rules of contracts, deliverables and reviews: values in, values out; no database, no clock, no settings."""

from marketplace.contracts.rules.delivery import is_dispute
from marketplace.contracts.rules.errors import (
    BadMilestone,
    NeedsReason,
    NeedsText,
    ReviewsClosed,
    StaleVersion,
    SumDiffers,
    TooManyDays,
)
from marketplace.contracts.rules.machines import CONTRACT, DELIVERABLE, MILESTONE, REVIEW, TONES, UNSIGNED
from marketplace.contracts.rules.performance import Performance
from marketplace.contracts.rules.reviews import (
    DEFAULT_STARS,
    DIMENSIONS,
    EDIT_HOURS,
    check_review,
    dimension_labels,
    mean,
)
from marketplace.contracts.rules.sides import BOTH, ROLES, Side, other_side
from marketplace.contracts.rules.signing import next_reminder, signing_act
from marketplace.contracts.rules.terms import (
    MAX_MILESTONES,
    Change,
    MilestoneTerms,
    Terms,
    amounts_by_share,
    check_terms,
    differences,
)

PAYMENT_DAYS = 30  # calendar days; 《保障中小企业款项支付条例》 art. 9: at most 30, by agreement 60, from the delivery

__all__ = [
    "BOTH",
    "CONTRACT",
    "DEFAULT_STARS",
    "DELIVERABLE",
    "DIMENSIONS",
    "EDIT_HOURS",
    "MAX_MILESTONES",
    "MILESTONE",
    "PAYMENT_DAYS",
    "REVIEW",
    "ROLES",
    "TONES",
    "UNSIGNED",
    "BadMilestone",
    "Change",
    "MilestoneTerms",
    "NeedsReason",
    "NeedsText",
    "Performance",
    "ReviewsClosed",
    "Side",
    "StaleVersion",
    "SumDiffers",
    "Terms",
    "TooManyDays",
    "amounts_by_share",
    "check_review",
    "check_terms",
    "differences",
    "dimension_labels",
    "is_dispute",
    "mean",
    "next_reminder",
    "other_side",
    "signing_act",
]
