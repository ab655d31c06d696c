"""A closed tender waits for the value that its announcement named, and is opened when that is known and public.

The worker fetches a round of drand; where there is no network two officers upload it, and two people type the digits of
a lottery. Nobody chooses: only the announced value counts, a round only with the network's signature, digits only when
two people agree, however late. The successor never counts by silence: `missing` says when it does. A single officer's
upload of a valid round is proof enough: whoever merely doesn't confirm it gains nothing.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy

from marketplace.accounts import queries as accounts
from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Membership
from marketplace.accounts.roles import StaffRole
from marketplace.core import clock, deadlines, inbox, locks, log
from marketplace.core.errors import AlreadyDone, WrongState
from marketplace.tenders.beacons import drand, lottery, registry, two_people
from marketplace.tenders.beacons.base import Announced, BeaconError, Randomness
from marketplace.tenders.models import Bid, Drawing, Tender, TypedValue
from marketplace.tenders.services import freezing, sources, unsealing

KIND = "tenders.seed"


class TooEarly(BeaconError):
    """The announced value does not exist yet: whatever is typed now is none."""

    code = "too_early"
    message = gettext_lazy("公告写明的随机数还没有产生，产生以后才能录入。")


def wait(tender: Tender, frozen: dict[str, Any]) -> Drawing:
    """Begin to wait. Inside a transaction; the tender is closed and its list is public."""
    announced = Announced.from_json(sources.announced(tender) or {})
    drawing = Drawing.objects.create(
        tender=tender, announced=announced.to_json(), frozen=frozen, begun_at=clock.now(), **_times(announced)
    )
    if announced.successor_at is not None:
        deadlines.put(KIND, drawing, announced.successor_at)
    told = {"frozen": freezing.hash_of(frozen), "draw": announced.to_json()}
    log.make_public("tender.waiting", tender, by=Actor.system(), data=told)
    if tender.draw_source == lottery.Lottery.key or not settings.DRAND_URL:
        _tell_operators(drawing)
    return drawing


@transaction.atomic
def give_value(drawing: Drawing, text: str, *, by: Actor) -> bool:
    """What an officer typed or uploaded; whether it counts now, because two people gave the same.

    A round must carry the network's signature already when it is given first. BeaconError (SamePerson, Disagree,
    TooEarly), AlreadyDone, NotAllowed, OwnCase (a member of the buyer or of who responded).
    """
    tender, drawing = locked(drawing.pk)
    require_officer(tender, by)
    if drawing.found_at is not None:
        raise AlreadyDone()
    announced = Announced.from_json(drawing.announced)
    if clock.now() < announced.due_at:
        raise TooEarly()
    _must_be_readable(announced, text)
    before = drawing.typed.filter(of_successor=drawing.is_successor)
    mine = two_people.Typed(by.person.pk, text)
    others = [two_people.Typed(one.by_id, one.text) for one in before.exclude(by=by.person)]
    log.record("tender.value_given", tender, by=by, data={"text": text})
    for other in others:
        try:
            found = _agreed(announced, other, mine)
        except two_people.Disagree:
            continue
        _keep(drawing, mine, by)
        arrive(tender, drawing, found, by=by)
        return True
    _keep(drawing, mine, by)
    return False


def take_round(drawing: Drawing, value: drand.Round) -> None:
    """What the worker has fetched. BeaconError; AlreadyDone when it was had meanwhile."""
    with transaction.atomic():
        tender, drawing = locked(drawing.pk)
        if drawing.found_at is not None:
            raise AlreadyDone()
        announced = Announced.from_json(drawing.announced)
        if clock.now() < announced.due_at:
            raise TooEarly()
        arrive(tender, drawing, drand.Drand().check(announced, value), by=Actor.system())


@transaction.atomic
def end_patience(pk: str) -> None:
    """The announced value couldn't be had in time: the officers and the supervision are told. Harmless otherwise.

    The successor doesn't count by this: nobody may choose between two draws by waiting.
    """
    _tender, drawing = locked(int(pk))
    announced = Announced.from_json(drawing.announced)
    if drawing.found_at is not None or announced.successor_at is None or clock.now() < announced.successor_at:
        return
    if not arrived_by_one(drawing):
        tell(drawing, "tenders.value_overdue", StaffRole.OPERATOR, StaffRole.SUPERVISOR)


def arrived_by_one(drawing: Drawing) -> bool:
    """Whether a single officer's upload proves itself: then it has arrived. Inside a transaction, the tender locked."""
    if found := _proved_by_one(drawing, Announced.from_json(drawing.announced)):
        arrive(drawing.tender, drawing, found, by=Actor.system())
    return found is not None


def succeed(drawing: Drawing, told: dict[str, Any], *, by: Actor) -> None:
    """The announced successor counts from now on. Inside a transaction, the tender locked. WrongState without one."""
    announced = Announced.from_json(drawing.announced)
    follows = registry.get(announced.source).successor(announced)
    if follows is None:
        raise WrongState()
    drawing.announced, drawing.is_successor, drawing.tries = follows.to_json(), True, 0
    for name, moment in _times(follows).items():
        setattr(drawing, name, moment)
    drawing.save()
    deadlines.cancel(KIND, drawing)
    told = {"missed": announced.to_json(), "draw": follows.to_json()} | told
    log.make_public("tender.source_missed", drawing.tender, by=by, data=told)
    _tell_operators(drawing)


def require_officer(tender: Tender, by: Actor) -> None:
    """NotAllowed unless an operator or supervisor; OwnCase for a member of the buyer or of who responded."""
    by.require_staff(StaffRole.OPERATOR, StaffRole.SUPERVISOR)
    firms = Membership.objects.filter(user=by.user, is_active=True).values("organisation")
    own = tender.bids.filter(state=Bid.State.SEALED, agency__organisation__in=firms).order_by()
    by.require_impartial(tender.buyer_id, *own.values_list("agency__organisation_id", flat=True))


def arrive(tender: Tender, drawing: Drawing, found: Randomness, *, by: Actor) -> None:
    """The value is known: it becomes public, then the responses are opened. Inside a transaction, the tender locked."""
    if tender.state != Tender.State.CLOSED:
        raise WrongState()
    drawing.value, drawing.found_at, drawing.trouble = dict(found.proof), clock.now(), ""
    drawing.save(update_fields=["value", "found_at", "trouble"])
    deadlines.cancel(KIND, drawing)
    seed = {"nonce": found.nonce.hex(), "beacon": found.beacon.hex(), "is_successor": drawing.is_successor}
    told = {"source": drawing.announced["source"]} | drawing.value | seed
    log.make_public("tender.seed", tender, by=by, data=told)
    if not tender.waits_for_review:
        _open(tender, drawing, found)


def open_if_known(tender: Tender) -> None:
    """Open a tender that was reviewed meanwhile, if its value is known. Inside a transaction, the tender locked."""
    drawing = Drawing.objects.get(tender=tender)
    if drawing.found_at is not None:
        _open(tender, drawing, _found(drawing))


def _open(tender: Tender, drawing: Drawing, found: Randomness) -> None:
    bids = unsealing.frozen_list(tender)
    standings = freezing.standings(bids, drawing.frozen)
    unsealing.unseal(tender, bids, standings, found=found, salt=drawing.frozen["salt"])


def _times(announced: Announced) -> dict[str, datetime | None]:
    times = {"due_at": announced.due_at, "successor_at": announced.successor_at}
    return times | {"next_try_at": announced.due_at if announced.source == drand.Drand.key else None}


def locked(pk: int) -> tuple[Tender, Drawing]:
    """The drawing with its tender, which is locked first."""
    key = Drawing.objects.values_list("tender_id", flat=True).get(pk=pk)
    tender = locks.exclusive(Tender, key)
    drawing = Drawing.objects.get(pk=pk)
    drawing.tender = tender
    return tender, drawing


def _must_be_readable(announced: Announced, text: str) -> None:
    """BeaconError for nonsense, and for a round that isn't the announced one or isn't signed."""
    if announced.source == drand.Drand.key:
        drand.Drand().check(announced, drand.read(text))
    else:
        lottery.digits_of(text)


def _agreed(announced: Announced, one: two_people.Typed, other: two_people.Typed) -> Randomness:
    if announced.source == drand.Drand.key:
        return drand.uploaded(announced, one, other)
    return lottery.Lottery().check(announced, (one, other))


def _proved_by_one(drawing: Drawing, announced: Announced) -> Randomness | None:
    """The randomness of a round that one officer uploaded: its signature was verified, nobody can have made it up."""
    first = drawing.typed.filter(of_successor=False).first()
    if announced.source != drand.Drand.key or first is None:
        return None
    return drand.Drand().check(announced, drand.read(first.text))


def _found(drawing: Drawing) -> Randomness:
    """The randomness of a value that is public already."""
    announced = Announced.from_json(drawing.announced)
    if announced.source == drand.Drand.key:
        value = drand.Round(drawing.value["round"], bytes.fromhex(drawing.value["signature"]))
        return drand.Drand().check(announced, value)
    return lottery.given(announced, drawing.value["digits"])


def _keep(drawing: Drawing, typed: two_people.Typed, by: Actor) -> None:
    """What one person gave last stands: who mistyped may type again."""
    key: dict[str, Any] = {"drawing": drawing, "of_successor": drawing.is_successor, "by": by.person}
    TypedValue.objects.update_or_create(**key, defaults={"text": typed.text, "at": clock.now()})


def _tell_operators(drawing: Drawing) -> None:
    tell(drawing, "tenders.value_needed", StaffRole.OPERATOR)


def tell(drawing: Drawing, kind: str, *roles: StaffRole) -> None:
    """Tell those who may give the value, or say that there is none."""
    tender = drawing.tender
    params = {"title": tender.title, "number": tender.number or ""}
    for role in roles:
        inbox.tell(accounts.staff(role), kind, url=url_of(drawing), **params)


def url_of(drawing: Drawing) -> str:
    """Where officers give the value."""
    return reverse("tenders_review:value", args=[drawing.pk])
