"""Reading cards and complaints, and what waits on supervisors' desks."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, When
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import StaffRole
from marketplace.core import calendar, clock
from marketplace.core.desk import Task
from marketplace.core.rules import Alert, alert_level
from marketplace.supervision.models import Card, Complaint, Sweep
from marketplace.supervision.rules import OPEN_STATES


def complaints_visible_to(actor: Actor | None) -> QuerySet[Complaint]:
    """All complaints for supervisors, none for anybody else: who follows one has its number and code."""
    if actor is None or not actor.has_staff_role(StaffRole.SUPERVISOR):
        return Complaint.objects.none()
    return Complaint.objects.all()


def open_cards() -> QuerySet[Card]:
    """Cards that stand, the heaviest and oldest limit first."""
    weight = Case(When(level="red", then=0), When(level="yellow", then=1), default=2)
    return Card.objects.filter(cleared_at=None).order_by(weight, "due_at", "pk")


def by_responsible(cards: QuerySet[Card]) -> Any:
    """How many alerts, yellow and red cards each unit has that stand now."""
    found = cards.order_by().values("responsible")
    counted = found.annotate(
        alert=Count("pk", filter=Q(level="alert")),
        yellow=Count("pk", filter=Q(level="yellow")),
        red=Count("pk", filter=Q(level="red")),
    )
    return counted.order_by("-red", "-yellow", "-alert", "responsible")


def last_sweep() -> Sweep | None:
    """The newest round that was made."""
    return Sweep.objects.exclude(swept_at=None).order_by("-pk").first()


def desk_tasks(actor: Actor) -> Iterable[Task]:
    """Complaints to accept and to answer, for supervisors."""
    if actor.user is None:
        return
    if actor.has_staff_role(StaffRole.SUPERVISOR):
        yield from _cards_to_follow()
    for complaint in complaints_visible_to(actor).filter(state__in=OPEN_STATES):
        new = complaint.state in {Complaint.State.RECEIVED, Complaint.State.TRANSFERRED}
        due_at = complaint.accept_by if new else complaint.due_at
        yield Task(
            title=_("投诉 %(number)s") % {"number": complaint.number},
            act=_("受理") if new else _("答复"),
            url=reverse("complaint_handle", args=[complaint.number]),
            due_at=due_at,
            group=_("投诉举报"),
            subject=complaint.about or complaint.text[:40],
            level=level_of(complaint),
        )


def _cards_to_follow() -> Iterable[Task]:
    """The cards that stand, as one task per level: the board lists them."""
    counts = dict(open_cards().order_by().values_list("level").annotate(Count("pk")))
    words = {
        Card.Level.RED: (_("%(n)d 张红牌待督办"), Alert.RED),
        Card.Level.YELLOW: (_("%(n)d 张黄牌待督办"), Alert.YELLOW),
    }
    for level, (title, alert) in words.items():
        if count := counts.get(level):
            url = f"{reverse('supervision_board')}?level={level}"
            yield Task(title % {"n": count}, _("督办"), url, group=_("黄红牌"), level=alert)


def level_of(complaint: Complaint) -> Alert:
    """How its clock stands."""
    new = complaint.state in {Complaint.State.RECEIVED, Complaint.State.TRANSFERRED}
    due_at = complaint.accept_by if new else complaint.due_at
    if complaint.state not in OPEN_STATES:
        return Alert.QUIET
    return alert_level(complaint.received_at, due_at, clock.now(), calendar.is_workday)
