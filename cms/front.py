"""What the front page shows: live figures, what is open, and a door for each kind of visitor."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from cms import queries
from marketplace.tenders.models import Tender

HOT_WORDS = ("环评", "测绘", "能评", "地勘", "造价", "图审", "防雷检测")


def home_context() -> dict[str, Any]:
    """Everything the front page's template needs beside the page itself; the number of queries does not grow."""
    numbers = queries.figures()
    tenders = queries.open_tenders()
    return {
        "chinese": queries.is_chinese(),
        "figures": numbers,
        "figure_tiles": _tiles(numbers),
        "hot_words": HOT_WORDS,
        "next_tender": tenders[0] if tenders else None,
        "next_tender_state": (_("报名中"), "signup"),
        "awarded_state": (_("已中选"), "awarded"),
        "tender_rows": [_row(tender) for tender in tenders],
        "doors": _doors(),
        "stages": queries.items_by_stage(),
        "awards": queries.latest_awards(),
        "agencies": queries.best_rated(),
        "notices": queries.notice_lines(limit=5),
    }


def _tiles(numbers: dict[str, Any]) -> list[dict[str, Any]]:
    tiles = [
        {"label": _("服务事项"), "value": numbers["items"], "unit": _("项"), "url": reverse("item_list")},
        {"label": _("入驻机构"), "value": numbers["agencies"], "unit": _("家"), "url": reverse("agency_list")},
        {"label": _("正在公开选取"), "value": numbers["open"], "unit": _("项"), "url": reverse("tender_list")},
        {"label": _("本年中选"), "value": numbers["awards"], "unit": _("项"), "note": _("今年 1 月 1 日起")},
    ]
    if numbers["saved"] is not None:
        tiles.append(
            {
                "label": _("比最高限价节约"),
                "value": numbers["saved"],
                "unit": "%",
                "note": _("本年中选价合计对最高限价合计"),
            }
        )
    return tiles


def _row(tender: Tender) -> dict[str, Any]:
    return {
        "title": tender.title,
        "url": reverse("tender", args=[tender.number]),
        "state": (tender.get_state_display(), "signup"),
        "meta": [tender.item.label, tender.get_funds_display()],
        "price": tender.ceiling,
        "price_label": _("最高限价") if tender.ceiling else "",
        "due": tender.closes_at,
        "start": tender.published_at,
    }


def _doors() -> list[dict[str, str]]:
    return [
        {
            "icon": "building-factory-2",
            "title": _("我是企业"),
            "text": _("要报告、要检测，发起一次公开选取"),
            "url": reverse("tender_new"),
        },
        {
            "icon": "certificate",
            "title": _("我是中介机构"),
            "text": _("免费入驻，全年开放，不限地域"),
            "url": reverse("agency_desk"),
        },
        {
            "icon": "route",
            "title": _("我的项目要审批"),
            "text": _("申请代办员，看一张路线图"),
            "url": reverse("project_list"),
        },
        {"icon": "scale", "title": _("我来监督"), "text": _("投诉举报，查询办理进度"), "url": reverse("complaint_new")},
        {
            "icon": "help-circle",
            "title": _("我要了解规则"),
            "text": _("选取规则、常见问题"),
            "url": reverse("help_list"),
        },
    ]
