"""A source that gave no value: two people say so openly, each with a reason, and then the announced successor counts.

Never by waiting: who knows the announced value could otherwise choose, by silence, between it and the next one. Digits
that an officer has typed speak against it: then one of the two must be of the supervision, and the entry shows them.
"""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import StaffRole
from marketplace.core import clock, log
from marketplace.core.errors import AlreadyDone, WrongState
from marketplace.tenders.beacons.base import Announced, BeaconError
from marketplace.tenders.drawing import MissingValue
from marketplace.tenders.errors import ReasonMissing
from marketplace.tenders.models import Drawing
from marketplace.tenders.services import seeding

PEOPLE = 2


class NotMissingYet(BeaconError):
    """The time that the announcement gives the source isn't over."""

    code = "not_missing_yet"
    message = gettext_lazy("公告规定的等候期还没有满，不能认定随机源没有产生结果。")


@transaction.atomic
def declare_missing(drawing: Drawing, reason: str, *, by: Actor) -> bool:
    """An officer says that the source gave no value, and by what anybody sees it; whether the successor counts now.

    Who had typed a value takes it back by this. A valid round that anybody uploaded counts instead. NotMissingYet,
    ReasonMissing, AlreadyDone, WrongState (a successor has none itself), NotAllowed, OwnCase.
    """
    tender, drawing = seeding.locked(drawing.pk)
    seeding.require_officer(tender, by)
    if drawing.found_at is not None:
        raise AlreadyDone()
    announced = Announced.from_json(drawing.announced)
    if drawing.is_successor or announced.successor_at is None:
        raise WrongState()
    if clock.now() < announced.successor_at:
        raise NotMissingYet()
    if not reason.strip():
        raise ReasonMissing()
    log.record("tender.value_missing", tender, by=by, data={"reason": reason.strip()})
    if seeding.arrived_by_one(drawing):
        return False
    drawing.typed.filter(by=by.person, of_successor=False).delete()
    said: dict[str, Any] = {"reason": reason.strip(), "at": clock.now()}
    is_supervisor = by.has_staff_role(StaffRole.SUPERVISOR)
    MissingValue.objects.update_or_create(
        drawing=drawing, by=by.person, defaults=said | {"is_supervisor": is_supervisor}
    )
    return _settled(drawing, by)


def _settled(drawing: Drawing, by: Actor) -> bool:
    """Whether enough people have said it: then the successor counts."""
    found = list(drawing.missing.all())
    typed = list(drawing.typed.filter(of_successor=False).values_list("text", flat=True))
    if len(found) < PEOPLE or (typed and not any(one.is_supervisor for one in found)):
        return False
    seeding.succeed(drawing, {"reasons": [one.reason for one in found], "typed": typed}, by=by)
    return True
