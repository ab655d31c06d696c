"""The form of methods at a fixed price: the response is a sealed sign-up."""

from django.utils.translation import gettext_lazy as _

from marketplace.tenders.amount_field import MoneyField
from marketplace.tenders.selection.base import SettingsForm


class FixedPriceSettings(SettingsForm):
    """The price that the winner gets; it stands in the announcement."""

    price = MoneyField(label=_("固定价格（元）"), help_text=_("中选机构按此价格签约，报名时不再报价。"))
