"""Articles as documents of the search: notices, policies and help."""

from collections.abc import Iterator
from datetime import datetime, time
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils import translation
from django.utils.html import strip_tags

from cms.models import ArticlePage, SectionPage
from marketplace.core import clock, events
from search import ranking
from search.documents import Document, day_row, register_source, walk
from search.events import DocumentsStale
from search.kinds import HELP, NOTICE, POLICY

KINDS = {SectionPage.Section.NOTICES: NOTICE, SectionPage.Section.POLICIES: POLICY, SectionPage.Section.HELP: HELP}


def register() -> None:
    """Let articles be found, each section as a kind of its own."""
    for section in KINDS:
        register_source(KINDS[section], partial(build, section), partial(keys, section))


def keys(section: SectionPage.Section) -> Iterator[str]:
    """The keys of the published articles of a section."""
    return (str(pk) for pk in walk(_published(section), "pk"))


def build(section: SectionPage.Section, key: str) -> Document | None:
    """The document of one article; None when it is not, or no longer, public, or stands in another section."""
    page = _published(section).filter(pk=key).first() if key.isdecimal() else None
    return _document(page, section) if page is not None else None


def _published(section: SectionPage.Section) -> QuerySet[ArticlePage]:
    parent = SectionPage.objects.filter(section=section).first()
    found = ArticlePage.objects.live().public()
    return found.child_of(parent) if parent is not None else found.none()


def _document(page: ArticlePage, section: SectionPage.Section) -> Document:
    words = [strip_tags(str(block.value)) for block in page.body if block.block_type == "text"]
    with translation.override("zh-hans"):
        url, label = page.address(), str(section.label)
    published_at = datetime.combine(page.date, time(9), clock.ZONE)
    return Document(
        KINDS[section],
        str(page.pk),
        page.title,
        url,
        summary=page.summary,
        terms=tuple(term for term in (label, page.source) if term),
        body="\n".join(words),
        data={"section": section.value, "day": page.date.isoformat()},
        rows=day_row("published", published_at),
        signals=ranking.NEUTRAL,
        published_at=published_at,
    )


def changed(sender: Any, instance: Any, **kwargs: Any) -> None:
    """An article was published, taken back or deleted: the index follows, and who keeps a search is told."""
    if isinstance(instance, ArticlePage):
        for kind in KINDS.values():
            events.publish(DocumentsStale(kind, [str(instance.pk)]))
