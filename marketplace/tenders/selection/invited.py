"""Invited quotes: a way of asking; its record is that of a direct choice among the opened quotes."""

from django.utils.translation import gettext_lazy as _

from marketplace.tenders.selection.base import NoSettings
from marketplace.tenders.selection.direct import Direct


class Invited(Direct):
    """Source: selection-rules, *Source of funds decides most*. The case file says `direct`, with the decision."""

    key = "invited"
    label = _("邀请比价")
    sentence = _("向几家机构询价，各家密封报价、同时开启，由采购人比较后择定一家并写明理由。")
    takes_bids = True
    asks_price = True
    settings_form = NoSettings
