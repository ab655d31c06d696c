"""Keeping the index true to the domain: after each change, as a whole, and by checking."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from django.db import transaction

from marketplace.core.health import Part
from search.backends import embedded_engine, server
from search.backends.base import Engine
from search.documents import Document, Source, source, sources

BATCH = 200
Progress = Callable[[int], object]


def reindex(kind: str, key: str) -> None:
    """Bring one document to the present state of the domain, or remove it. Harmless to repeat, in any order."""
    reindex_many(kind, [key])


@transaction.atomic
def reindex_many(kind: str, keys: Sequence[str]) -> int:
    """Bring documents to the present state; returns how many had changed or went. Meant for some hundreds at a time.

    The turn is taken before the domain is read: whoever writes last has read last, so the newest state stays. A search
    server, where there is one, hears of the change from the note that is written with it.
    """
    index = embedded_engine()
    index.take_turns(kind, keys)
    documents = source(kind).build_many(keys)
    before = index.digests(kind, keys) if server() else {}
    changed = index.index(documents.values())
    gone = index.delete(kind, [key for key in keys if key not in documents])
    if server():
        differing = [key for key in keys if before.get(key) != (documents[key].digest() if key in documents else None)]
        note(kind, differing)
    return changed + gone


def note(kind: str, keys: Sequence[str]) -> None:
    """Let the search server, where there is one, follow these documents."""
    if keys and server():
        from search.backends.elasticsearch import following  # the client is loaded where a server is set

        following.note(kind, keys)


def follow() -> int:
    """Pass on to the search server what has changed; the worker's errand. Returns how many documents it took."""
    if not server():
        return 0
    from search.backends.elasticsearch import following

    return following.errand()


def rebuild(kind: str = "", *, progress: Progress = lambda number: None) -> int:
    """Make the embedded index anew, or a kind of it, and forget what is no more; returns how many were written.

    Goes in batches, each its own transaction: the index answers all the while, an interrupted run just starts again.
    """
    written = 0
    for each in _chosen(kind):
        for keys in batches(each.all_keys()):
            written += reindex_many(each.kind, keys)
            progress(len(keys))
        for keys in _extra(each, embedded_engine()):
            reindex_many(each.kind, keys)
    return written


def rebuild_server(
    kind: str = "", *, anew: bool = False, processes: int = 0, patience: float = 60, progress: Progress = lambda n: None
) -> int:
    """Make a new index on the search server and put it in the place of the live one; returns how many were written.

    Of one kind alone: write its documents anew into the live index. Raises `rebuilding.Unfinished` if the server is
    away for longer than `patience` seconds; the next run then goes on from there, unless it is to begin `anew`.
    """
    from search.backends.elasticsearch import building, following, mapping, rebuilding

    if not kind or not rebuilding.patiently(lambda: building.behind(mapping.alias()), patience):
        return rebuilding.rebuild(
            sources(), batches, anew=anew, processes=processes, patience=patience, progress=progress
        )
    for keys in batches(source(kind).all_keys()):
        note(kind, keys)
    for keys in _extra(source(kind), all_engines()[-1]):
        note(kind, keys)
    return following.follow(progress=progress)


def count(kind: str = "") -> int:
    """How many documents there should be."""
    return sum(1 for each in _chosen(kind) for _ in each.all_keys())


@dataclass
class Differences:
    """What a check found in one engine: keys by what is wrong with them."""

    kind: str
    engine: str = "embedded"
    seen: int = 0
    missing: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.missing or self.stale or self.extra)

    @property
    def keys(self) -> list[str]:
        """All that differ."""
        return [*self.missing, *self.stale, *self.extra]


def health() -> Part:
    """Whether there is an index to search in, and whether the search server answers where one is set."""
    index = embedded_engine()
    is_filled = any(True for each in sources() for _ in index.keys(each.kind))
    if is_filled and server():
        from search.backends.elasticsearch.condition import condition

        return condition()
    return {
        "ok": is_filled,
        "essential": False,
        "detail": index.name if is_filled else "empty: manage.py search_rebuild",
    }


def check(
    kind: str = "", *, mend: bool = False, engines: Sequence[Engine] = (), progress: Progress = lambda number: None
) -> list[Differences]:
    """Compare the engines (all, or the given) with the domain, and mend what differs if asked to.

    Raises what the search server's client raises when it doesn't answer.
    """
    found: list[Differences] = []
    indexes = tuple(engines) or all_engines()
    other = server()
    if mend and other and other.name in {index.name for index in indexes} and not other.is_there():
        rebuild_server()
    for each in _chosen(kind):
        differences = {index.name: Differences(each.kind, index.name) for index in indexes}
        for keys in batches(each.all_keys()):
            documents = each.build_many(keys)
            for index in indexes:
                _compare(index, documents, differences[index.name])
            progress(len(keys))
        for index in indexes:
            for keys in _extra(each, index):
                differences[index.name].extra += keys
        if mend:
            for index in indexes:
                _mend(index, differences[index.name])
        found += differences.values()
    return found


def all_engines() -> tuple[Engine, ...]:
    """The embedded engine, and the search server where one is set."""
    other = server()
    return (embedded_engine(), other) if other else (embedded_engine(),)


def _compare(index: Engine, documents: Mapping[str, Document], differences: Differences) -> None:
    indexed = index.digests(differences.kind, list(documents))
    for key, document in documents.items():
        differences.seen += 1
        if key not in indexed:
            differences.missing.append(key)
        elif indexed[key] != document.digest():
            differences.stale.append(key)


def _mend(index: Engine, differences: Differences) -> None:
    if index.name == embedded_engine().name:
        for keys in batches(differences.keys):
            reindex_many(differences.kind, keys)
    elif differences:
        from search.backends.elasticsearch import following

        for keys in batches(differences.keys):
            note(differences.kind, keys)
        following.follow()


def _extra(each: Source, index: Engine) -> Iterator[list[str]]:
    """Keys that the index has and the domain has not."""
    for keys in batches(key for key, _ in index.keys(each.kind)):
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
