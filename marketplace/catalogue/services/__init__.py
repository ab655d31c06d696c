"""What is done with the catalogue."""

from marketplace.catalogue.services.editing import save_item, save_region, save_type
from marketplace.catalogue.services.load import load_catalogue
from marketplace.catalogue.services.rulesets import approve_ruleset, propose_ruleset, refuse_ruleset, retire_older

__all__ = [
    "approve_ruleset",
    "load_catalogue",
    "propose_ruleset",
    "refuse_ruleset",
    "retire_older",
    "save_item",
    "save_region",
    "save_type",
]
