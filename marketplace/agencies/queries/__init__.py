"""Reading agencies: limited to the viewer, and gathered for the rules."""

from marketplace.agencies.queries.application import application
from marketplace.agencies.queries.facts import facts, facts_many, facts_offering
from marketplace.agencies.queries.lists import (
    admissions_waiting,
    certificates_waiting,
    changes_waiting,
    in_publicity,
    of_actor,
    practitioners_waiting,
    public,
    visible_to,
)
from marketplace.agencies.queries.page import PublicPage, public_page
from marketplace.agencies.queries.performance import counted_works
from marketplace.agencies.queries.ratings import dimension_means, market_mean, rated

__all__ = [
    "PublicPage",
    "admissions_waiting",
    "application",
    "certificates_waiting",
    "changes_waiting",
    "counted_works",
    "dimension_means",
    "facts",
    "facts_many",
    "facts_offering",
    "in_publicity",
    "market_mean",
    "of_actor",
    "practitioners_waiting",
    "public",
    "public_page",
    "rated",
    "visible_to",
]
