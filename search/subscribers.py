"""What changes in the domain, and which documents it makes stale."""

from collections.abc import Iterable, Sequence

from marketplace.agencies.events import AgencyChanged
from marketplace.agencies.models import Agency
from marketplace.catalogue.events import ItemChanged
from marketplace.catalogue.models import ServiceItem
from marketplace.core import events
from marketplace.tenders import queries as tenders
from marketplace.tenders.events import TenderChanged
from marketplace.tenders.models import Tender
from search import services, vocabulary, watching
from search.documents import offers, walk
from search.events import DocumentsStale
from search.kinds import AGENCY, AWARD, ITEM, OFFER, TENDER


def agency_changed(event: AgencyChanged) -> None:
    """The agency's document follows, and those of its offers; also of such as were removed."""
    agency = Agency.objects.filter(pk=event.agency_id).select_related("organisation").first()
    if agency is None:
        return
    _follow(AGENCY, [agency.credit_code])
    every = ServiceItem.objects.values_list("code", flat=True)
    for batch in services.batches(offers.keys_of(agency, list(every))):
        _follow(OFFER, batch)


def tender_changed(event: TenderChanged) -> None:
    """The tender's document follows, once it has a number, and that of its award."""
    for number in Tender.objects.filter(pk=event.tender_id, number__isnull=False).values_list("number", flat=True):
        _follow(TENDER, [str(number)])
        _follow(AWARD, [str(number)])


def item_changed(event: ItemChanged) -> None:
    """The item's document follows, and all in which its names stand: of agencies that offer it, of tenders for it."""
    vocabulary.forget()
    item = ServiceItem.objects.filter(pk=event.item_id).first()
    if item is None:
        return
    _follow(ITEM, [item.code])
    offering = Agency.objects.filter(offers__item=item).distinct()
    _stale(AGENCY, walk(offering, "organisation__credit_code"))
    _stale(OFFER, (f"{code}{offers.SEPARATOR}{item.code}" for code in walk(offering, "organisation__credit_code")))
    _stale(TENDER, walk(tenders.public().filter(item=item), "number"))


def documents_stale(event: DocumentsStale) -> None:
    """A batch is made anew."""
    _follow(event.kind, event.keys)


def _follow(kind: str, keys: Sequence[str]) -> None:
    """The documents follow the domain; what changed is new to those who keep a search."""
    if services.reindex_many(kind, keys):
        watching.note(kind, keys)


def _stale(kind: str, keys: Iterable[str]) -> None:
    for batch in services.batches(keys):
        events.publish(DocumentsStale(kind, batch))
