"""What the public pages read: live figures of the front page, and notices of both kinds in one list."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.cache import cache
from django.db.models import Count, F, Q, Sum
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cms.models import AgencyProfile, ArticlePage, ItemGuide, SectionPage
from marketplace.agencies.models import Agency
from marketplace.catalogue.models import ServiceItem
from marketplace.core import clock
from marketplace.tenders.models import Award, Tender

HOME_SECONDS = 30
STAGES = ("立项用地", "工程许可", "施工许可", "竣工验收", "企业事务")


@dataclass(frozen=True)
class NoticeLine:
    """A line of the notices: an editor's page, or a notice the site made from an award."""

    day: date
    title: str
    url: str
    kind: str
    kind_label: str


def figures() -> dict[str, Any]:
    """Counts of the zone: items, admitted agencies, awards of the year, share saved against ceilings in per cent."""
    key = "cms.figures"
    found = cache.get(key)
    if found is None:
        year = clock.local(clock.now()).year
        awards = Award.objects.filter(noticed_at__year=year)
        sums = awards.filter(tender__ceiling__gt=0).aggregate(price=Sum("price"), ceiling=Sum("tender__ceiling"))
        ceiling = sums["ceiling"] or Decimal(0)
        found = {
            "items": ServiceItem.objects.filter(is_active=True).count(),
            "agencies": Agency.objects.filter(state=Agency.State.ACTIVE).count(),
            "awards": awards.count(),
            "open": Tender.objects.filter(state=Tender.State.PUBLISHED, closes_at__gt=clock.now()).count(),
            "saved": round((1 - (sums["price"] or 0) / ceiling) * 100, 1) if ceiling else None,
        }
        cache.set(key, found, HOME_SECONDS)
    return found  # type: ignore[no-any-return]


def open_tenders(limit: int = 5) -> list[Tender]:
    """Tenders one can answer now, the nearest close first."""
    now = clock.now()
    open_now = Tender.objects.filter(state=Tender.State.PUBLISHED, closes_at__gt=now).select_related("item", "buyer")
    return list(open_now.order_by("closes_at")[:limit])


def latest_awards(limit: int = 4) -> list[Award]:
    """The newest award notices."""
    noticed = Award.objects.exclude(noticed_at=None).select_related("tender__item", "agency__organisation")
    return list(noticed.order_by("-noticed_at")[:limit])


def best_rated(limit: int = 4) -> list[Agency]:
    """Admitted agencies with at least three ratings, the best first; where there are none, the newest."""
    active = Agency.objects.filter(state=Agency.State.ACTIVE).select_related("organisation")
    rated = active.filter(rating_count__gte=3).order_by(F("rating").desc(nulls_last=True), "-rating_count", "pk")
    return list(rated[:limit]) or list(active.order_by("-admitted_at", "pk")[:limit])


def items_by_stage(per_stage: int = 4) -> list[tuple[str, list[ServiceItem]]]:
    """Items with the number of agencies that offer them, in the stages of a project."""
    offered = Count("offers", filter=Q(offers__is_active=True, offers__agency__state=Agency.State.ACTIVE))
    items = ServiceItem.objects.filter(is_active=True).annotate(agency_count=offered).order_by("code")
    grouped: dict[str, list[ServiceItem]] = {stage: [] for stage in STAGES}
    for item in items:
        grouped.setdefault(item.category, []).append(item)
    return [(s, sorted(found, key=lambda i: -i.agency_count)[:per_stage]) for s, found in grouped.items() if found]


def notice_lines(kind: str = "", limit: int | None = None) -> list[NoticeLine]:
    """Editors' notices and generated award notices together, newest first; `kind` is notice, award or "" for both."""
    lines: list[NoticeLine] = []
    if kind in ("", "notice"):
        section = SectionPage.objects.filter(section=SectionPage.Section.NOTICES).first()
        if section is not None:
            pages = ArticlePage.objects.child_of(section).live().order_by("-date", "-pk")[: limit or 2000]
            lines += [NoticeLine(p.date, p.title, p.url or "", "notice", _("公告")) for p in pages]
    if kind in ("", "award"):
        noticed = (
            Award.objects.exclude(noticed_at=None).select_related("tender").order_by("-noticed_at")[: limit or 2000]
        )
        lines += [_award_line(award) for award in noticed]
    lines.sort(key=lambda line: line.day, reverse=True)
    return lines[:limit] if limit else lines


def section_articles(section: str) -> list[ArticlePage]:
    """The live articles of a section, newest first."""
    page = SectionPage.objects.filter(section=section).first()
    return list(ArticlePage.objects.child_of(page).live().order_by("-date", "pk")) if page else []


def profile_of(credit_code: str) -> AgencyProfile | None:
    """The published text of an agency."""
    return AgencyProfile.objects.filter(credit_code=credit_code, live=True).select_related("logo").first()


def guide_of(item_code: str) -> ItemGuide | None:
    """The published guide of an item."""
    return ItemGuide.objects.filter(item_code=item_code, live=True).first()


def is_chinese() -> bool:
    """Whether the reader's language is Chinese; editors' pages exist in Chinese only and say so elsewhere."""
    return not (get_language() or "").startswith("en")


def recently(moment: datetime | None, days: int = 14) -> bool:
    """Whether the moment lies within the last days."""
    return moment is not None and clock.now() - moment < timedelta(days=days)


def _award_line(award: Award) -> NoticeLine:
    title = _("中选通知：%(title)s") % {"title": award.tender.title}
    day = clock.local(award.noticed_at or clock.now()).date()
    return NoticeLine(day, title, reverse("award_notice", args=[award.tender.number]), "award", _("中选通知书"))
