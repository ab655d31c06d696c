"""The past, played forward: acts at their moments, and between them every deadline that falls due."""

import heapq
import itertools
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.db.models import Q

from marketplace.core import calendar, clock, deadlines, events
from marketplace.core.models import Deadline

Act = Callable[[], object]


class Timeline:
    """A queue of acts by time. An act may put further acts on it."""

    def __init__(self, start: datetime, end: datetime, report: Callable[[int], object]) -> None:
        self.now, self.end, self.report = start, end, report
        self._queue: list[tuple[datetime, int, Act]] = []
        self._order = itertools.count()

    def at(self, moment: datetime, act: Act) -> None:
        """Do `act` at `moment`, or now when that is past; what would lie after the end is left undone."""
        if moment <= self.end:
            heapq.heappush(self._queue, (max(moment, self.now), next(self._order), act))

    def after(self, days: int, act: Act, *, hour: int = 10, minute: int = 0) -> None:
        """Do `act` that many working days from now, at that hour of the zone's day."""
        self.at(office_hour(calendar.due_on(clock.local(self.now).date(), days).due_on, hour, minute), act)

    def play(self) -> None:
        """Carry out everything up to the end."""
        while self._queue:
            moment, _order, act = heapq.heappop(self._queue)
            self._deadlines_until(moment)
            self.now = moment
            with clock.at(moment):
                act()
            self.report(1)
        self._deadlines_until(self.end)
        self.now = self.end

    def settle(self) -> None:
        """Let what is due and published now happen."""
        self._deadlines_until(self.end)

    def _deadlines_until(self, moment: datetime) -> None:
        while True:
            self._dispatch(self.now)
            due = (
                Deadline.objects.filter(Q(done_at=None), Q(due_at__lte=moment), Q(attempts=0))
                .order_by("due_at", "id")
                .first()
            )
            if due is None:
                return
            self.now = max(self.now, due.due_at)
            with clock.at(self.now):
                deadlines.run_due(limit=1)

    @staticmethod
    def _dispatch(moment: datetime) -> None:
        with clock.at(moment):
            while events.dispatch():
                pass


def office_hour(day: date, hour: int = 10, minute: int = 0) -> datetime:
    """That hour of that day on the zone's clock; a day off moves to the next working day."""
    while not calendar.is_workday(day):
        day += timedelta(days=1)
    return datetime.combine(day, time(hour, minute), clock.ZONE)
