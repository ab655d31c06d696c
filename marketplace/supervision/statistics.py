"""The public figures: aggregates of what is public already, computed by the database and kept for a minute."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.cache import cache
from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q, QuerySet, Sum
from django.db.models.functions import TruncDate, TruncMonth
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.agencies.models import ADMITTED_STATES, Agency
from marketplace.catalogue.models import ServiceItem
from marketplace.contracts.models import Deliverable, Milestone
from marketplace.core import clock
from marketplace.tenders.models import Award, Tender

KEPT_SECONDS = 60
MONTHS = 12
PERIODS: Mapping[str, str | Promise] = {"12": _("近 12 个月"), "year": _("今年以来"), "all": _("全部")}
FUNDS: Mapping[str, str | Promise] = {"": _("全部资金"), "public": _("财政性或国有资金"), "private": _("社会资金")}


@dataclass(frozen=True)
class Month:
    """The awards of a month: how many, their sum, and the ceilings of those that had one."""

    first: date
    awards: int
    price: Decimal
    capped_price: Decimal
    ceiling: Decimal

    @property
    def saved_percent(self) -> Decimal | None:
        """See `saved`."""
        return saved(self.capped_price, self.ceiling)


@dataclass(frozen=True)
class Figures:
    """All figures of a period. `on_time` of `delivered` accepted deliverables came by their due day."""

    since: date | None
    until: date
    computed_at: datetime
    items: int
    agencies: int
    tenders: int
    awards: int
    price: Decimal
    capped_price: Decimal
    ceiling: Decimal
    days_to_award: Decimal | None
    delivered: int
    on_time: int
    months: tuple[Month, ...]

    @property
    def saved_percent(self) -> Decimal | None:
        """See `saved`."""
        return saved(self.capped_price, self.ceiling)

    @property
    def on_time_percent(self) -> Decimal | None:
        """The share of deliverables that came in time, in percent."""
        return (Decimal(100) * self.on_time / self.delivered).quantize(Decimal("0.1")) if self.delivered else None


def saved(price: Decimal, ceiling: Decimal) -> Decimal | None:
    """1 − price ÷ ceiling in percent, weighted by amount, of the awards that had a ceiling; None without any."""
    return (100 - Decimal(100) * price / ceiling).quantize(Decimal("0.1")) if ceiling else None


def figures(period: str, funds: str) -> Figures:
    """The figures of a period (key of PERIODS) and a source of funds (key of FUNDS), at most a minute old."""
    period = period if period in PERIODS else "12"
    funds = funds if funds in FUNDS else ""
    key = f"supervision.statistics.{period}.{funds}"
    found: Figures | None = cache.get(key)
    if found is None:
        found = compute(period, funds)
        cache.set(key, found, KEPT_SECONDS)
    return found


def compute(period: str, funds: str) -> Figures:
    """The same, from the database: six queries, however much there is."""
    now = clock.now()
    today = clock.local(now).date()
    since = _since(period, today)
    awards = _awards(funds, since)
    totals = awards.aggregate(
        awards=Count("pk"),
        sum=Sum("price"),
        capped_price=Sum("price", filter=Q(tender__ceiling__isnull=False)),
        ceiling=Sum("tender__ceiling"),
        wait=Avg(ExpressionWrapper(F("noticed_at") - F("tender__published_at"), output_field=DurationField())),
    )
    delivered = _deliverables(funds, since).aggregate(
        delivered=Count("pk"), on_time=Count("pk", filter=Q(day__lte=F("milestone__due_on")))
    )
    return Figures(
        since=since,
        until=today,
        computed_at=now,
        items=ServiceItem.objects.filter(is_active=True).count(),
        agencies=Agency.objects.filter(state__in=ADMITTED_STATES).count(),
        tenders=_tenders(funds, since).count(),
        awards=totals["awards"],
        price=totals["sum"] or Decimal(0),
        capped_price=totals["capped_price"] or Decimal(0),
        ceiling=totals["ceiling"] or Decimal(0),
        days_to_award=_days(totals["wait"]),
        delivered=delivered["delivered"],
        on_time=delivered["on_time"],
        months=_months(awards, since, today),
    )


def rows(found: Figures) -> list[list[Any]]:
    """The figures as lines of a table file: the head, the sums, then month by month."""
    lines: list[list[Any]] = [
        [str(_("指标")), str(_("数值"))],
        [str(_("服务事项")), found.items],
        [str(_("入驻机构")), found.agencies],
        [str(_("公开采购次数")), found.tenders],
        [str(_("中选次数")), found.awards],
        [str(_("中选金额（元）")), found.price],
        [str(_("有最高限价项目的中选金额（元）")), found.capped_price],
        [str(_("最高限价合计（元）")), found.ceiling],
        [str(_("节约率（%）")), _text(found.saved_percent)],
        [str(_("公告到中选平均天数")), _text(found.days_to_award)],
        [str(_("已验收成果")), found.delivered],
        [str(_("其中按期交付")), found.on_time],
        [str(_("按期交付率（%）")), _text(found.on_time_percent)],
        [],
        [str(_("月份")), str(_("中选次数")), str(_("中选金额（元）")), str(_("节约率（%）"))],
    ]
    return lines + [
        [f"{month.first:%Y-%m}", month.awards, month.price, _text(month.saved_percent)] for month in found.months
    ]


def _text(value: Decimal | None) -> str:
    return "" if value is None else str(value)


def _since(period: str, today: date) -> date | None:
    if period == "all":
        return None
    if period == "year":
        return today.replace(month=1, day=1)
    return _months_before(today.replace(day=1), MONTHS - 1)


def _months_before(first: date, count: int) -> date:
    for _n in range(count):
        first = (first - timedelta(days=1)).replace(day=1)
    return first


def _start(since: date) -> datetime:
    return datetime(since.year, since.month, since.day, tzinfo=clock.ZONE)


def _awards(funds: str, since: date | None) -> QuerySet[Award]:
    found = Award.objects.filter(noticed_at__isnull=False, tender__published_at__isnull=False)
    found = found.filter(noticed_at__gte=_start(since)) if since else found
    return found.filter(tender__funds=funds) if funds else found


def _tenders(funds: str, since: date | None) -> QuerySet[Tender]:
    found = Tender.objects.filter(published_at__isnull=False)
    found = found.filter(published_at__gte=_start(since)) if since else found
    return found.filter(funds=funds) if funds else found


def _deliverables(funds: str, since: date | None) -> QuerySet[Any]:
    found = Deliverable.objects.filter(
        state=Deliverable.State.ACCEPTED, milestone__state=Milestone.State.ACCEPTED, milestone__due_on__isnull=False
    ).annotate(day=TruncDate("uploaded_at", tzinfo=clock.ZONE))
    found = found.filter(uploaded_at__gte=_start(since)) if since else found
    return found.filter(milestone__contract__award__tender__funds=funds) if funds else found


def _days(wait: timedelta | None) -> Decimal | None:
    return (Decimal(wait.total_seconds()) / 86400).quantize(Decimal("0.1")) if wait is not None else None


def _months(awards: QuerySet[Award], since: date | None, today: date) -> tuple[Month, ...]:
    """The last months of the period, at most twelve, empty ones too."""
    grouped = (
        awards.annotate(month=TruncMonth("noticed_at", tzinfo=clock.ZONE))
        .values("month")
        .annotate(
            awards=Count("pk"),
            sum=Sum("price"),
            capped_price=Sum("price", filter=Q(tender__ceiling__isnull=False)),
            ceiling=Sum("tender__ceiling"),
        )
        .order_by("month")
    )
    found: dict[date, Any] = {row["month"].date(): row for row in grouped}
    first = max(since or date.min, _months_before(today.replace(day=1), MONTHS - 1))
    months = []
    while first <= today:
        row: dict[str, Any] = found.get(first, {})
        months.append(
            Month(
                first=first,
                awards=row.get("awards", 0),
                price=row.get("sum") or Decimal(0),
                capped_price=row.get("capped_price") or Decimal(0),
                ceiling=row.get("ceiling") or Decimal(0),
            )
        )
        first = (first + timedelta(days=32)).replace(day=1)
    return tuple(months)
