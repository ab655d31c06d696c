"""A whole index, made beside the live one by several processes, and put in its place.

While it is built the live one answers, and changes go into both. An interrupted run is taken up where it was left: what
the unfinished index holds is not made again. What a rebuild writes has the lowest version, so that it never replaces a
change that came meanwhile.
"""

import gc
import multiprocessing
import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import timedelta
from typing import TypeVar

from django.db import connection, connections
from elasticsearch import ApiError, TransportError

from marketplace.core import clock
from search.backends.elasticsearch import building, following, mapping
from search.backends.elasticsearch.client import forget
from search.backends.elasticsearch.engine import ElasticsearchEngine
from search.backends.elasticsearch.writing import FIRST_VERSION, NotWritten, Write, send
from search.documents import Source, source

T = TypeVar("T")
RESUMABLE = timedelta(days=1)
PATIENCE = 60.0  # seconds of waiting for a server that went away
MOST_PROCESSES = 4
_SECONDS_BETWEEN = 1.0


class Unfinished(Exception):
    """The server went away for too long. Another run goes on from here."""


def rebuild(
    sources: Sequence[Source],
    batches: Callable[[Iterator[str]], Iterator[list[str]]],
    *,
    anew: bool = False,
    processes: int = 0,
    patience: float = PATIENCE,
    progress: Callable[[int], object] = lambda number: None,
) -> int:
    """Make an index of all documents and let it answer; returns how many were written. Raises Unfinished.

    `anew`: also what an interrupted run has made already. `processes`: how many make documents; 0 for one a core.
    """
    index, is_resumed = patiently(lambda: _begin(anew), patience)
    work = ((each.kind, keys, is_resumed, patience) for each in sources for keys in batches(iter(each.all_keys())))
    written = 0
    for seen, made in _spread(work, _processes(processes)):
        written += made
        progress(seen)
    patiently(following.follow, patience)
    patiently(lambda: building.put_live(index), patience)
    patiently(following.follow, patience)
    return written


def _begin(anew: bool) -> tuple[str, bool]:
    index, is_resumed = building.begin(anew=anew)
    if is_resumed and clock.now() - building.made_at(index) > RESUMABLE:
        return building.begin(anew=True)
    return index, is_resumed


Work = tuple[str, list[str], bool, float]


def load(work: Work) -> tuple[int, int]:
    """Write a batch into the index that is being built; returns how many were looked at and how many written."""
    kind, keys, is_resumed, patience = work
    wanted = keys
    if is_resumed:
        index = ElasticsearchEngine()
        there = patiently(lambda: index.digests(kind, keys, index=mapping.next_alias()), patience)
        wanted = [key for key in keys if key not in there]
    documents = source(kind).build_many(wanted)
    writes = [Write(kind, key, FIRST_VERSION, document) for key, document in documents.items()]
    outcome = patiently(lambda: _send(writes), patience)
    following.note(kind, list(outcome))  # it is refused: the worker tries again, and says why
    return len(keys), len(writes) - len(outcome)


def _send(writes: Sequence[Write]) -> list[str]:
    """The keys that the server refused."""
    outcome = send(writes, [mapping.next_alias()])
    if outcome.postponed:
        raise NotWritten(next(iter(outcome.postponed.values())))
    return [key for _kind, key in outcome.refused]


def patiently(act: Callable[[], T], patience: float) -> T:
    """Do it, again and again while the server is away or busy. Raises Unfinished after `patience` seconds of that."""
    until = time.monotonic() + patience
    while True:
        try:
            return act()
        except (ApiError, TransportError, NotWritten) as error:
            if time.monotonic() > until:
                raise Unfinished(f"{type(error).__name__}: {error}"[:300]) from error
            time.sleep(min(_SECONDS_BETWEEN, patience))


def _processes(wanted: int) -> int:
    """How many processes; none beside this one where it works inside a transaction that others don't see."""
    if connection.in_atomic_block:
        return 1
    return wanted or min(os.cpu_count() or 1, MOST_PROCESSES)


def _spread(work: Iterator[Work], processes: int) -> Iterator[tuple[int, int]]:
    """Load batches, at most two a process waiting, so that memory stays flat however many there are."""
    if processes == 1:
        yield from map(load, work)
        return
    connections.close_all()  # children must not share a connection
    gc.collect()
    gc.freeze()  # what children have from their parent stays shared: collecting garbage would write to all of it
    with ProcessPoolExecutor(processes, multiprocessing.get_context("fork"), initializer=forget) as pool:
        pool.submit(os.getpid).result()  # all children are made now
        waiting: deque[Future[tuple[int, int]]] = deque()
        try:
            for batch in work:
                waiting.append(pool.submit(load, batch))
                if len(waiting) >= 2 * processes:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
        finally:
            gc.unfreeze()
