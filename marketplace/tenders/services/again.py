"""The second announcement, which follows a first failure by itself."""

from django.db import transaction
from django.urls import reverse

from marketplace.accounts.actors import Actor
from marketplace.core import clock, locks
from marketplace.tenders.models import Tender
from marketplace.tenders.services import checks, drafts, publishing, telling
from marketplace.tenders.services.moves import move


@transaction.atomic
def announce_again(pk: str) -> None:
    """The second announcement, at once and on the same terms. Harmless when it was made.

    What stands against it meanwhile (an item that was retired, a limit that changed) leaves it to the buyer.
    """
    year = clock.today().year
    locks.counter(f"{publishing.SERIES}-{year}")
    tender = locks.exclusive(Tender, pk)
    later = Tender.objects.filter(chain=tender.chain, attempt__gt=tender.attempt)
    if tender.state != Tender.State.FAILED or later.exists():
        return
    by = Actor.system()
    again = drafts.copy_of(tender, by=by)
    if checks.problems(again):
        telling.tell_buyer(tender, "tenders.failed")
        return
    again.number = locks.next_number(publishing.SERIES, year)
    again.save(update_fields=["number"])
    move(again, "schedule", by=by, itself=True)
    publishing.announce(again, by=by, itself=True)
    url = reverse("tender", args=[again.number])
    telling.tell_buyer(tender, "tenders.announced_again", url=url, again=again.number)


def prepare(tender: Tender, *, by: Actor) -> Tender:
    """A draft of the chain's next attempt, for the buyer to mend and publish. Inside a transaction; once."""
    draft = Tender.objects.filter(chain=tender.chain, state=Tender.State.DRAFT).first()
    return draft or drafts.copy_of(tender, by=by)
