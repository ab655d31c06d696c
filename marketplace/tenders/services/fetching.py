"""The worker asks a relay of drand for the rounds that closed tenders wait for, and each night whether it answers."""

import logging
from datetime import timedelta

from django.conf import settings

from marketplace.core import clock
from marketplace.core.errors import AlreadyDone
from marketplace.core.health import Part
from marketplace.tenders.beacons import drand, network
from marketplace.tenders.beacons.base import BeaconError
from marketplace.tenders.models import Drawing, Rehearsal
from marketplace.tenders.queries import not_yet_opened
from marketplace.tenders.services import seeding

logger = logging.getLogger(__name__)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=3), timedelta(minutes=5)
LATE = timedelta(minutes=10)  # after a round was due: then it is said
AGO = timedelta(seconds=30)  # a round that surely exists


def fetch_rounds() -> int:
    """Ask once for each round that is due; how many tenders were opened by it. No transaction is open meanwhile."""
    if not settings.DRAND_URL:
        return 0
    moment = clock.now()
    due = Drawing.objects.filter(found_at=None, next_try_at__lte=moment, due_at__lte=moment)
    return sum(_fetch(drawing) for drawing in due[:20])


def check_network() -> int:
    """After each night's rehearsal: whether the relay answers, if an open tender will need it."""
    if not settings.DRAND_URL:
        return 0
    last = _last_night()
    if last is None or last.beacon_at is not None:
        return 0
    if not not_yet_opened().filter(draw_source=drand.Drand.key).exists():
        return 0
    trouble = ""
    try:
        network.fetch(settings.DRAND_URL, drand.round_after(clock.now() - AGO))
    except BeaconError as error:
        trouble = str(error)[:300]
        logger.error("the network of drand can't be had: %s", trouble)
    return Rehearsal.objects.filter(pk=last.pk, beacon_at=None).update(beacon_at=clock.now(), beacon_trouble=trouble)


def late() -> list[Drawing]:
    """The tenders whose value is overdue."""
    found = Drawing.objects.filter(found_at=None, due_at__lt=clock.now() - LATE)
    return list(found.select_related("tender"))


def network_trouble() -> str:
    """What was wrong when the relay was asked last; "" when it answered, or nobody needs it."""
    last = _last_night()
    return last.beacon_trouble if last else ""


def health() -> Part:
    """How the sources of randomness are, for `/healthz`."""
    waiting = [drawing.tender.number or "" for drawing in late()]
    if waiting:
        return {"ok": False, "essential": False, "detail": "no randomness yet: " + ", ".join(waiting)}
    trouble = network_trouble()
    detail = f"drand can't be had: {trouble}" if trouble else ""
    return {"ok": not trouble, "essential": False, "detail": detail}


def _last_night() -> Rehearsal | None:
    return Rehearsal.objects.exclude(done_at=None).order_by("-done_at", "-pk").first()


def _fetch(drawing: Drawing) -> int:
    pause = min(FIRST_PAUSE * 2 ** min(drawing.tries, 10), LONGEST_PAUSE)
    claimed = Drawing.objects.filter(pk=drawing.pk, tries=drawing.tries, found_at=None)
    if not claimed.update(tries=drawing.tries + 1, next_try_at=clock.now() + pause):
        return 0
    try:
        seeding.take_round(drawing, network.fetch(settings.DRAND_URL, drawing.announced["round"]))
    except AlreadyDone:
        return 0
    except BeaconError as error:
        Drawing.objects.filter(pk=drawing.pk).update(trouble=str(error)[:300])
        return 0
    return 1
