"""Which contracts an actor may see, and what is read about them."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import StaffRole
from marketplace.agencies.models import Agency
from marketplace.contracts import payable
from marketplace.contracts.models import Contract, Deliverable, Milestone, Review
from marketplace.contracts.rules import ROLES, Performance, Side
from marketplace.contracts.turns import Turn, turns
from marketplace.core import calendar, clock, files
from marketplace.core.desk import Task
from marketplace.core.models import StoredFile
from marketplace.core.rules import workdays_between
from payments import queries as payments
from payments.models import Payment

STAFF = (StaffRole.OPERATOR, StaffRole.SUPERVISOR)


def visible_to(actor: Actor | None) -> QuerySet[Contract]:
    """Contracts of the actor's organisation, on either side; all of them for operators and supervisors."""
    contracts = Contract.objects.select_related("buyer", "agency__organisation", "award__tender__item")
    if actor is None or actor.user is None:
        return contracts.none()
    if actor.has_staff_role(*STAFF):
        return contracts
    if actor.organisation is None:
        return contracts.none()
    return contracts.filter(_of(actor))


def obstacles(agency: Agency) -> list[str]:
    """Why the agency can't leave yet, in sentences for its own people: contracts that are not at their end."""
    ended = (Contract.State.COMPLETED, Contract.State.TERMINATED)
    running = Contract.objects.filter(agency=agency).exclude(state__in=ended).count()
    return [_("还有 %(n)d 份合同未履行完毕。") % {"n": running}] if running else []


def with_parts(contracts: QuerySet[Contract]) -> QuerySet[Contract]:
    """With milestones, deliverables and reviews, in a constant number of queries."""
    rounds = Deliverable.objects.select_related("file", "uploaded_by").order_by("round")
    milestones = Milestone.objects.order_by("position").prefetch_related(Prefetch("deliverables", rounds))
    return contracts.prefetch_related(Prefetch("milestones", milestones), "reviews")


def may_read_deliverable(actor: Any, stored: StoredFile) -> bool:
    """Who opens a deliverable: who uploaded it for their organisation, and whoever sees the contract it belongs to."""
    if actor is None or actor.user is None:
        return False
    if files.is_own(actor, stored):
        return True
    return visible_to(actor).filter(milestones__deliverables__file=stored).exists()


def side_of(contract: Contract, actor: Actor) -> Side | None:
    """On which side the actor's organisation stands; None for staff."""
    if actor.organisation is None:
        return None
    if actor.organisation.pk == contract.buyer_id:
        return Side.BUYER
    return Side.AGENCY if actor.organisation.pk == contract.agency.organisation_id else None


def readable_reviews(contract: Contract, actor: Actor) -> list[Review]:
    """The published reviews, and the one the actor has written: before publication nobody else reads it."""
    return [
        r for r in contract.reviews.all() if r.published_at is not None or (actor.user and r.author_id == actor.user.pk)
    ]


def payments_of(contract: Contract) -> dict[int, Payment]:
    """The payment of each milestone that has one, by the milestone's primary key."""
    keys = [milestone.pk for milestone in contract.milestones.all()]
    return {int(payment.payable_key): payment for payment in payments.of_payables(payable.KIND, keys)}


def performance(contract: Contract) -> Performance:
    """Days against the contract, and money against the quote, computed from what is recorded."""
    found = payments_of(contract).values()
    return Performance(
        days_agreed=contract.days,
        days_used=_days_used(contract),
        quoted=contract.award.price,
        due=sum((p.amount for p in found), Decimal(0)),
        paid=sum((p.amount for p in found if p.state == Payment.State.PAID), Decimal(0)),
    )


def desk_tasks(actor: Actor) -> Iterable[Task]:
    """What waits for the actor's organisation in its contracts; for supervisors, contracts in dispute."""
    tasks: list[Task] = []
    if actor.organisation is not None:
        live = Q(state=Contract.State.COMPLETED, reviews__published_at=None) | ~Q(
            state__in=[Contract.State.COMPLETED, Contract.State.TERMINATED]
        )
        mine = Contract.objects.select_related("buyer", "agency__organisation", "award").filter(_of(actor)).filter(live)
        for contract in with_parts(mine.distinct()):
            tasks += [_task(contract, turn) for turn in turns(contract) if _is_mine(contract, turn, actor)]
    if actor.has_staff_role(StaffRole.SUPERVISOR):
        tasks += [_dispute_task(c) for c in Contract.objects.filter(state=Contract.State.DISPUTED)]
    return tasks


def _of(actor: Actor) -> Q:
    return Q(buyer=actor.organisation) | Q(agency__organisation=actor.organisation)


def _is_mine(contract: Contract, turn: Turn, actor: Actor) -> bool:
    return turn.side == side_of(contract, actor) and actor.acts_for(actor.organisation, ROLES[turn.side])


def _task(contract: Contract, turn: Turn) -> Task:
    return Task(
        title=f"{contract.title} · {turn.subject}" if turn.subject else contract.title,
        act=turn.act,
        url=turn.url,
        due_at=turn.due_at,
        group=_("合同"),
        subject=f"{contract.number} · {contract.agency if turn.side is Side.BUYER else contract.buyer}",
        level=turn.level,
    )


def _dispute_task(contract: Contract) -> Task:
    return Task(
        title=contract.title,
        act=_("查看争议"),
        url=reverse("contract", args=[contract.number]),
        group=_("合同争议"),
        subject=contract.number,
    )


def _days_used(contract: Contract) -> int | None:
    """Working days from the beginning to the upload that completed the work, without the buyer's time to look."""
    uploads = [
        d.uploaded_at for m in contract.milestones.all() for d in m.deliverables.all() if d.state == d.State.ACCEPTED
    ]
    if contract.completed_at is None or contract.filed_at is None or not uploads:
        return None
    start, end = clock.local(contract.filed_at).date(), clock.local(max(uploads)).date()
    return workdays_between(start, end, calendar.is_workday)
