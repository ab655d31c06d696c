"""The opening never surprises: each open tender's key is proved beforehand, by opening a dummy sealed to it.

At publication, where a key that doesn't open stops the announcement, and every night for all that are open. Each night
is a row, whose deadline puts the next one; what failed stands red on the operators' desk and in `/healthz`.
"""

import logging
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.actors import Actor
from marketplace.core import clock, deadlines, locks, log
from marketplace.core.errors import DomainError
from marketplace.core.health import Part
from marketplace.core.keys import KeyUnusable
from marketplace.core.models import Deadline
from marketplace.tenders.models import Rehearsal, Tender
from marketplace.tenders.queries import not_yet_opened
from marketplace.tenders.sealing import Opener
from marketplace.tenders.services import tracing

logger = logging.getLogger(__name__)
KIND = "tenders.rehearsal"
AT = time(2, 30)  # of the zone's night
AT_LEAST_EVERY = timedelta(hours=26)


class KeyNotProved(DomainError):
    """The key that was just made doesn't open what is sealed with it: nothing may be announced with it."""

    code = "key_not_proved"
    status = 503
    message = _("本项目的密封密钥没有通过开启演练，公告没有发布。请联系运营人员检查密钥设置后重试。")


def prove_new(public_key: str, wrapped_key: bytes) -> None:
    """Open a dummy with a new tender's key, as it will be stored. KeyNotProved."""
    try:
        Opener(wrapped_key).prove(public_key)
    except Exception as error:  # whatever a key service may throw, the opening would meet it too
        logger.exception("a new tender's key was not proved")
        raise KeyNotProved() from error


def trouble_of(tender: Tender) -> str:
    """What would stop this tender's opening; "" when its key opens a dummy."""
    try:
        Opener(bytes(tender.wrapped_key or b"")).prove(tender.public_key)
    except KeyUnusable as error:
        return str(error)[:200] or type(error).__name__
    except Exception as error:
        return type(error).__name__
    return ""


@transaction.atomic
def rehearse(planned: Rehearsal | None = None) -> Rehearsal:
    """Prove the key of each tender that is not opened yet. Safe at any time; `planned` is the night's round."""
    found = planned or Rehearsal()
    found.failing, found.proved = {}, 0
    for tender in not_yet_opened():
        trouble = trouble_of(tender)
        if trouble:
            found.failing[tender.number or ""] = trouble
            logger.error("tender %s could not be opened: %s", tender.number, trouble)
        else:
            found.proved += 1
    found.done_at = clock.now()
    found.save()
    log.record("tender.rehearse", found, by=Actor.system(), data={"proved": found.proved, "failing": found.failing})
    return found


def run_rehearsal(pk: str) -> None:
    """The deadline's handler: prove all, and plan the next night. Harmless when this one was done already."""
    planned = Rehearsal.objects.filter(pk=pk, done_at=None).first()
    if planned is not None:
        rehearse(planned)
        tracing.erase_old()  # the night's round for what inspectors no longer need
        _plan_next()


def ensure_rehearsal() -> None:
    """See to it that a night is planned: when a zone is opened, and by `manage.py prove_keys` after a broken chain."""
    if Deadline.objects.filter(kind=KIND, done_at=None).exists():
        return
    with transaction.atomic():
        locks.counter(KIND)
        if not Deadline.objects.filter(kind=KIND, done_at=None).exists():
            Rehearsal.objects.filter(done_at=None).delete()
            deadlines.put(KIND, Rehearsal.objects.create(), clock.now())  # nobody knows how the keys are: look at once


def failing() -> dict[Tender, str]:
    """The tenders that are open still and failed in the last round, with what is wrong."""
    last = _last()
    found = last.failing if last else {}
    return {tender: found[tender.number] for tender in not_yet_opened().filter(number__in=found)} if found else {}


def health() -> Part:
    """How the open tenders' keys are, for `/healthz`."""
    bad = sorted(tender.number or "" for tender in failing())
    if bad:
        return {"ok": False, "essential": False, "detail": "the opening would fail: " + ", ".join(bad)}
    since = clock.now() - AT_LEAST_EVERY
    last = _last()
    is_late = (last is None or last.done_at is None or last.done_at < since) and not_yet_opened().filter(
        published_at__lt=since
    ).exists()
    return {"ok": not is_late, "essential": False, "detail": "no key was proved for a day" if is_late else ""}


def _last() -> Rehearsal | None:
    return Rehearsal.objects.exclude(done_at=None).order_by("-done_at", "-pk").first()


def _plan_next() -> None:
    deadlines.put(KIND, Rehearsal.objects.create(), next_night(clock.now()))


def next_night(moment: datetime) -> datetime:
    """The first half past two of a night after `moment`."""
    local = clock.local(moment)
    night = datetime.combine(local.date(), AT, tzinfo=clock.ZONE)
    return night if night > local else night + timedelta(days=1)
