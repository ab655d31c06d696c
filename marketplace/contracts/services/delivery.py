"""Deliverables: uploaded, accepted, returned, accepted by silence; the third return is a dispute."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts import queries as people
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import StaffRole
from marketplace.contracts import payable, rules
from marketplace.contracts.events import DeliverableAccepted
from marketplace.contracts.models import Contract, Deliverable, Milestone
from marketplace.contracts.rules import BOTH, Side
from marketplace.contracts.services.ending import complete
from marketplace.contracts.services.shared import locked, move, require_side, tell, tell_people, written
from marketplace.core import calendar, clock, deadlines, events, log
from marketplace.core.errors import AlreadyDone, TooLate, WrongState
from marketplace.core.models import StoredFile
from marketplace.tenders.queries import rules_of
from payments import services as payments

PURPOSE = "contracts.deliverable"
RUNNING = (Contract.State.PERFORMING, Contract.State.DISPUTED)


@transaction.atomic
def deliver(milestone: Milestone, file: StoredFile, note: str, *, by: Actor) -> Deliverable:
    """The agency uploads what it owes for a milestone; the buyer's time to accept or return it begins.

    AlreadyDone while one waits already (double click), WrongState, NotAllowed.
    """
    contract = locked(milestone.contract_id)
    require_side(contract, Side.AGENCY, by)
    milestone = contract.milestones.get(pk=milestone.pk)
    _check_running(contract)
    if file.purpose != PURPOSE:
        raise WrongState
    before = rules.MILESTONE.move(milestone, "deliver")
    milestone.save(update_fields=["state"])
    now = clock.now()
    deliverable = Deliverable.objects.create(
        milestone=milestone,
        round=milestone.deliverables.count() + 1,
        file=file,
        note=note.strip(),
        uploaded_by=by.person,
        uploaded_at=now,
        decide_by=calendar.closes_at(now, rules_of(contract.award.tender).periods.acceptance),
    )
    deadlines.put("contracts.silence", deliverable, deliverable.decide_by)
    data = {"milestone": milestone.title, "round": deliverable.round, "sha256": file.sha256, "from": before}
    log.record("contract.deliver", contract, by=by, data=data)
    params = {"milestone": milestone.title, "round": deliverable.round, "decide_by": written(deliverable.decide_by)}
    tell(contract, [Side.BUYER], "contracts.delivered", anchor=_anchor(milestone), **params)
    return deliverable


@transaction.atomic
def accept(deliverable: Deliverable, *, by: Actor) -> Deliverable:
    """The buyer accepts, also the last round of a dispute; the payment opens. AlreadyDone, WrongState, NotAllowed."""
    contract, deliverable = _locked(deliverable)
    require_side(contract, Side.BUYER, by)
    by.require_verified()
    _check_running(contract)
    is_last = not deliverable.milestone.deliverables.filter(round__gt=deliverable.round).exists()
    settles = deliverable.milestone.state == Milestone.State.DISPUTED and is_last
    _accept(contract, deliverable, "accept_after_all" if settles else "accept", by)
    return deliverable


@transaction.atomic
def accept_silent(pk: str) -> None:
    """The deadline "contracts.silence": what the buyer has neither accepted nor returned in time is accepted."""
    contract, deliverable = _locked(Deliverable.objects.get(pk=int(pk)))
    if deliverable.state == Deliverable.State.SUBMITTED and contract.state in RUNNING:
        _accept(contract, deliverable, "silence", Actor.system())


@transaction.atomic
def return_deliverable(deliverable: Deliverable, reason: str, *, by: Actor) -> Deliverable:
    """The buyer returns a deliverable with all its reasons; the third return is a dispute, never an acceptance.

    NeedsReason, TooLate (silence has accepted it), AlreadyDone, WrongState, NotAllowed.
    """
    contract, deliverable = _locked(deliverable)
    require_side(contract, Side.BUYER, by)
    _check_running(contract)
    if not reason.strip():
        raise rules.NeedsReason(_("请一次写明全部退回原因，机构据此修改。"))
    now = clock.now()
    if deliverable.state == Deliverable.State.SUBMITTED and now > deliverable.decide_by:
        raise TooLate(_("验收期限已过，未退回的成果视为验收通过。"))
    rules.DELIVERABLE.move(deliverable, "return")
    deliverable.reason, deliverable.decided_at = reason.strip(), now
    deliverable.save(update_fields=["state", "reason", "decided_at"])
    deadlines.cancel("contracts.silence", deliverable)
    disputed = rules.is_dispute(deliverable.round, rules_of(contract.award.tender).periods.deliverable_returns)
    milestone = deliverable.milestone
    rules.MILESTONE.move(milestone, "dispute" if disputed else "return")
    milestone.save(update_fields=["state"])
    data = {"milestone": milestone.title, "round": deliverable.round, "reason": deliverable.reason}
    log.record("contract.return", contract, by=by, data=data)
    if disputed:
        _dispute(contract, milestone, by)
    else:
        tell(contract, [Side.AGENCY], "contracts.returned", anchor=_anchor(milestone), **data)
    return deliverable


@transaction.atomic
def grant_round(milestone: Milestone, *, by: Actor) -> Milestone:
    """The buyer lets the agency try once more after a dispute. AlreadyDone, WrongState, NotAllowed."""
    contract = locked(milestone.contract_id)
    require_side(contract, Side.BUYER, by)
    milestone = contract.milestones.get(pk=milestone.pk)
    rules.MILESTONE.move(milestone, "again")
    milestone.save(update_fields=["state"])
    log.record("contract.grant_round", contract, by=by, data={"milestone": milestone.title})
    _settle(contract, by)
    tell(contract, [Side.AGENCY], "contracts.granted", anchor=_anchor(milestone), milestone=milestone.title)
    return milestone


def _accept(contract: Contract, deliverable: Deliverable, act: str, by: Actor) -> None:
    now, milestone = clock.now(), deliverable.milestone
    rules.DELIVERABLE.move(deliverable, act)
    rules.MILESTONE.move(milestone, "accept")
    deliverable.decided_at, deliverable.by_silence = now, act == "silence"
    deliverable.save(update_fields=["state", "decided_at", "by_silence"])
    milestone.accepted_at = now
    milestone.save(update_fields=["state", "accepted_at"])
    deadlines.cancel("contracts.silence", deliverable)
    data = {"milestone": milestone.title, "round": deliverable.round, "by_silence": deliverable.by_silence}
    log.record("contract.accept", contract, by=by, data=data)
    events.publish(DeliverableAccepted(contract.pk, contract.award.tender_id, str(deliverable.file_id)))
    _open_payment(contract, milestone, by)
    kind = "contracts.accepted_by_silence" if deliverable.by_silence else "contracts.accepted"
    tell(contract, BOTH if deliverable.by_silence else [Side.AGENCY], kind, anchor=_anchor(milestone), **data)
    _settle(contract, by)
    if not contract.milestones.exclude(state=Milestone.State.ACCEPTED).exists():
        complete(contract, by=by)


def _open_payment(contract: Contract, milestone: Milestone, by: Actor) -> None:
    payments.open_payment(
        kind=payable.KIND,
        key=str(milestone.pk),
        description=payable.MilestonePayable(milestone).description,
        payer=contract.buyer,
        payee=contract.agency.organisation,
        amount=milestone.amount,
        due_on=clock.today() + timedelta(days=rules.PAYMENT_DAYS),
        by=by,
    )


def _dispute(contract: Contract, milestone: Milestone, by: Actor) -> None:
    if contract.state == Contract.State.PERFORMING:
        move(contract, "dispute", by=by, data={"milestone": milestone.title})
    tell(contract, BOTH, "contracts.disputed", anchor=_anchor(milestone), milestone=milestone.title)
    supervisors = people.staff(StaffRole.SUPERVISOR)
    tell_people(contract, supervisors, "contracts.disputed", anchor=_anchor(milestone), milestone=milestone.title)


def _settle(contract: Contract, by: Actor) -> None:
    """A contract is in dispute as long as one of its milestones is."""
    still = contract.milestones.filter(state=Milestone.State.DISPUTED).exists()
    if contract.state == Contract.State.DISPUTED and not still:
        move(contract, "settle", by=by)


def _check_running(contract: Contract) -> None:
    if contract.state == Contract.State.COMPLETED:
        raise AlreadyDone
    if contract.state not in RUNNING:
        raise WrongState


def _locked(deliverable: Deliverable) -> tuple[Contract, Deliverable]:
    pk = Deliverable.objects.values_list("milestone__contract_id", flat=True).get(pk=deliverable.pk)
    contract = locked(pk)
    fresh = Deliverable.objects.select_related("milestone", "file").get(pk=deliverable.pk)
    fresh.milestone.contract = contract
    return contract, fresh


def _anchor(milestone: Milestone) -> str:
    return f"#milestone-{milestone.position}"
