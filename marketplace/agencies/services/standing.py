"""An admitted agency's standing: frozen and released, expelled, asleep, gone."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts import queries as accounts
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole, StaffRole
from marketplace.agencies import rules
from marketplace.agencies.models import Agency
from marketplace.agencies.services.access import moved, owned, reviewed, today
from marketplace.agencies.services.certificates import midnight
from marketplace.core import deadlines, inbox, locks, log
from marketplace.core.errors import DomainError, Incomplete

Obstacle = Callable[[Agency], Iterable[str]]
_obstacles: dict[str, Obstacle] = {}
SUPERVISION = (StaffRole.SUPERVISOR, StaffRole.OPERATOR)


def register_obstacle(name: str, obstacle: Obstacle) -> None:
    """Let a storey above say in sentences why an agency can't leave yet: open bids, running contracts."""
    _obstacles[name] = obstacle


@transaction.atomic
def freeze(agency: Agency, until: date | None, reason: str, *, by: Actor) -> Agency:
    """Suspend the agency, until a day or until released. DomainError without a reason."""
    agency = reviewed(agency, by, *SUPERVISION)
    if not reason.strip():
        raise DomainError(_("请写明冻结的原因和依据。"), field="reason")
    if until is not None and until <= today():
        raise DomainError(_("冻结截止日须晚于今天。"), field="until")
    agency.frozen_until = until
    agency.save(update_fields=["frozen_until"])
    _move(agency, "freeze", by, reason=reason, until=until)
    if until is not None:
        deadlines.put("agencies.freeze_over", agency, midnight(until + timedelta(days=1)))
    _tell(agency, "agencies.frozen", reason=reason, until=until.isoformat() if until else _("另行通知"))
    return agency


@transaction.atomic
def unfreeze(agency: Agency, reason: str = "", *, by: Actor) -> Agency:
    """Release the agency: its repair was accepted."""
    agency = reviewed(agency, by, *SUPERVISION)
    agency.frozen_until = None
    agency.save(update_fields=["frozen_until"])
    _move(agency, "unfreeze", by, reason=reason)
    deadlines.cancel("agencies.freeze_over", agency)
    _tell(agency, "agencies.unfrozen")
    return agency


def release(pk: str) -> None:
    """The deadline at the end of a freeze."""
    agency = locks.exclusive(Agency, pk)
    if rules.ADMISSION.may(agency.state, "unfreeze"):
        unfreeze(agency, _("冻结期满"), by=Actor.system())


@transaction.atomic
def expel(agency: Agency, reason: str, *, by: Actor) -> Agency:
    """Remove the agency from the register, publicly. Running contracts go on."""
    agency = reviewed(agency, by, *SUPERVISION)
    if not reason.strip():
        raise DomainError(_("请写明清退的原因和依据。"), field="reason")
    _move(agency, "expel", by, reason=reason)
    _tell(agency, "agencies.expelled", reason=reason)
    return agency


@transaction.atomic
def doze(agency: Agency, *, by: Actor) -> Agency:
    """Put the agency to rest: it stays on the register but takes part in nothing."""
    agency = owned(agency, by)
    return _move(agency, "doze", by)


@transaction.atomic
def wake(agency: Agency, *, by: Actor) -> Agency:
    """Take part again: one click."""
    agency = owned(agency, by)
    return _move(agency, "wake", by)


@transaction.atomic
def withdraw(agency: Agency, *, by: Actor) -> Agency:
    """Leave. Incomplete lists what is still open: bids, contracts."""
    agency = owned(agency, by)
    rules.ADMISSION.target(agency.state, "withdraw")
    if open_things := [sentence for obstacle in _obstacles.values() for sentence in obstacle(agency)]:
        raise Incomplete(list(open_things))
    was_public = agency.is_public
    _move(agency, "withdraw", by)
    agency.practitioners.filter(is_active=True).update(is_active=False, left_on=today())
    for kind in ("notice_over", "mend_over", "reconfirm", "freeze_over"):
        deadlines.cancel(f"agencies.{kind}", agency)
    if was_public:
        from marketplace.agencies.events import AgencyChanged
        from marketplace.core import events

        events.publish(AgencyChanged(agency.pk))
    return agency


def _move(agency: Agency, act: str, by: Actor, **data: Any) -> Agency:
    before = rules.ADMISSION.move(agency, act)
    agency.save(update_fields=["state"])
    moved(agency, f"agency.{act}", before, by=by, **data)
    if agency.is_public or before in ("active", "dormant", "frozen"):
        public = {"credit_code": agency.credit_code, "from": before, "to": agency.state}
        reason = {"reason": str(data["reason"])} if data.get("reason") else {}
        log.make_public(f"agency.{act}", agency, by=by, data={**public, **reason})
    return agency


def _tell(agency: Agency, kind: str, **params: Any) -> None:
    people = accounts.people_of(agency.organisation, MemberRole.ADMINISTRATOR, MemberRole.BID_AUTHOR)
    inbox.tell(people, kind, url=reverse("agency_desk"), agency=str(agency), **params)
