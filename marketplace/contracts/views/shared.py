"""How a view finds its contract: only what this actor may see, with everything applied that time has decided."""

from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from marketplace.accounts.actors import Actor
from marketplace.accounts.decorators import acting
from marketplace.contracts import queries
from marketplace.contracts.models import Contract, Deliverable, Milestone
from marketplace.contracts.rules import ROLES, Side
from marketplace.core import deadlines
from marketplace.core.errors import NotAllowed


def find(request: HttpRequest, number: str) -> Contract:
    """The contract with its parts; 404 for whoever may not see it."""
    contracts = queries.with_parts(queries.visible_to(acting(request)))
    contract = get_object_or_404(contracts, number=number)
    return get_object_or_404(contracts, number=number) if _apply_due(contract) else contract


def find_milestone(contract: Contract, position: int) -> Milestone:
    """The contract's milestone at this place; 404 when there is none."""
    for milestone in contract.milestones.all():
        if milestone.position == position:
            return milestone
    raise Http404


def find_deliverable(contract: Contract, pk: int) -> Deliverable:
    """The contract's deliverable; 404 when it is another contract's."""
    for milestone in contract.milestones.all():
        for deliverable in milestone.deliverables.all():
            if deliverable.pk == pk:
                return deliverable
    raise Http404


def require(contract: Contract, side: Side, actor: Actor) -> None:
    """NotAllowed unless the actor acts for this side: before a form is shown that the service would refuse."""
    if queries.side_of(contract, actor) != side or not actor.acts_for(actor.organisation, ROLES[side]):
        raise NotAllowed


def back(contract: Contract, anchor: str = "") -> HttpResponseRedirect:
    """To the contract's page."""
    return HttpResponseRedirect(reverse("contract", args=[contract.number]) + anchor)


def _apply_due(contract: Contract) -> bool:
    """Whether something of this contract was due and is carried out now."""
    waiting = [
        ("contracts.silence", deliverable)
        for milestone in contract.milestones.all()
        for deliverable in milestone.deliverables.all()
        if deliverable.state == Deliverable.State.SUBMITTED
    ]
    applied = [deadlines.apply_due(kind, subject) for kind, subject in waiting]
    if contract.state == Contract.State.COMPLETED and contract.review_by:
        applied.append(deadlines.apply_due("contracts.reviews_over", contract))
    return any(applied)
