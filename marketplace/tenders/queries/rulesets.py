"""The rules a tender stands under."""

from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.rules import RuleData
from marketplace.tenders.models import Tender


def rules_of(tender: Tender) -> RuleData:
    """The rules that were frozen into the tender's announcement; today's before it is announced."""
    return catalogue.rule_data(tender.ruleset) if tender.ruleset else catalogue.current_rules()
