"""The engines behind the one interface of `base.Engine`."""

from typing import TYPE_CHECKING

from django.conf import settings

from search.backends.asked import asked
from search.backends.base import Engine

if TYPE_CHECKING:
    from search.backends.elasticsearch.engine import ElasticsearchEngine


def engine() -> Engine:
    """The engine that answers: Elasticsearch with the embedded one behind it where one is set, else the embedded."""
    if not settings.ELASTICSEARCH_URL:
        if page := asked.get():
            page.engines["embedded"] = None
        return embedded_engine()
    from search.backends.fallback import WithFallback

    return WithFallback(embedded_engine())


def embedded_engine() -> Engine:
    """The engine in the site's own database, which is written in the transaction of every change."""
    from search.backends.embedded.engine import EmbeddedEngine

    return EmbeddedEngine()


def server() -> "ElasticsearchEngine | None":
    """The search server, which follows the changes; None where none is set."""
    if not settings.ELASTICSEARCH_URL:
        return None
    from search.backends.elasticsearch.engine import ElasticsearchEngine

    return ElasticsearchEngine()
