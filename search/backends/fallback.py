"""The engine that answers where a search server is set: the server in time, else the embedded engine, never nothing."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from django.conf import settings
from elasticsearch import ApiError, BadRequestError, TransportError

from search.backends.asked import FALLBACK, Asked, asked
from search.backends.base import Engine, Results
from search.backends.elasticsearch.answers import Incomplete
from search.backends.elasticsearch.breaker import breaker
from search.backends.elasticsearch.engine import ElasticsearchEngine
from search.documents import Document
from search.query import Query

logger = logging.getLogger(__name__)
T = TypeVar("T")
LEAST_SECONDS = 0.05  # with less of a page's time left, the server isn't asked any more


class WithFallback:
    """See `base.Engine`: reads as above. The embedded engine is the one that is kept true, so writing goes there."""

    def __init__(self, embedded: Engine) -> None:
        self.embedded = embedded
        self.name = ElasticsearchEngine.name

    def search(self, query: Query) -> Results:
        return self._answer(lambda server: server.search(query), lambda: self.embedded.search(query))

    def count(self, queries: Sequence[Query]) -> tuple[int, ...]:
        if not queries:
            return ()
        return self._answer(lambda server: server.count(queries), lambda: self.embedded.count(queries))

    def _answer(self, by_server: Callable[[ElasticsearchEngine], T], by_us: Callable[[], T]) -> T:
        page = asked.get() or Asked()
        left = settings.ELASTICSEARCH_SECONDS - page.waited
        if left >= LEAST_SECONDS and breaker.may_ask():
            begun = time.monotonic()
            try:
                answer = by_server(ElasticsearchEngine(left))
            except BadRequestError:  # our mistake and not the server's condition: it may be asked other things
                breaker.succeeded()
                logger.exception("the search server did not understand a question")
            except (TransportError, ApiError, Incomplete) as error:
                breaker.failed(f"{type(error).__name__}: {error}"[:200])
            except Exception:
                breaker.failed("an answer that was not understood")
                logger.exception("the search server's answer was not understood")
            else:
                breaker.succeeded()
                page.engines[self.name] = None
                return answer
            finally:
                page.waited += time.monotonic() - begun
        page.engines[FALLBACK] = None
        return by_us()

    # --- writing, and what is about writing ---------------------------------------------------------------------------
    def index(self, documents: Iterable[Document]) -> int:
        return self.embedded.index(documents)

    def delete(self, kind: str, keys: Sequence[str]) -> int:
        return self.embedded.delete(kind, keys)

    def clear(self, kind: str = "") -> None:
        self.embedded.clear(kind)

    def keys(self, kind: str) -> Iterator[tuple[str, str]]:
        return self.embedded.keys(kind)

    def digests(self, kind: str, keys: Sequence[str]) -> Mapping[str, str]:
        return self.embedded.digests(kind, keys)

    def take_turns(self, kind: str, keys: Sequence[str]) -> None:
        self.embedded.take_turns(kind, keys)
