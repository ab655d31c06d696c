"""How a contract ends: completed, paid, or terminated."""

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.agencies import services as agencies
from marketplace.contracts import payable, rules
from marketplace.contracts.models import Contract, Deliverable, Milestone
from marketplace.contracts.rules import BOTH, Side
from marketplace.contracts.services.shared import locked, move, own_side, public_words, tell, written
from marketplace.core import calendar, clock, deadlines, log
from marketplace.core.display import money
from marketplace.tenders import services as tenders
from marketplace.tenders.models import Award
from marketplace.tenders.queries import rules_of
from payments.events import PaymentPaid
from payments.models import Payment


def complete(contract: Contract, *, by: Actor) -> None:
    """Everything is accepted: the work is written down for the agency, both sides may review. In a transaction."""
    now = clock.now()
    contract.completed_at = now
    contract.review_by = calendar.closes_at(now, rules_of(contract.award.tender).periods.rating)
    move(contract, "complete", by=by, fields=["completed_at", "review_by"])
    deadlines.put("contracts.reviews_over", contract, contract.review_by)
    agencies.add_contract_work(
        agency=contract.agency,
        contract_number=contract.number,
        item=contract.award.tender.item,
        **public_words(contract),
        started_on=clock.local(contract.filed_at or contract.created_at).date(),
        finished_on=clock.local(now).date(),
        by=Actor.system(),
    )
    tenders.follow_contract(contract.award.tender, "accepted", by=Actor.system())
    tell(contract, BOTH, "contracts.completed", anchor="#reviews", review_by=written(contract.review_by))


@transaction.atomic
def terminate(contract: Contract, reason: str, *, by: Actor) -> Contract:
    """A side ends the contract, with a reason that both read. NeedsReason, AlreadyDone, WrongState, NotAllowed.

    What was accepted stays to be paid.
    """
    contract = locked(contract.pk)
    side = own_side(contract, by)
    by.require_verified()
    if not reason.strip():
        raise rules.NeedsReason(_("请写明终止合同的原因，对方会看到。"))
    contract.terminated_at, contract.termination_reason = clock.now(), reason.strip()
    data = {"side": str(side), "reason": contract.termination_reason}
    gives_up = side is Side.AGENCY and contract.state in rules.UNSIGNED
    move(contract, "terminate", by=by, fields=["terminated_at", "termination_reason"], data=data)
    deadlines.cancel("contracts.sign_by", contract)
    deadlines.cancel("contracts.sign_reminder", contract)
    open_ones = Deliverable.objects.filter(milestone__contract=contract, state=Deliverable.State.SUBMITTED)
    for deliverable in open_ones:
        deadlines.cancel("contracts.silence", deliverable)
    if gives_up:  # before both have signed it is the award that the winner gives back: substitutes are asked
        tenders.lapse_award(contract.award.tender, contract.termination_reason, by=Actor.system())
    else:
        tenders.follow_contract(contract.award.tender, "terminated", by=Actor.system())
    tell(contract, BOTH, "contracts.terminated", reason=contract.termination_reason)
    return contract


@transaction.atomic
def end_with_award(award: Award) -> None:
    """The award stands no more: its unsigned contract ends. Harmless when there is none, or when it has ended."""
    found = Contract.objects.filter(award=award).first()
    if found is None:
        return
    contract = locked(found.pk)
    if contract.state not in rules.UNSIGNED:
        return
    contract.terminated_at, contract.termination_reason = clock.now(), award.end_reason
    data = {"reason": contract.termination_reason}
    move(contract, "terminate", by=Actor.system(), fields=["terminated_at", "termination_reason"], data=data)
    deadlines.cancel("contracts.sign_by", contract)
    deadlines.cancel("contracts.sign_reminder", contract)
    tell(contract, BOTH, "contracts.terminated", reason=contract.termination_reason)


@transaction.atomic
def note_paid(event: PaymentPaid) -> None:
    """The agency has its money for a milestone: written down beside it."""
    if event.payable_kind != payable.KIND:
        return
    contract = locked(Milestone.objects.values_list("contract_id", flat=True).get(pk=int(event.payable_key)))
    milestone = contract.milestones.get(pk=int(event.payable_key))
    if milestone.paid_at is not None:
        return
    payment = Payment.objects.get(pk=event.payment_id)
    milestone.paid_at = payment.paid_at
    milestone.save(update_fields=["paid_at"])
    data = {"milestone": milestone.title, "amount": money(payment.amount), "payment": payment.reference}
    log.record("contract.paid", contract, by=Actor.system(), data=data)
