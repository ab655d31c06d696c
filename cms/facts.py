"""What the public pages of agencies and items show: the domain's facts, live, beside the editors' words."""

from typing import Any

from django.db.models import F
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms import queries
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole
from marketplace.agencies import queries as agencies
from marketplace.agencies.models import Agency, ServiceOffer
from marketplace.approvals import queries as approvals
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import QualificationType, ServiceItem
from marketplace.tenders import queries as tenders

OFFERS, TENDERS = 8, 5
# What the kinds of service-items.yaml mean, said to somebody who has never heard of them.
KIND_WORDS = {
    "A": gettext_lazy("法律、行政法规规定须取得资质许可的单位才能做。公告应当要求下列资质，没有的不能报名。"),
    "B": gettext_lazy("须已备案或者列入名录的单位才能做，不需要另外的资质许可。"),
    "C": gettext_lazy("单位不需要资质，但要有注册执业人员签字负责。公告可以要求执业人员，不得要求单位资质。"),
    "D": gettext_lazy("没有法定的资质门槛，有能力的单位都可以做。公告不得以资质为条件，可以看人员、业绩和评价。"),
}
# Licences that were abolished, and the items for which people still ask for them.
ABOLISHED = {
    "ZJ-005": "huanjing-yingxiang",
    "ZJ-006": "huanjing-yingxiang",
    "ZJ-031": "zhaobiao-daili",
    "ZJ-032": "gongcheng-zaojia",
}


def agency_context(page: agencies.PublicPage, actor: Actor | None) -> dict[str, Any]:
    """An agency's page: its facts, its figures, its published text, and what this visitor may do with it."""
    agency = page.agency
    is_active = agency.state == Agency.State.ACTIVE
    own = actor is not None and actor.acts_for(agency.organisation_id)
    buys = actor is None or actor.acts_for(actor.organisation, MemberRole.BUYER)
    return {
        "page": page,
        "agency": agency,
        "state": agency.chip,
        "state_note": _state_note(agency),
        "figure_tiles": _tiles(page),
        "profile": queries.profile_of(agency.credit_code),
        "is_own": own,
        "may_choose": is_active and buys and not own,
        "compare_url": _compare_url(agency.credit_code),
    }


def _state_note(agency: Agency) -> tuple[str, str] | None:
    if agency.state == Agency.State.FROZEN:
        until = agency.frozen_until
        words = _("该机构已被冻结，期间不能报名、不能被选取。")
        return ("bad", _("该机构冻结至 %(day)s，期间不能报名、不能被选取。") % {"day": until} if until else words)
    if agency.state == Agency.State.EXPELLED:
        return ("bad", _("该机构已被清退，不能再参加本站的采购。记录依规保留公开。"))
    if agency.state == Agency.State.DORMANT:
        return ("warn", _("该机构处于休眠状态，暂不承接新的服务。"))
    return None


def _tiles(page: agencies.PublicPage) -> list[dict[str, Any]]:
    agency = page.agency
    mean = _("%(n)s 次评价，市场均值 %(mean).1f") % {"n": agency.rating_count, "mean": page.market_mean}
    valid = [shown for shown in page.certificates if shown.certificate.state != "expired"]
    near = sum(shown.is_near for shown in valid)
    return [
        {
            "label": _("服务评价"),
            "value": f"{agency.rating:.1f}" if agency.rating_count and agency.rating else None,
            "unit": "/ 5" if agency.rating_count else "",
            "note": mean if agency.rating_count else _("还没有评价"),
        },
        {
            "label": _("信用"),
            "value": agency.credit_grade,
            "unit": _("%(n)s 分") % {"n": agency.credit_score},
            "note": _("按扣分、加分实时计算"),
        },
        {
            "label": _("有效资质"),
            "value": len(valid),
            "unit": _("项"),
            "note": _("%(n)s 项 90 天内到期") % {"n": near} if near else _("均已核验"),
            "tone": "warn" if near else "",
        },
        {"label": _("服务项目"), "value": len(page.offers), "unit": _("项"), "note": _("公开报价")},
        {
            "label": _("本平台合同"),
            "value": page.contracts_count,
            "unit": _("份"),
            "note": _("另有自报业绩 %(n)s 项") % {"n": page.works_count - page.contracts_count},
        },
    ]


def _compare_url(credit_code: str) -> str:
    try:
        return f"{reverse('compare')}?a={credit_code}"
    except NoReverseMatch:
        return ""


def item_context(item: ServiceItem) -> dict[str, Any]:
    """An item's page; a constant number of queries."""
    offers = ServiceOffer.objects.filter(item=item, is_active=True, agency__state=Agency.State.ACTIVE)
    best = offers.order_by(
        F("agency__rating").desc(nulls_last=True), "-agency__rating_count", "price", "pk"
    ).select_related("agency__organisation")
    return {
        "item": item,
        "kind_words": KIND_WORDS[item.kind],
        "required": catalogue.alternatives(item),
        "merit": [link for link in item.qualifications.all() if link.merit_only],
        "abolished": QualificationType.objects.filter(slug=ABOLISHED.get(item.code, "")).first(),
        "usual": tenders.usual_price(item),
        "approval_items": approvals.needing(item),
        "offers": best.prefetch_related("regions")[:OFFERS],
        "offer_count": offers.count(),
        "open_tenders": tenders.open_now().filter(item=item)[:TENDERS],
        "guide": queries.guide_of(item.code),
    }
