"""What the contract tells downward: the purchase follows it to its end."""

from django.db import transaction

from marketplace.accounts.actors import Actor
from marketplace.core import locks
from marketplace.tenders import rules
from marketplace.tenders.models import Tender
from marketplace.tenders.services import disclosing
from marketplace.tenders.services.moves import move


@transaction.atomic
def follow_contract(tender: Tender, act: str, *, by: Actor) -> Tender:
    """Bring the tender where its contract is: "contracted", "in_service", "accepted", "closed_ok" or "terminated".

    AlreadyDone, WrongState; KeyError for another act.
    """
    name = rules.FOLLOWED[act]
    tender = locks.exclusive(Tender, tender.pk)
    move(tender, name, by=by)
    disclosing.act(f"tender.{act}", tender, by=by)
    return tender
