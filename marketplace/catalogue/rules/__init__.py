"""The catalogue's rules: grades in their order, and the RuleSet as a typed value."""

from marketplace.catalogue.rules.differences import Difference, differences
from marketplace.catalogue.rules.grades import grade_at_least, level_of
from marketplace.catalogue.rules.reading import RuleDataError
from marketplace.catalogue.rules.ruledata import METHODS, RuleData

__all__ = ["METHODS", "Difference", "RuleData", "RuleDataError", "differences", "grade_at_least", "level_of"]
