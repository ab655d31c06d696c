"""Until when a step is to be decided, and how that day was counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from marketplace.core.limits import Calendar, Counted, Pause, Unit, count
from marketplace.core.rules import IsWorkday

CALENDAR = "calendar"


@dataclass(frozen=True)
class Limit:
    """When a step is due: by the promise, or by the law where that comes first."""

    promise: Counted
    law: Counted | None

    @property
    def due_at(self) -> datetime:
        """The earlier of the two."""
        return self.decisive.due_at

    @property
    def due_on(self) -> date:
        """Its day."""
        return self.decisive.due_on

    @property
    def decisive(self) -> Counted:
        """The limit that comes first."""
        return self.law if self.law is not None and self.by_law else self.promise

    @property
    def by_law(self) -> bool:
        """Whether the law's day comes before the promise's."""
        return self.law is not None and self.law.due_at < self.promise.due_at


def limit_of(
    started_at: datetime,
    promised: int,
    special: int,
    statutory: int | None,
    unit: str,
    calendar: Calendar,
    pauses: Iterable[Pause] = (),
    until: datetime | None = None,
) -> Limit:
    """The limit of a step that began at `started_at`.

    `promised` and `special` (expert review, publicity: outside the limit) are working days; `statutory` is in `unit`.
    An open pause counts up to `until`.
    """
    pauses = tuple(pauses)
    promise = count(started_at, promised, calendar, outside=special, pauses=pauses, until=until)
    law = None
    if statutory is not None:
        law = count(started_at, statutory, calendar, unit=Unit(unit), outside=special, pauses=pauses, until=until)
    return Limit(promise, law)


class Workdays:
    """The working days around one day, numbered: 0 is that day, 1 the next working day.

    Each day is asked for once, however many projects are counted with it.
    """

    def __init__(self, today: date, is_workday: IsWorkday) -> None:
        self.today, self.is_workday = today, is_workday
        self._ahead: list[date] = [today]
        self._numbers: list[int] = [0]  # of today and each day after it
        self._behind: list[int] = [0]  # of today and each day before it

    def day(self, number: int) -> date:
        """The day with this number; days before today have no number of their own and give today."""
        while len(self._ahead) <= number:
            self._forth()
        return self._ahead[max(number, 0)]

    def number(self, day: date) -> int:
        """The number of a day: how many working days lie between; negative in the past."""
        distance = (day - self.today).days
        while len(self._numbers) <= distance:
            self._forth()
        while len(self._behind) <= -distance:
            self._back()
        return self._numbers[distance] if distance >= 0 else self._behind[-distance]

    def _forth(self) -> None:
        day = self.today + timedelta(days=len(self._numbers))
        is_worked = self.is_workday(day)
        self._numbers.append(self._numbers[-1] + is_worked)
        if is_worked:
            self._ahead.append(day)

    def _back(self) -> None:
        """The days in (day, today] count: the day behind the new one is the next to be looked at."""
        following = self.today - timedelta(days=len(self._behind) - 1)
        self._behind.append(self._behind[-1] - self.is_workday(following))
