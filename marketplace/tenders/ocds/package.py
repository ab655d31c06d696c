"""Packages of releases: of one purchase, and of all."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from marketplace.accounts.models import Organisation
from marketplace.core import clock
from marketplace.core.deadlines import subject_of
from marketplace.core.models import LogEntry, Zone
from marketplace.tenders.models import Tender
from marketplace.tenders.ocds import VERSION, release


def releases_of(tender: Tender) -> list[release.Release]:
    """All releases of an announced tender, the oldest first; none of another."""
    if not tender.is_public:
        return []
    entries = list(LogEntry.objects.filter(log="public", subject=subject_of(tender)).order_by("at", "pk"))
    codes = release.codes_in(entries)
    names = dict(Organisation.objects.filter(credit_code__in=codes).values_list("credit_code", "name"))
    before = _public().filter(chain=tender.chain, attempt__lt=tender.attempt).order_by("attempt")
    earlier = [f"{settings.OCID_PREFIX}-{number}" for number in before.values_list("number", flat=True)]
    return release.releases(entries, names, earlier)


def every_release() -> Iterator[release.Release]:
    """Of every tender that was ever announced, one after the other."""
    for tender in _public().order_by("number").defer("record", "wrapped_key", "content").iterator(chunk_size=200):
        yield from releases_of(tender)


def package(found: Iterable[release.Release], uri: str) -> dict[str, Any]:
    """A release package; `uri` is where it is to be had."""
    zone = Zone.current()
    listed = list(found)
    newest = max((each["date"] for each in listed), default=release.moment(clock.now()))
    return {
        "uri": uri,
        "version": VERSION,
        "publishedDate": newest,
        "publisher": {"name": zone.owner if zone else settings.OCID_PREFIX},
        "releases": listed,
    }


def _public() -> QuerySet[Tender]:
    return Tender.objects.filter(published_at__isnull=False)
