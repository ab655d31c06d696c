"""Uploads that no record took: a form that was refused and left keeps its file for a while, and not for ever.

Every night: rows older than AGE that nothing in the database points to and no log entry names, then their bytes.
"""

import re
import time
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, ManyToManyField, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from marketplace.core import clock, deadlines, files, locks
from marketplace.core.models import Deadline, LogEntry, StoredFile, Zone

KIND = "core.forgotten_files"
AGE = timedelta(days=30)
YOUNG_SECONDS = 24 * 3600  # bytes touched since are about to be named by a new row
HOUR = 3  # of the night
AT_ONCE = 1000
HASH = re.compile(r"\b[0-9a-f]{64}\b")


@transaction.atomic
def ensure() -> None:
    """See to it that the nightly round is planned, where a zone is open."""
    locks.counter(KIND)
    if Zone.current() is not None and not Deadline.objects.filter(kind=KIND, done_at=None).exists():
        _plan_next()


def run(pk: str) -> None:
    """The deadline's handler: remove what was forgotten, and plan the next night."""
    remove()
    _plan_next()


def remove() -> int:
    """Remove what was forgotten; returns how many rows. Their bytes go after the commit."""
    found = list(forgotten()[:AT_ONCE])
    named = _named_in_the_log({each.sha256 for each in found}, min((f.created_at for f in found), default=clock.now()))
    gone = [each for each in found if each.sha256 not in named]
    StoredFile.objects.filter(pk__in=[each.pk for each in gone]).delete()
    hashes = sorted({each.sha256 for each in gone})
    transaction.on_commit(lambda: _remove_bytes(hashes))
    return len(gone)


def forgotten() -> QuerySet[StoredFile]:
    """Old rows that no other row points to, by whatever foreign key or list of files there is."""
    rows = StoredFile.objects.filter(created_at__lt=clock.now() - AGE).order_by("created_at")
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if relation.auto_created and relation.is_relation and not relation.concrete:
            field = relation.field  # type: ignore[union-attr]
            if isinstance(field, ManyToManyField):
                continue  # its own table points here by a foreign key, which is among the relations
            rows = rows.exclude(Exists(field.model._base_manager.filter(**{field.attname: OuterRef("pk")})))
    return rows


def _named_in_the_log(hashes: Iterable[str], since: datetime) -> set[str]:
    """Which of the hashes a log entry names: what was once filed stays, also when it was replaced."""
    wanted = set(hashes)
    if not wanted:
        return set()
    entries = LogEntry.objects.filter(at__gte=since).annotate(text=Cast("data", TextField()))
    texts = entries.filter(Q(text__contains="sha256")).values_list(F("text"), flat=True)
    return {found for text in texts.iterator() for found in HASH.findall(text)} & wanted


def _remove_bytes(hashes: Iterable[str]) -> None:
    for sha256 in hashes:
        path = files.path_of(sha256)
        if StoredFile.objects.filter(sha256=sha256).exists() or not path.exists():
            continue
        if time.time() - path.stat().st_mtime > YOUNG_SECONDS:
            path.unlink(missing_ok=True)


def _plan_next() -> None:
    zone = Zone.current()
    if zone is None:
        return
    tomorrow = clock.local(clock.now()) + timedelta(days=1)
    deadlines.put(KIND, zone, tomorrow.replace(hour=HOUR, minute=0, second=0, microsecond=0))
