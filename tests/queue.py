"""The worker's round, run to its end inside a test."""

from marketplace.core import deadlines, events, log
from marketplace.core.models import Deadline, OutboxMessage

MAX_ROUNDS = 100


def drain() -> int:
    """Carry out due deadlines, events and log numbering until nothing waits; returns how much was done.

    Raises AssertionError with the error of a handler that failed, or if the queue feeds itself for ever.
    """
    total = 0
    for _ in range(MAX_ROUNDS):
        done = deadlines.run_due() + events.dispatch() + log.sequence()
        failed = [
            *Deadline.objects.filter(done_at=None, attempts__gt=0),
            *OutboxMessage.objects.filter(done_at=None, attempts__gt=0),
        ]
        if failed:
            raise AssertionError("; ".join(f"{row}: {row.error}" for row in failed))
        if not done:
            return total
        total += done
    raise AssertionError(f"the queue was not empty after {MAX_ROUNDS} rounds")
