"""The orders that a list offers, by kind, and what they are called there."""

from django.utils.translation import gettext as _

from search.kinds import AGENCY, ITEM, OFFER
from search.query import Sort


def sorts_of(kind: str, *, has_words: bool) -> dict[Sort, str]:
    """The orders of a kind's list ("" = everything), the usual one first."""
    usual = _("相关度") if has_words else _("按编码") if kind == ITEM else _("综合")
    names = {Sort.RELEVANCE: usual}
    if kind in (AGENCY, OFFER):
        names[Sort.RATING] = _("服务评价从高到低")
        names[Sort.PRICE] = _("报价从低到高")
    elif kind == ITEM:
        names[Sort.PRICE] = _("参考价从低到高")
    if kind in (AGENCY, OFFER, ITEM):
        names[Sort.DAYS] = _("工期从短到长")
    if kind in (AGENCY, OFFER):
        names[Sort.EXPERIENCE] = _("业绩从多到少")
    if kind != ITEM:
        names[Sort.NEWEST] = _("最新入驻") if kind in (AGENCY, OFFER) else _("最新发布")
    return names
