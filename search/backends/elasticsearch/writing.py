"""Writing to Elasticsearch: what is written carries the number of its change, and the highest number stays.

A request that comes twice or late does no harm: the server refuses a lower number than it has, which is as good as
done. Everything goes to the live index and to the one that is being built beside it, if there is one, by their
aliases only: a bulk request to a name that is gone would make an index of that name without our mapping.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from elasticsearch import Elasticsearch

from search.backends.elasticsearch import mapping
from search.backends.elasticsearch.bodies import body, name_of
from search.backends.elasticsearch.client import client
from search.documents import Document
from search.models import SearchChange

FIRST_VERSION = 1  # of what a rebuild writes: any change is newer
MOST_BYTES = 8 * 1024 * 1024  # of one request


@dataclass(frozen=True)
class Write:
    """One document at one version; None: it is gone."""

    kind: str
    key: str
    version: int
    document: Document | None


@dataclass
class Outcome:
    """How writing went: documents refused, with the server's reason, and those that no index took for now."""

    refused: dict[tuple[str, str], str] = field(default_factory=dict)
    postponed: dict[tuple[str, str], str] = field(default_factory=dict)


class NotWritten(Exception):
    """The server didn't take what it was given."""


def targets(server: Elasticsearch) -> list[str]:
    """The aliases to write to. To be asked after the documents are read: an index made later reads them itself."""
    names = [mapping.alias(), mapping.next_alias()]
    return [name for name in names if server.indices.exists_alias(name=name)]


def send(writes: Sequence[Write], names: Iterable[str], *, refresh: bool = False) -> Outcome:
    """Write to these indexes. Raises what the client raises when the server doesn't answer."""
    outcome = Outcome()
    for name in names:
        for lines, batch in _batches(writes, name):
            answer = client().bulk(operations=lines, require_alias=True, refresh=refresh)
            for write, item in zip(batch, answer["items"], strict=True):
                _judge(write, next(iter(item.values())), outcome)
    return outcome


def written(kind: str, keys: Sequence[str], documents: Mapping[str, Document]) -> int:
    """Write these now, each under a new number, and let them be found at once; returns how many.

    Keys without a document are removed. Raises NotWritten.
    """
    if not keys:
        return 0
    SearchChange.objects.filter(kind=kind, key__in=keys).delete()
    noted = SearchChange.objects.bulk_create(SearchChange(kind=kind, key=key) for key in keys)
    writes = [Write(kind, change.key, change.pk + FIRST_VERSION, documents.get(change.key)) for change in noted]
    outcome = send(writes, [mapping.alias()], refresh=True)
    if problem := next(iter([*outcome.refused.values(), *outcome.postponed.values()]), ""):
        raise NotWritten(problem)
    SearchChange.objects.filter(pk__in=[change.pk for change in noted]).delete()
    return len(writes)


def _judge(write: Write, item: Mapping[str, Any], outcome: Outcome) -> None:
    status = item["status"]
    if status < 300 or status == 409 or (status == 404 and "error" not in item):
        return  # done; or a newer one is there; or what is gone was not there
    reason = f"{item['error']['type']}: {item['error']['reason']}"[:2000]
    is_its_own_fault = 400 <= status < 500 and status not in (404, 408, 429)
    (outcome.refused if is_its_own_fault else outcome.postponed)[write.kind, write.key] = reason


def _batches(writes: Sequence[Write], index: str) -> Iterator[tuple[list[Any], list[Write]]]:
    """Lines of bulk requests that are not too long, each with its writes."""
    lines: list[Any] = []
    batch: list[Write] = []
    size = 0
    for write in writes:
        act: dict[str, Any] = {
            "_index": index,
            "_id": name_of(write.kind, write.key),
            "version": write.version,
            "version_type": "external",
        }
        if write.document is None:
            lines.append({"delete": act})
        else:
            made = body(write.document)
            size += sum(map(len, made["words"].values())) * 4
            lines += [{"index": act}, made]
        batch.append(write)
        if size > MOST_BYTES:
            yield lines, batch
            lines, batch, size = [], [], 0
    if batch:
        yield lines, batch
