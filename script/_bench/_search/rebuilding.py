"""Making the whole index on Elasticsearch of domain rows, beside `helpers.parallel_bulk` on ready-made documents."""

import os
import sys
import threading
import time
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

import django

from script import _children
from script._bench._search import tell

LEAST_SHARE, MOST_MB = 0.15, 400
READY_MADE = 20_000
SCRATCH = "bench-ready-made"


def made() -> Iterator[dict[str, Any]]:
    """Documents of the site as the server is given them, agencies and offers as they are mixed."""
    from search import documents, services
    from search.backends.elasticsearch.bodies import body, name_of

    sources = [documents.source("agency"), documents.source("offer")]
    for source, number in zip(sources, (READY_MADE // 9, READY_MADE * 8 // 9), strict=True):
        every = chain.from_iterable(source.build_many(k).values() for k in services.batches(source.all_keys()))
        for document in islice(every, number):
            yield {"_id": name_of(document.kind, document.key), **body(document)}


def small(number: int) -> Iterator[dict[str, Any]]:
    """Documents of three fields."""
    for place in range(number):
        yield {"_id": str(place), "kind": "offer", "key": str(place), "is_available": True}


def ready_made(actions: list[dict[str, Any]]) -> float:
    """Documents a second that `parallel_bulk` writes into an index of our shape."""
    from elasticsearch import helpers

    from search.backends.elasticsearch import mapping
    from search.backends.elasticsearch.client import client

    client().indices.delete(index=SCRATCH, ignore_unavailable=True)
    settings = {**mapping.SETTINGS, "refresh_interval": "-1"}
    client().indices.create(index=SCRATCH, mappings=mapping.MAPPINGS, settings=settings)
    begun = time.perf_counter()
    for _done in helpers.parallel_bulk(client(), actions, index=SCRATCH, thread_count=os.cpu_count() or 1):
        pass
    client().indices.refresh(index=SCRATCH)
    rate = len(actions) / (time.perf_counter() - begun)
    client().indices.delete(index=SCRATCH)
    return rate


class Memory:
    """Watches what a process and its children take together: the sum of their proportional shares (Linux)."""

    def __init__(self, pid: int) -> None:
        self.pid, self.samples = pid, list[float]()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Memory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.3):
            if taken := sum(map(_share, _family(self.pid))):
                self.samples.append(taken)


def _family(pid: int) -> list[int]:
    try:
        born = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return [pid]
    return [pid, *chain.from_iterable(_family(int(each)) for each in born)]


def _share(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


def main(label: str) -> None:
    """Yardstick, rebuild, yardstick again; the rebuild in a process of its own, so that its memory is its own."""
    ready = list(made())
    small_ready = list(small(READY_MADE))
    ready_made(ready[:2000])
    before, of_small = ready_made(ready), ready_made(small_ready)
    process = _children.spawn([sys.executable, "-m", "script._bench._search.rebuilding", "inside"], piped=True)
    with Memory(process.pid) as memory:
        printed, _ = process.communicate()
    written, seconds = (float(part) for part in printed.split()[-2:])
    after = ready_made(ready)
    rate, yardstick = written / seconds, (before + after) / 2
    tell(f"search.rebuild_at_{label}", rate, "1/s", 0, higher_is_better=True)
    tell(f"search.ready_made_at_{label}", yardstick, "1/s", 0, higher_is_better=True)
    tell(f"search.ready_made_small_at_{label}", of_small, "1/s", 0, higher_is_better=True)
    tell(f"search.rebuild_to_ready_made_at_{label}", rate / yardstick, "ratio", LEAST_SHARE, higher_is_better=True)
    of = rate / of_small
    tell(f"search.rebuild_to_ready_made_small_at_{label}", of, "ratio", LEAST_SHARE, higher_is_better=True)
    tell(f"search.rebuild_memory_at_{label}", max(memory.samples), "MB", MOST_MB)
    tenth = max(len(memory.samples) // 10, 1)
    growth = max(memory.samples) - max(memory.samples[: 2 * tenth])
    tell(f"search.rebuild_memory_growth_after_first_fifth_at_{label}", growth, "MB", 100)


def inside() -> None:
    """Make the index anew; print how many documents and in how many seconds."""
    from search import services

    begun = time.perf_counter()
    written = services.rebuild_server(anew=True)
    print(written, time.perf_counter() - begun)


if __name__ == "__main__":
    django.setup()
    if sys.argv[1] == "inside":
        inside()
    else:
        main(sys.argv[1])
