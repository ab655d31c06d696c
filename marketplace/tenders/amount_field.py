"""An amount as people write it: the house's own field, under the name by which methods know it."""

from marketplace.core.amount_field import MoneyField

__all__ = ["MoneyField"]
