"""What every act on a contract begins and ends with: the locks, the side, the state's trace, the message."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation, User
from marketplace.accounts.queries import people_of
from marketplace.agencies.models import Agency
from marketplace.contracts import rules
from marketplace.contracts.events import ContractChanged
from marketplace.contracts.models import Contract
from marketplace.contracts.rules import ROLES, Side
from marketplace.core import clock, events, inbox, locks, log
from marketplace.tenders.models import Tender


def locked(pk: int) -> Contract:
    """The contract, locked after its agency and its tender: most acts go on to write there."""
    known = Contract.objects.values("agency_id", "award__tender_id").get(pk=pk)
    locks.exclusive(Agency, known["agency_id"])
    locks.exclusive(Tender, known["award__tender_id"])
    locks.exclusive(Contract, pk)
    return Contract.objects.select_related("buyer", "agency__organisation", "award__tender__item").get(pk=pk)


def organisation_of(contract: Contract, side: Side) -> Organisation:
    """The organisation on this side."""
    return contract.buyer if side is Side.BUYER else contract.agency.organisation


def require_side(contract: Contract, side: Side, by: Actor) -> None:
    """NotAllowed unless the actor acts for this side in the role that signs, delivers, accepts and rates for it."""
    by.require_member(organisation_of(contract, side), ROLES[side])


def own_side(contract: Contract, by: Actor) -> Side:
    """The side for which the actor may act. NotAllowed when there is none."""
    if by.acts_for(contract.buyer, ROLES[Side.BUYER]) and not by.is_system:
        return Side.BUYER
    require_side(contract, Side.AGENCY, by)
    return Side.AGENCY


def move(
    contract: Contract,
    act: str,
    *,
    by: Actor,
    fields: Iterable[str] = (),
    data: dict[str, Any] | None = None,
    by_itself: bool = False,
) -> None:
    """Take the contract to the act's state: saved, logged, told upward. WrongState, AlreadyDone."""
    before = rules.CONTRACT.move(contract, act)
    contract.save(update_fields=["state", *fields])
    passed = {"passed_by_itself": True} if by_itself else {}
    log.record(
        f"contract.{act}", contract, by=by, data={"from": before, "to": contract.state, **(data or {}), **passed}
    )
    events.publish(changed(contract))


def changed(contract: Contract) -> ContractChanged:
    """The event that says the contract's state."""
    return ContractChanged(contract.pk, contract.number, contract.award.tender_id, contract.state)


def written(moment: datetime) -> str:
    """A moment for messages, the same in every language: `2026-03-20 17:00`."""
    return f"{clock.local(moment):%Y-%m-%d %H:%M}"


def tell(contract: Contract, sides: Iterable[Side], kind: str, *, anchor: str = "", **params: Any) -> None:
    """Tell the people who act for these sides."""
    people = [person for side in sides for person in people_of(organisation_of(contract, side), ROLES[side])]
    tell_people(contract, people, kind, anchor=anchor, **params)


def tell_people(contract: Contract, people: Iterable[User], kind: str, *, anchor: str = "", **params: Any) -> None:
    """Tell these people about the contract."""
    url = reverse("contract", args=[contract.number]) + anchor
    inbox.tell(people, kind, url=url, number=contract.number, title=contract.title, **params)


def public_words(contract: Contract) -> dict[str, Any]:
    """What the agency's page may say of a contract: of one that came of invited quotes only the item."""
    if not contract.award.tender.is_invited:
        return {"title": contract.title, "client": contract.buyer.name, "amount": contract.amount}
    return {"title": contract.award.tender.item.name, "client": "（不公开）", "amount": Decimal(0)}
