"""Which agencies could take a buyer's own purchase: the tenders app judges, search only narrows by the answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.tenders import queries as tenders
from marketplace.tenders.models import Tender

OFFERED = 5
# Before its close, while who could take it still matters.
_ASKED_ABOUT = (Tender.State.DRAFT, Tender.State.CHECKING, Tender.State.SCHEDULED, Tender.State.PUBLISHED)


@dataclass(frozen=True)
class Purchase:
    """A purchase of the one who asks. `value`: its number, or for a draft its primary key."""

    tender: Tender

    @property
    def value(self) -> str:
        """How parameters name it."""
        return self.tender.number or str(self.tender.pk)

    @property
    def label(self) -> str:
        """Its title, or the item that is to be bought."""
        return self.tender.title or _("%(item)s（草稿）") % {"item": self.tender.item.label}


def purchase(actor: Actor | None, value: str) -> Purchase | None:
    """The actor's own purchase of this number or primary key; None for what isn't theirs."""
    if actor is None or actor.user is None:
        return None
    mine = tenders.of_buyer(actor)
    found = mine.filter(number=value).first()
    if found is None and value.isascii() and value.isdecimal() and len(value) < 16:
        found = mine.filter(pk=int(value), number__isnull=True).first()
    return None if found is None else Purchase(found)


def purchases(actor: Actor | None) -> list[Purchase]:
    """The actor's newest purchases that still look for somebody, to choose from."""
    if actor is None or actor.user is None:
        return []
    return [Purchase(tender) for tender in tenders.of_buyer(actor).filter(state__in=_ASKED_ABOUT)[:OFFERED]]


def agencies_for(asked: Purchase) -> tuple[str, ...]:
    """The credit codes of the agencies that could take it today."""
    found: Sequence[str] = tenders.eligible_agencies(asked.tender, tenders.rules_of(asked.tender))
    return tuple(found)
