"""Looking for what is new in the saved searches: each search, asked among the documents that were just written.

A change of a document leaves a row in the transaction of its index message; the worker takes the rows in batches, so
many changes cost few statements and no message waits for anybody's searches.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from marketplace.core import clock, deadlines, events, inbox, locks
from search.backends import embedded_engine
from search.backends.base import Hit
from search.events import HitsToMail
from search.labels import Labels
from search.messages import titles
from search.models import FreshDocument, SavedHit, SavedSearch
from search.query import Query
from search.saved import DIGEST, LOCK
from search.state import address, only, query_of

BATCH = 100  # documents looked at together
TOGETHER = 40  # searches asked in one statement
DIGEST_AT = time(8)  # local time of the daily summary


def note(kind: str, keys: Iterable[str]) -> None:
    """These documents were written; inside the transaction that wrote them."""
    FreshDocument.objects.bulk_create(FreshDocument(kind=kind, key=key) for key in keys)


def look() -> int:
    """Ask the saved searches about a batch of fresh documents; returns how many were looked at. The worker's errand."""
    if not FreshDocument.objects.exists():  # look before taking SQLite's writer lock
        return 0
    with transaction.atomic():
        locks.counter(LOCK)
        rows = list(FreshDocument.objects.order_by("pk")[:BATCH])
        fresh: dict[str, dict[str, None]] = defaultdict(dict)
        for row in rows:
            fresh[row.kind][row.key] = None
        searches = _active()
        for kind, keys in fresh.items():
            _ask(searches, kind, tuple(keys))
        FreshDocument.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def digest(pk: str) -> None:
    """Tell what a search found since the last summary; its deadline's act, harmless to repeat."""
    saved = SavedSearch.objects.select_for_update(of=("self",)).select_related("owner").filter(pk=pk).first()
    if saved is not None and saved.is_active:
        _tell(saved, list(saved.hits.filter(told_at=None).order_by("pk")))


def _active() -> list[tuple[SavedSearch, Query]]:
    labels = Labels()  # of all searches: the catalogue is read once
    active = SavedSearch.objects.filter(is_active=True, owner__is_active=True).select_related("owner").order_by("pk")
    active = active.defer("known")  # long, and asked for only where something was found
    return [(saved, query_of(saved.state, labels)) for saved in active]


def _ask(searches: Sequence[tuple[SavedSearch, Query]], kind: str, keys: tuple[str, ...]) -> None:
    asked = [(saved, only(query, kind, keys)) for saved, query in searches if not query.kinds or kind in query.kinds]
    for start in range(0, len(asked), TOGETHER):
        part = asked[start : start + TOGETHER]
        counts = embedded_engine().count([query for _saved, query in part])
        for (saved, query), number in zip(part, counts, strict=True):
            if number:
                _keep(saved, embedded_engine().search(query).hits)


def _keep(saved: SavedSearch, hits: Sequence[Hit]) -> None:
    """What is new among the hits is kept, and told now or with the next summary."""
    known = {(kind, key) for kind, key in saved.known}
    known |= set(saved.hits.filter(key__in=[hit.key for hit in hits]).values_list("kind", "key"))
    new = [hit for hit in hits if (hit.kind, hit.key) not in known and (not saved.is_broad or _is_later(hit, saved))]
    if not new:
        return
    moment = clock.now()
    found = SavedHit.objects.bulk_create(
        SavedHit(search=saved, kind=hit.kind, key=hit.key, title=hit.title, url=hit.url, found_at=moment) for hit in new
    )
    if saved.pace == SavedSearch.Pace.AT_ONCE:
        _tell(saved, found)
    else:
        deadlines.put(DIGEST, saved, _next_digest(moment))


def _is_later(hit: Hit, saved: SavedSearch) -> bool:
    return hit.published_at is not None and hit.published_at >= saved.since


def _next_digest(moment: datetime) -> datetime:
    local = timezone.localtime(moment)
    today = local.replace(hour=DIGEST_AT.hour, minute=DIGEST_AT.minute, second=0, microsecond=0)
    return today if today > local else today + timedelta(days=1)


def _tell(saved: SavedSearch, hits: Sequence[SavedHit]) -> None:
    if not hits:
        return
    if saved.by_inbox:
        words = {"name": saved.name, "count": len(hits), "titles": titles([hit.title for hit in hits])}
        inbox.tell([saved.owner], "search.new_hits", url=address(saved.state), **words)
    if saved.by_mail and saved.owner.email:
        events.publish(HitsToMail(saved.pk, [hit.pk for hit in hits]))
    SavedHit.objects.filter(pk__in=[hit.pk for hit in hits]).update(told_at=clock.now())
