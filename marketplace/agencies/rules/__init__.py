"""The rules of agencies: admission, checks by machine, eligibility, rating, credit. Pure."""

from marketplace.agencies.rules.application import (
    Application,
    OfferFacts,
    PaperFacts,
    PersonFacts,
    Section,
    WorkFacts,
    machine_checks,
    problems,
    sections,
)
from marketplace.agencies.rules.check import Check, all_met, failing
from marketplace.agencies.rules.credit import Points, credit_grade, credit_score
from marketplace.agencies.rules.eligibility import (
    Certificate,
    Facts,
    Licence,
    Need,
    Needs,
    count_people,
    covers,
    eligibility,
    failing_keys,
)
from marketplace.agencies.rules.rating import DIMENSIONS, Rated, bayesian_rating, mean_of
from marketplace.agencies.rules.states import ADMISSION, CHANGE, QUALIFICATION

__all__ = [
    "ADMISSION",
    "CHANGE",
    "DIMENSIONS",
    "QUALIFICATION",
    "Application",
    "Certificate",
    "Check",
    "Facts",
    "Licence",
    "Need",
    "Needs",
    "OfferFacts",
    "PaperFacts",
    "PersonFacts",
    "Points",
    "Rated",
    "Section",
    "WorkFacts",
    "all_met",
    "bayesian_rating",
    "count_people",
    "covers",
    "credit_grade",
    "credit_score",
    "eligibility",
    "failing",
    "failing_keys",
    "machine_checks",
    "mean_of",
    "problems",
    "sections",
]
