"""What the pages read of the editors' words: texts, articles, and notices of both kinds in one list."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.models import Page, TaskState, WorkflowState

from cms.models import AgencyProfile, ArticlePage, ItemGuide, SectionPage
from marketplace.core import clock
from marketplace.tenders import queries as tenders
from marketplace.tenders.models import Award

NOTICE, AWARD = "notice", "award"


@dataclass(frozen=True)
class NoticeLine:
    """A line of the notices: an editor's page, or a notice the site made from an award."""

    day: date
    title: str
    url: str
    kind: str
    kind_label: str
    summary: str = ""


@dataclass(frozen=True)
class WordsState:
    """Where an agency's text stands: label and tone for the state chip, and the editor's comment when it came back."""

    label: str
    tone: str
    comment: str = ""


# --- articles ---------------------------------------------------------------------------------------------------------
def articles(section: str = "") -> QuerySet[ArticlePage]:
    """The live articles of a section (of all, when none is named), the newest first."""
    found = ArticlePage.objects.live().order_by("-date", "-pk")
    page = SectionPage.objects.filter(section=section).first() if section else None
    if section and page is None:
        return found.none()
    return found.child_of(page) if page else found


def is_chinese() -> bool:
    """Whether the reader's language is Chinese; editors' pages exist in Chinese only and say so elsewhere."""
    return not (get_language() or "").startswith("en")


# --- notices ----------------------------------------------------------------------------------------------------------
def notices(kind: str = "") -> QuerySet[Any]:
    """Rows (sort, pk, day) of editors' notices and award notices together, the newest first: to count and to slice.

    `kind` is notice, award or "" for both. `notice_lines` makes lines of a slice.
    """
    pages, awards = _noted_pages(), _noted_awards()
    found = {NOTICE: pages, AWARD: awards}.get(kind)
    return (pages.union(awards, all=True) if found is None else found).order_by("-day", "sort", "-key")


def notice_lines(rows: Any) -> list[NoticeLine]:
    """The lines of a slice of `notices`, in three queries at most."""
    wanted = list(rows)
    pages = ArticlePage.objects.in_bulk([row["key"] for row in wanted if row["sort"] == NOTICE])
    awards = Award.objects.select_related("tender", "agency__organisation").in_bulk(
        [row["key"] for row in wanted if row["sort"] == AWARD]
    )
    return [
        _page_line(pages[row["key"]]) if row["sort"] == NOTICE else _award_line(awards[row["key"]]) for row in wanted
    ]


def _noted_pages() -> QuerySet[Any]:
    found = articles(SectionPage.Section.NOTICES).order_by()
    return _row(found, NOTICE, F("date"))


def _noted_awards() -> QuerySet[Any]:
    day = TruncDate("noticed_at", tzinfo=clock.ZONE)
    return _row(tenders.awards().select_related(None).order_by(), AWARD, day)


def _row(found: QuerySet[Any], sort: str, day: Any) -> QuerySet[Any]:
    named = found.annotate(sort=Value(sort, CharField()), key=F("pk"))
    return named.annotate(day_=day).values("sort", "key").annotate(day=F("day_")).values("sort", "key", "day")


def _page_line(page: ArticlePage) -> NoticeLine:
    return NoticeLine(page.date, page.title, page.address(), NOTICE, _("运行公告"), page.summary)


def _award_line(award: Award) -> NoticeLine:
    title = _("中选通知：%(title)s") % {"title": award.tender.title}
    day = clock.local(award.noticed_at or clock.now()).date()
    url = reverse("award_notice", args=[award.tender.number])
    return NoticeLine(day, title, url, AWARD, _("中选通知书"), award.agency.name)


# --- texts of agencies and items --------------------------------------------------------------------------------------
def profile_of(credit_code: str) -> AgencyProfile | None:
    """The published text of an agency."""
    return AgencyProfile.objects.filter(credit_code=credit_code, live=True).select_related("logo").first()


def guide_of(item_code: str) -> ItemGuide | None:
    """The published guide of an item."""
    return ItemGuide.objects.filter(item_code=item_code, live=True).first()


def state_of_words(profile: AgencyProfile | None) -> WordsState:
    """How the agency's text stands with the editors."""
    if profile is None:
        return WordsState(_("尚未填写"), "plain")
    last = _last_state(profile)
    if last is not None and last.status == WorkflowState.STATUS_NEEDS_CHANGES:
        task = last.task_states.filter(status=TaskState.STATUS_REJECTED).order_by("-pk").first()
        return WordsState(_("已退回修改"), "warn", task.get_comment() if task else "")
    if last is not None and last.status == WorkflowState.STATUS_IN_PROGRESS:
        return WordsState(_("待编辑审核"), "waiting")
    return WordsState(_("已发布"), "ok") if profile.live else WordsState(_("草稿"), "draft")


def _last_state(profile: AgencyProfile) -> WorkflowState | None:
    kind = ContentType.objects.get_for_model(AgencyProfile)
    found = WorkflowState.objects.filter(object_id=str(profile.pk), base_content_type=kind)
    last: WorkflowState | None = found.order_by("-created_at", "-pk").first()
    return last


def texts_waiting() -> QuerySet[TaskState]:
    """Texts of agencies and items, and pages, that wait for an editor, the oldest first."""
    kinds = ContentType.objects.get_for_models(AgencyProfile, ItemGuide, Page).values()
    waiting = TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS, revision__base_content_type__in=kinds)
    return waiting.select_related("revision", "workflow_state").order_by("started_at")
