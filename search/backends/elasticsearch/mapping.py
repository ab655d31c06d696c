"""The shape of the index, and the names that follow from it: another shape is another index, never a changed one.

Words come ready cut, so the analyzer only splits at spaces (`whitespace` is one of the server's own analyzers; a
tokenizer of that name would need a module). Rows are nested documents: all conditions on a group of facets must hold
for one and the same row.
"""

import hashlib
import json
import re
import secrets
from typing import Any

from django.conf import settings

from search.documents import VERSION
from search.query import LAST_PAGE
from search.ranking import STORED

_WORDS = {"type": "text", "analyzer": "whitespace"}
_KEYWORD = {"type": "keyword"}
_NUMBER = {"type": "double"}

MAPPINGS: dict[str, Any] = {
    "dynamic": "strict",
    "_source": {"excludes": ["words"]},
    "properties": {
        "kind": _KEYWORD,
        "key": _KEYWORD,
        "digest": {"type": "keyword", "index": False},
        "words": {"properties": {"title": _WORDS, "terms": _WORDS, "body": _WORDS}},
        "rows": {
            "type": "nested",
            "dynamic": "strict",
            "properties": {
                "name": _KEYWORD,
                "value": _KEYWORD,
                "detail": _KEYWORD,
                "price": _NUMBER,
                "days": {"type": "integer"},
                "number": {"type": "integer"},
            },
        },
        "rating": _NUMBER,
        "price": _NUMBER,
        "days": {"type": "integer"},
        "works": {"type": "integer"},
        "published_at": {"type": "date"},
        "is_available": {"type": "boolean"},
        "signals": {"properties": dict.fromkeys(STORED, _NUMBER)},
        "shown": {"type": "object", "enabled": False},
    },
}
SETTINGS: dict[str, Any] = {
    "number_of_shards": 1,
    "auto_expand_replicas": "0-1",
    "refresh_interval": "1s",
    "gc_deletes": "15m",  # so long a late message about a deleted document is known to be late
    "max_result_window": LAST_PAGE * 200,
}


def prefix() -> str:
    """What the names of all our indexes begin with: several installations may share a cluster."""
    return str(settings.ELASTICSEARCH_INDEX)


def alias() -> str:
    """The name under which this version of the code finds its index; an older or newer version finds none of it."""
    shape = json.dumps([MAPPINGS, SETTINGS], sort_keys=True)
    return f"{prefix()}-{VERSION}-{hashlib.sha256(shape.encode()).hexdigest()[:8]}"


def next_alias() -> str:
    """The name of the index that is being built beside the live one."""
    return f"{alias()}-next"


def fresh_name() -> str:
    """A name that no index has had."""
    return f"{alias()}-{secrets.token_hex(4)}"


def is_ours(index: str) -> bool:
    """Whether an index of this name was made by this installation, in whatever version."""
    return re.fullmatch(rf"{re.escape(prefix())}-\d+-[0-9a-f]{{8}}-[0-9a-f]{{8}}", index) is not None
