"""Articles as documents of the search: notices, policies and help."""

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

from django.utils import translation
from django.utils.html import strip_tags

from cms.models import ArticlePage, SectionPage
from marketplace.core import clock
from search import services
from search.documents import Document, walk
from search.kinds import NOTICE


def keys() -> Iterator[str]:
    """The keys of all published articles."""
    return (str(pk) for pk in walk(ArticlePage.objects.live().public(), "pk"))


def build(key: str) -> Document | None:
    """The document of one article; None when it is not, or no longer, public."""
    page = ArticlePage.objects.live().public().filter(pk=key).first()
    return _document(page) if page is not None else None


def _document(page: ArticlePage) -> Document:
    section = SectionPage.Section(page.get_parent().specific.section)
    words = [strip_tags(str(block.value)) for block in page.body if block.block_type == "text"]
    with translation.override("zh-hans"):
        url, label = page.address(), str(section.label)
    return Document(
        NOTICE,
        str(page.pk),
        page.title,
        url,
        summary=page.summary,
        terms=tuple(term for term in (label, page.source) if term),
        body="\n".join(words),
        data={"section": section.value, "day": page.date.isoformat()},
        published_at=datetime.combine(page.date, time(9), clock.ZONE),
    )


def changed(sender: Any, instance: Any, **kwargs: Any) -> None:
    """An article was published, taken back or deleted: the index follows."""
    if isinstance(instance, ArticlePage):
        services.reindex(NOTICE, str(instance.pk))
