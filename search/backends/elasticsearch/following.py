"""Elasticsearch follows the changes: each is noted in its own transaction, and the worker passes it on beside.

The outbox makes the embedded index true; the note of that is written in the same transaction. It is no outbox message
itself, because handlers run inside a transaction (on SQLite they would hold the one writer's lock while they wait for
somebody else's server) and are given up after some hours. A note stays until the server has the document.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from itertools import groupby

from django.db import transaction
from django.db.models import Q, QuerySet
from elasticsearch import ApiError, TransportError

from marketplace.core import clock
from search.backends import server
from search.backends.elasticsearch.breaker import Breaker
from search.backends.elasticsearch.client import client
from search.backends.elasticsearch.writing import FIRST_VERSION, Write, send, targets
from search.documents import source
from search.models import SearchChange

logger = logging.getLogger(__name__)
BATCH = 500
MOST_ROUNDS = 20  # of one errand: others wait for the same thread
LONGEST_WAIT = 900  # seconds until a refused document is tried again

writer = Breaker(threshold=1)


@transaction.atomic
def note(kind: str, keys: Sequence[str]) -> None:
    """These documents changed. To be called in the transaction of the change, in the document's turn."""
    if server() is None or not keys:
        return
    SearchChange.objects.filter(kind=kind, key__in=keys).delete()
    SearchChange.objects.bulk_create([SearchChange(kind=kind, key=key) for key in keys])


def errand() -> int:
    """Pass on what waits, unless the server was away just now; returns how many documents it took."""
    if server() is None or not _waiting().exists() or not writer.may_ask():
        return 0
    try:
        done = follow(rounds=MOST_ROUNDS)
    except (TransportError, ApiError) as error:
        writer.failed(f"{type(error).__name__}: {error}"[:200])
        return 0
    writer.succeeded()
    return done


def follow(*, rounds: int = 1_000_000, progress: Callable[[int], object] = lambda number: None) -> int:
    """Pass on changes until none waits; returns how many documents the server took. Raises the client's errors."""
    total = 0
    for _round in range(rounds):
        taken = _pass_on(list(_waiting().order_by("pk")[:BATCH]))
        if taken is None:
            break
        total += taken
        progress(taken)
    return total


def _pass_on(changes: Sequence[SearchChange]) -> int | None:
    """One batch; None if there is nothing more to do now."""
    if not changes:
        return None
    writes = list(_writes(changes))
    names = targets(client())  # asked after the documents were read, see there
    if not names:
        return None  # there is no index: search_rebuild makes one, and then these go into it
    outcome = send(writes, names, refresh=True)
    done = [c.pk for c in changes if not {(c.kind, c.key)} & (outcome.refused.keys() | outcome.postponed.keys())]
    SearchChange.objects.filter(pk__in=done).delete()
    for change in changes:
        reason = outcome.refused.get((change.kind, change.key))
        if reason:
            _put_off(change, reason)
    if outcome.postponed:
        reason = next(iter(outcome.postponed.values()))
        logger.warning("%d documents wait for the search server: %s", len(outcome.postponed), reason)
    return len(done) or None


def _writes(changes: Sequence[SearchChange]) -> Iterable[Write]:
    """The present state of the changed documents, which is as new as the change or newer."""
    in_kinds = sorted(changes, key=lambda change: change.kind)
    for kind, group in groupby(in_kinds, key=lambda change: change.kind):
        of_kind = list(group)
        documents = source(kind).build_many([change.key for change in of_kind])
        for change in of_kind:
            yield Write(kind, change.key, change.pk + FIRST_VERSION, documents.get(change.key))


def _put_off(change: SearchChange, reason: str) -> None:
    """The server refuses this one document: it must not hold up the others."""
    wait = timedelta(seconds=min(2 ** (change.attempts + 1), LONGEST_WAIT))
    logger.warning("the search server refuses %s: %s", change, reason)
    SearchChange.objects.filter(pk=change.pk).update(
        attempts=change.attempts + 1, retry_at=clock.now() + wait, error=reason
    )


def _waiting() -> QuerySet[SearchChange]:
    return SearchChange.objects.filter(Q(retry_at=None) | Q(retry_at__lte=clock.now()))
