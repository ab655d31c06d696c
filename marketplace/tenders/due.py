"""A reader who comes before the worker carries out what is due, so that every page shows what time has made true."""

from collections.abc import Callable, Iterable

from django.db.models import Model

from marketplace.core import clock, deadlines
from marketplace.tenders.models import Drawing, Tender


def _itself(tender: Tender) -> Iterable[Model]:
    return [tender]


def _explanations(tender: Tender) -> Iterable[Model]:
    return tender.explanations.filter(state__in=["asked", "given"])


def _objections(tender: Tender) -> Iterable[Model]:
    return tender.objections.filter(state="filed")


def _offers(tender: Tender) -> Iterable[Model]:
    return tender.substitute_offers.filter(state="asked")


def _drawings(tender: Tender) -> Iterable[Model]:
    return Drawing.objects.filter(tender=tender, found_at=None)


# The state, the tender's field that says when something is due (None: only the object itself knows), the kind of
# deadline, and whose it is.
WAITING: tuple[tuple[str, str | None, str, Callable[[Tender], Iterable[Model]]], ...] = (
    (Tender.State.PUBLISHED, "closes_at", "tenders.opening", _itself),
    (Tender.State.CLOSED, "review_by", "tenders.review", _itself),
    (Tender.State.CLOSED, None, "tenders.seed", _drawings),
    (Tender.State.SELECTING, "accept_by", "tenders.acceptance", _itself),
    (Tender.State.SELECTING, "choose_by", "tenders.choice", _itself),
    (Tender.State.SELECTING, "explain_by", "tenders.explanation", _explanations),
    (Tender.State.SELECTING, "pick_by", "tenders.pick", _itself),
    (Tender.State.SELECTING, "substitute_by", "tenders.substitute", _offers),
    (Tender.State.PUBLICITY, "publicity_until", "tenders.publicity_over", _itself),
    (Tender.State.SUSPENDED, None, "tenders.objection", _objections),
)


def bring_up_to_date(tender: Tender) -> bool:
    """Carry out the tender's deadlines whose moment has passed; whether any was due. No query when nothing can be."""
    done = False
    for state, field, kind, objects in WAITING:
        if tender.state != state:
            continue
        due_at = getattr(tender, field) if field else None
        if field and (due_at is None or clock.now() < due_at):
            continue
        for each in objects(tender):
            done = deadlines.apply_due(kind, each) or bool(field) or done
    if done:
        deadlines.apply_due("tenders.second_announcement", tender)
    return done
