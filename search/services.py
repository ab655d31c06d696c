"""Keeping the index true to the domain: after each change, as a whole, and by checking."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from django.db import transaction

from marketplace.core.health import Part
from search.backends import engine
from search.documents import Source, source, sources

BATCH = 200
Progress = Callable[[int], object]


def reindex(kind: str, key: str) -> None:
    """Bring one document to the present state of the domain, or remove it. Harmless to repeat, in any order."""
    reindex_many(kind, [key])


@transaction.atomic
def reindex_many(kind: str, keys: Sequence[str]) -> int:
    """Bring documents to the present state; returns how many had changed or went. Meant for some hundreds at a time.

    The turn is taken before the domain is read: whoever writes last has read last, so the newest state stays.
    """
    index = engine()
    index.take_turns(kind, keys)
    documents = source(kind).build_many(keys)
    changed = index.index(documents.values())
    return changed + index.delete(kind, [key for key in keys if key not in documents])


def rebuild(kind: str = "", *, progress: Progress = lambda number: None) -> int:
    """Make all documents anew, or all of a kind, and forget those that are no more; returns how many were written.

    Goes in batches, each its own transaction: the index answers all the while, an interrupted run just starts again.
    """
    written = 0
    for each in _chosen(kind):
        for keys in batches(each.all_keys()):
            written += reindex_many(each.kind, keys)
            progress(len(keys))
        for keys in _extra(each):
            reindex_many(each.kind, keys)
    return written


def count(kind: str = "") -> int:
    """How many documents there should be."""
    return sum(1 for each in _chosen(kind) for _ in each.all_keys())


@dataclass
class Differences:
    """What a check found: keys by what is wrong with them."""

    kind: str
    seen: int = 0
    missing: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.missing or self.stale or self.extra)


def health() -> Part:
    """Whether there is an index to search in."""
    index = engine()
    is_filled = any(True for each in sources() for _ in index.keys(each.kind))
    return {
        "ok": is_filled,
        "essential": False,
        "detail": index.name if is_filled else "empty: manage.py search_rebuild",
    }


def check(kind: str = "", *, mend: bool = False, progress: Progress = lambda number: None) -> list[Differences]:
    """Compare the index with the domain, and mend what differs if asked to."""
    found = []
    for each in _chosen(kind):
        differences = Differences(each.kind)
        for keys in batches(each.all_keys()):
            _compare(each, keys, differences)
            progress(len(keys))
        for keys in _extra(each):
            differences.extra += keys
        if mend:
            for keys in batches([*differences.missing, *differences.stale, *differences.extra]):
                reindex_many(each.kind, keys)
        found.append(differences)
    return found


def _compare(each: Source, keys: Sequence[str], differences: Differences) -> None:
    indexed = engine().digests(each.kind, keys)
    for key, document in each.build_many(keys).items():
        differences.seen += 1
        if key not in indexed:
            differences.missing.append(key)
        elif indexed[key] != document.digest():
            differences.stale.append(key)


def _extra(each: Source) -> Iterator[list[str]]:
    """Keys that the index has and the domain has not."""
    for keys in batches(key for key, _ in engine().keys(each.kind)):
        there = set(each.present(keys))
        if extra := [key for key in keys if key not in there]:
            yield extra


def _chosen(kind: str) -> Iterable[Source]:
    return (source(kind),) if kind else sources()


def batches(keys: Iterable[str]) -> Iterator[list[str]]:
    """Keys by the hundreds, as `reindex_many` likes them."""
    waiting = iter(keys)
    while batch := list(islice(waiting, BATCH)):
        yield batch
