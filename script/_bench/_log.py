"""The measured process of the benchmark `log`: prints its figures as one line of JSON. Arguments: few, many."""

import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import django

ROUNDS = 15
BATCH = 500


def main(few: int, many: int) -> dict[str, Any]:
    """Fill the public log to `few` and to `many` entries and measure at both."""
    from marketplace.core import log, log_proof
    from marketplace.core.models import LogEntry, Zone

    zone = Zone.objects.create(name="测速", owner="", region_code="440100", region_name="")
    entries = _waiting(zone, few)
    begun = time.perf_counter()
    for number, entry in enumerate(entries, start=1):
        entry.number = number
        log_proof.leaf_hash(log_proof.content(entry))
    found: dict[str, Any] = {"bare_s": time.perf_counter() - begun, "few": _measured(zone, few)}
    _waiting(zone, many - LogEntry.objects.count())
    found["many"] = _measured(zone, many)
    begun = time.perf_counter()
    if (broken := log.first_broken("public")) is not None:
        raise SystemExit(f"the log is broken at {broken}")
    found["verify_per_second"] = LogEntry.objects.count() / (time.perf_counter() - begun)
    return found


def _waiting(zone: Any, count: int) -> list[Any]:
    """Entries of the size of an announcement that wait for their number."""
    from marketplace.core.models import LogEntry

    data = {"title": "环境影响报告表编制", "content": "按技术导则编制并通过评审。" * 20, "ceiling": "80000.00"}
    common = {"log": "public", "actor_label": "系统", "action": "tender.publish", "subject": "tenders.tender:1"}
    entries = [LogEntry(**common, subject_label=str(zone), data={**data, "n": n}) for n in range(count)]
    return list(LogEntry.objects.bulk_create(entries, batch_size=5000))


def _measured(zone: Any, size: int) -> dict[str, float]:
    from marketplace.core import log, log_tree, merkle
    from marketplace.core.models import LogEntry

    begun = time.perf_counter()
    while log.sequence():
        pass
    found = {"sequence_s": time.perf_counter() - begun}
    read = log_tree.reader("public")
    middle = LogEntry.objects.get(log="public", number=size // 2)
    found["inclusion_ms"] = _median_ms(lambda: log.proof_of(middle))
    found["consistency_ms"] = _median_ms(lambda: merkle.consistency_proof(size // 3, size, read))
    times = []
    for _ in range(ROUNDS):
        _waiting(zone, BATCH)
        times.append(_seconds(log.sequence))
    return {**found, "batch_ms": 1000 * statistics.median(times)}


def _median_ms(work: Callable[[], object]) -> float:
    return 1000 * statistics.median(_seconds(work) for _ in range(10 * ROUNDS))


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    django.setup()
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))))
