"""Both sides confirm the same version; then the contract is in force. Until then both are reminded."""

from datetime import datetime, time

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts import queries as people
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import StaffRole
from marketplace.contracts import rules, versions
from marketplace.contracts.models import Contract
from marketplace.contracts.rules import BOTH, Side
from marketplace.contracts.services.shared import locked, move, own_side, tell, tell_people, written
from marketplace.core import calendar, clock, deadlines, log
from marketplace.core.clock import ZONE
from marketplace.core.rules import workdays_between
from marketplace.tenders import services as tenders
from marketplace.tenders.queries import rules_of

MORNING = time(9, 0)


@transaction.atomic
def confirm(contract: Contract, *, version: int, by: Actor) -> Contract:
    """A side confirms this version; when both have, the contract is filed, checked and in force.

    StaleVersion (with the differences), AlreadyDone (double click), WrongState, NotAllowed, NotVerified.
    """
    contract = locked(contract.pk)
    side = own_side(contract, by)
    by.require_verified()
    versions.check_version(contract, version)
    act = rules.signing_act(contract.state, side)
    now = clock.now()
    setattr(contract, f"{side}_signed_at", now)
    setattr(contract, f"{side}_signed_by", by.user)
    move(
        contract,
        act,
        by=by,
        fields=[f"{side}_signed_at", f"{side}_signed_by"],
        data={"version": version, "side": str(side)},
    )
    if contract.state == Contract.State.SIGNED_BOTH:
        _put_into_force(contract, now)
    else:
        tell(contract, [rules.other_side(side)], "contracts.confirmed", version=version)
    return contract


def _put_into_force(contract: Contract, now: datetime) -> None:
    """Filing and checking have no screen yet: they pass by themselves, and the log says so."""
    itself = Actor.system()
    contract.filed_at = now
    move(contract, "file", by=itself, fields=["filed_at"], by_itself=True)
    move(contract, "check", by=itself, data=_checks(contract), by_itself=True)
    start = clock.local(now).date()
    milestones = list(contract.milestones.all())
    for milestone in milestones:
        milestone.due_on = calendar.due_on(start, milestone.days).due_on
        milestone.save(update_fields=["due_on"])
    contract.due_on = calendar.due_on(start, contract.days).due_on
    move(contract, "begin", by=itself, fields=["due_on"], by_itself=True)
    deadlines.cancel("contracts.sign_by", contract)
    deadlines.cancel("contracts.sign_reminder", contract)
    for act in ("contracted", "in_service"):
        tenders.follow_contract(contract.award.tender, act, by=itself)
    tell(contract, BOTH, "contracts.in_force", due_on=contract.due_on.isoformat())


def _checks(contract: Contract) -> dict[str, bool]:
    """What the check of §3.5 looks at: amount = winning quote, days within the offer, parties of the award."""
    award = contract.award
    return {
        "amount_is_the_winning_quote": contract.amount == award.price,
        "days_within_the_offer": contract.days <= award.days,
        "parties_are_the_award's": (contract.buyer_id, contract.agency_id) == (award.tender.buyer_id, award.agency_id),
    }


# --- the period for signing -------------------------------------------------------------------------------------------


def put_reminder(contract: Contract) -> None:
    """Set the next reminder of the period for signing, if one is left."""
    if (moment := _next_reminder(contract, clock.now())) is not None:
        deadlines.put("contracts.sign_reminder", contract, moment)


@transaction.atomic
def remind_to_sign(pk: str) -> None:
    """The deadline "contracts.sign_reminder": whoever has not confirmed is reminded, and the next reminder is set."""
    contract = locked(int(pk))
    if contract.state not in rules.UNSIGNED:
        return
    left = workdays_between(clock.today(), clock.local(contract.sign_by).date(), calendar.is_workday)
    kind = "contracts.sign_soon" if left > 0 else "contracts.sign_today"
    tell(contract, waiting_sides(contract), kind, left=left, sign_by=written(contract.sign_by))
    put_reminder(contract)


@transaction.atomic
def note_overdue(pk: str) -> None:
    """The deadline "contracts.sign_by": the period is over; both sides, operators and supervisors are told."""
    contract = locked(int(pk))
    if contract.state not in rules.UNSIGNED:
        return
    log.record("contract.sign_overdue", contract, by=Actor.system(), data={"state": contract.state})
    if contract.state == Contract.State.SIGNED_BUYER:  # the agency alone hasn't: it counts as giving up
        tenders.lapse_award(contract.award.tender, _("中选机构逾期未签订合同。"), by=Actor.system())
    tell(contract, BOTH, "contracts.sign_over")
    staff = people.staff(StaffRole.OPERATOR, StaffRole.SUPERVISOR)
    tell_people(contract, staff, "contracts.sign_over_staff", buyer=contract.buyer.name, agency=str(contract.agency))


def waiting_sides(contract: Contract) -> list[Side]:
    """The sides that have not confirmed the present version."""
    return [side for side in BOTH if contract.state in rules.UNSIGNED and contract.state != f"signed_{side}"]


def _next_reminder(contract: Contract, moment: datetime) -> datetime | None:
    periods = rules_of(contract.award.tender).periods
    start = clock.local(contract.award.noticed_at or contract.created_at).date()

    def morning(day: int) -> datetime:
        return datetime.combine(calendar.due_on(start, day).due_on, MORNING, ZONE)

    return rules.next_reminder(moment, periods.contract, periods.contract_reminders, morning)
