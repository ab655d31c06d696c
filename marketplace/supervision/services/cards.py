"""The sweep over all running time limits: raises and clears cards, and tells about yellow and red ones."""

from datetime import timedelta

from django.db import transaction

from marketplace.accounts import queries as accounts
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import StaffRole
from marketplace.core import calendar, clock, deadlines, inbox, locks, log
from marketplace.core.models import Deadline
from marketplace.core.rules import alert_level
from marketplace.supervision import rules
from marketplace.supervision.limits import Limit, running
from marketplace.supervision.models import Card, Sweep

KIND = "supervision.sweep"


@transaction.atomic
def sweep(record: Sweep | None = None) -> Sweep:
    """Look at every running limit once: a card for each that is close to its end or past it, none for the others.

    A higher card replaces a lower one; both stay on record. Safe to run at any time; `record` is the planned round.
    """
    locks.counter("supervision.sweep")
    moment = clock.now()
    record = record or Sweep(created_at=moment)
    open_cards = {card.subject: card for card in Card.objects.select_for_update().filter(cleared_at=None)}
    seen: set[str] = set()
    for limit in running():
        record.watched += 1
        level = rules.card_level(alert_level(limit.started_at, limit.due_at, moment, calendar.is_workday))
        if level is None:
            continue
        seen.add(limit.subject)
        record.raised += _raise(limit, level, open_cards.get(limit.subject))
    for subject, card in open_cards.items():
        if subject not in seen:
            _clear(card)
            record.cleared += 1
    record.swept_at = moment
    record.save()
    return record


def run_sweep(pk: str) -> None:
    """The deadline's handler: sweep, and set the next one. Harmless when this round was done already."""
    planned = Sweep.objects.filter(pk=pk, swept_at=None).first()
    if planned is not None:
        sweep(planned)
        _plan_next()


@transaction.atomic
def ensure_sweep() -> None:
    """See to it that a sweep is planned: at start, and after a chain that broke."""
    locks.counter("supervision.sweep")
    if not Deadline.objects.filter(kind=KIND, done_at=None).exists():
        Sweep.objects.filter(swept_at=None).delete()
        _plan_next()


def _plan_next() -> None:
    following = Sweep.objects.create()
    deadlines.put(KIND, following, clock.now() + timedelta(minutes=rules.SWEEP_MINUTES))


def _raise(limit: Limit, level: str, present: Card | None) -> int:
    """1 when a new card was raised."""
    if present is not None:
        same_limit = present.due_at == limit.due_at
        if same_limit and not rules.is_higher(level, present.level):
            return 0
        _clear(present)
    card = Card.objects.create(
        subject=limit.subject,
        kind=limit.kind,
        title=limit.title[:200],
        responsible=limit.responsible[:120],
        url=limit.url,
        level=level,
        due_at=limit.due_at,
        raised_at=clock.now(),
    )
    log.record("card.raise", card, by=Actor.system(), data={"level": level, "due_at": limit.due_at.isoformat()})
    if level != Card.Level.ALERT:
        people = [*limit.people(), *accounts.staff(StaffRole.SUPERVISOR)]
        due = clock.local(limit.due_at).strftime("%Y-%m-%d %H:%M")
        kind = f"supervision.{level}"
        inbox.tell(people, kind, url=limit.url, title=card.title, responsible=card.responsible, due=due)
    return 1


def _clear(card: Card) -> None:
    card.cleared_at = clock.now()
    card.save(update_fields=["cleared_at"])
    log.record("card.clear", card, by=Actor.system(), data={"level": card.level})
