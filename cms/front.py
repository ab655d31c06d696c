"""What the front page shows: live figures, what is open, and a door for each kind of visitor."""

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Prefetch, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from cms import queries
from marketplace.agencies import queries as agencies
from marketplace.agencies.models import ADMITTED_STATES, Agency, ServiceOffer
from marketplace.catalogue.models import ServiceItem
from marketplace.core import clock
from marketplace.tenders import queries as tenders
from marketplace.tenders.models import Award, Tender

FIGURES_SECONDS = 60
FIGURES_KEY = "cms.figures"
HOT_WORDS = ("环评", "测绘", "能评", "地勘", "造价", "图审", "防雷检测")
STAGES = ("立项用地", "工程许可", "施工许可", "竣工验收", "企业事务")
ENOUGH_RATINGS = 3  # before a mean says which agency is better
TENDERS, AWARDS, BEST, NOTICES, PER_STAGE = 5, 4, 5, 5, 4


def home_context() -> dict[str, Any]:
    """Everything the front page's template needs beside the page itself; the number of queries does not grow."""
    numbers = figures()
    open_now = list(tenders.open_now().select_related("item", "buyer")[:TENDERS])
    return {
        "chinese": queries.is_chinese(),
        "figures": numbers,
        "figure_tiles": _tiles(numbers),
        "hot_words": HOT_WORDS,
        "next_tender": open_now[0] if open_now else None,
        "next_item": _short(open_now[0].item) if open_now else "",
        "tender_rows": [_row(tender) for tender in open_now],
        "doors": _doors(),
        "stages": items_by_stage(),
        "awards": tenders.awards()[:AWARDS],
        "leaders": leading_agencies(),
        "notices": queries.notice_lines(queries.notices(queries.NOTICE)[:NOTICES]),
    }


def figures() -> dict[str, Any]:
    """The zone in numbers, at most a minute old: items, agencies, open tenders; of this year awards, the share saved
    against ceilings in per cent, mean days from announcement to award (None without an award).
    """
    found: dict[str, Any] | None = cache.get(FIGURES_KEY)
    if found is None:
        year = clock.local(clock.now()).year
        awards = Award.objects.filter(noticed_at__year=year, tender__published_at__isnull=False)
        found = {
            "items": ServiceItem.objects.filter(is_active=True).count(),
            "agencies": Agency.objects.filter(state__in=ADMITTED_STATES).count(),
            "open": tenders.open_now().count(),
            **_of_awards(awards),
        }
        cache.set(FIGURES_KEY, found, FIGURES_SECONDS)
    return found


def _of_awards(awards: QuerySet[Award]) -> dict[str, Any]:
    capped = Q(tender__ceiling__gt=0)
    took = ExpressionWrapper(F("noticed_at") - F("tender__published_at"), DurationField())
    sums = awards.aggregate(
        awards=Count("pk"),
        price=Sum("price", filter=capped),
        ceiling=Sum("tender__ceiling", filter=capped),
        took=Avg(took),
    )
    ceiling = sums["ceiling"]
    return {
        "awards": sums["awards"],
        "saved": round((1 - sums["price"] / ceiling) * 100, 1) if ceiling else None,
        "saved_amount": ceiling - sums["price"] if ceiling else None,
        "days": round(sums["took"].total_seconds() / 86400, 1) if sums["took"] else None,
    }


@dataclass(frozen=True)
class OfferedItem:
    """An item and how many agencies offer it."""

    item: ServiceItem
    agency_count: int


@dataclass(frozen=True)
class Leader:
    """An agency of the front page: short names of up to two of its items."""

    agency: Agency
    fields: list[str]


def items_by_stage() -> list[tuple[str, list[OfferedItem]]]:
    """The most offered items with the number of their agencies, in the stages of a project; two queries."""
    offers = ServiceOffer.objects.filter(is_active=True, agency__state=Agency.State.ACTIVE)
    counts = dict(offers.order_by().values_list("item").annotate(Count("pk")))
    grouped: dict[str, list[OfferedItem]] = {stage: [] for stage in STAGES}
    for item in ServiceItem.objects.filter(is_active=True).order_by("code"):
        grouped.setdefault(item.category, []).append(OfferedItem(item, counts.get(item.pk, 0)))
    return [(s, sorted(found, key=lambda i: -i.agency_count)[:PER_STAGE]) for s, found in grouped.items() if found]


def leading_agencies() -> list[Leader]:
    """The best rated agencies, of those with enough ratings for a mean; two queries."""
    offers = Prefetch("offers", ServiceOffer.objects.filter(is_active=True).select_related("item"))
    active = agencies.public().filter(state=Agency.State.ACTIVE).prefetch_related(offers)
    rated = active.filter(rating_count__gte=ENOUGH_RATINGS)
    best = list(rated.order_by(F("rating").desc(nulls_last=True), "-rating_count", "pk")[:BEST])
    return [Leader(agency, _fields(agency)) for agency in best]


def _fields(agency: Agency) -> list[str]:
    return [_short(offer.item) for offer in agency.offers.all()[:2]]


def _short(item: ServiceItem) -> str:
    return str(item.abbreviations[0]) if queries.is_chinese() and item.abbreviations else item.label


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
                "note": _("本年中选价合计对限价合计"),
            }
        )
    if numbers["days"] is not None:
        tiles.append(
            {"label": _("公告到中选"), "value": numbers["days"], "unit": _("天"), "note": _("本年平均，含结果公示期")}
        )
    return tiles


def _row(tender: Tender) -> dict[str, Any]:
    return {
        "title": tender.title,
        "url": reverse("tender", args=[tender.number]),
        "state": tender.chip,
        "meta": [_short(tender.item), tender.get_funds_display()],
        "price": tender.ceiling,
        "price_label": _("最高限价") if tender.ceiling else "",
        "due": tender.closes_at,
        "start": tender.published_at,
    }


def _doors() -> list[dict[str, str]]:
    return [
        _door("building-factory-2", _("我是企业"), _("要报告、要检测，发起一次公开选取"), "tender_new"),
        _door("certificate", _("我是中介机构"), _("免费入驻，全年开放，不限地域"), "agency_desk"),
        _door("list-check", _("我需要什么"), _("答几个问题，看环节、服务、费用和时间"), "need"),
        _door("route", _("我的项目要审批"), _("申请代办员，看一张路线图"), "project_list"),
        _door("scale", _("我来监督"), _("投诉举报，查询办理进度"), "complaint_new"),
        _door("help-circle", _("我要了解规则"), _("选取规则、常见问题"), "help_list"),
    ]


def _door(icon: str, title: str, text: str, url_name: str) -> dict[str, str]:
    return {"icon": icon, "title": title, "text": text, "url": reverse(url_name)}
