"""The connection: one client a process, over all nodes that the setting names."""

from functools import lru_cache
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from elasticsearch import Elasticsearch

DEFAULT_PORT = 9200
MOST_SECONDS = 30.0  # for what nobody waits for: writing, making and swapping indexes


def nodes(setting: str) -> list[str]:
    """The addresses in the setting, each with its port."""
    found = []
    for address in setting.split(","):
        if parts := urlsplit(address.strip()):
            if not parts.hostname:
                continue
            place = parts.netloc if parts.port else f"{parts.netloc}:{DEFAULT_PORT}"
            found.append(urlunsplit((parts.scheme, place, parts.path, "", "")))
    return found


def client() -> Elasticsearch:
    """The client of the present setting."""
    return _client(settings.ELASTICSEARCH_URL)


@lru_cache(maxsize=4)
def _client(setting: str) -> Elasticsearch:
    addresses = nodes(setting)
    return Elasticsearch(
        addresses,
        request_timeout=MOST_SECONDS,
        max_retries=len(addresses) - 1,  # of a broken connection, on the next node; what was slow isn't asked again
        retry_on_timeout=False,
        retry_on_status=(),
    )


def forget() -> None:
    """Let go of the client: a process that was forked must not share its parent's connections."""
    _client.cache_clear()
