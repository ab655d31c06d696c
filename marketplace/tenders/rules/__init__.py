"""The rules of tenders: states, time, what may be published, who must stand aside."""

from marketplace.tenders.rules.amounts import amount_in_words
from marketplace.tenders.rules.machines import BID, FOLLOWED, PROCUREMENT
from marketplace.tenders.rules.offering import Offered, Purchase, lawful_methods, offer_methods
from marketplace.tenders.rules.publishing import MOST_SERVICE_DAYS, Asked, Plan, Problem, problems
from marketplace.tenders.rules.recusal import Party, recusals
from marketplace.tenders.rules.settings import case_settings, wrong_settings
from marketplace.tenders.rules.timing import in_time, service_ends_on

__all__ = [
    "BID",
    "FOLLOWED",
    "MOST_SERVICE_DAYS",
    "PROCUREMENT",
    "Asked",
    "Offered",
    "Party",
    "Plan",
    "Problem",
    "Purchase",
    "amount_in_words",
    "case_settings",
    "in_time",
    "lawful_methods",
    "offer_methods",
    "problems",
    "recusals",
    "service_ends_on",
    "wrong_settings",
]
