"""Until when a step is to be decided, and how that day was counted."""

from dataclasses import dataclass
from datetime import date, timedelta

from marketplace.core.rules import IsWorkday, add_workdays, workdays_between

CALENDAR = "calendar"


@dataclass(frozen=True)
class Limit:
    """The day a step is due: by the promise, or by the law where that comes first.

    `skipped`: days between that did not count towards the promise.
    """

    starts_on: date
    promised_on: date
    statutory_on: date | None
    skipped: tuple[date, ...]

    @property
    def due_on(self) -> date:
        """The earlier of the two."""
        return min(self.promised_on, self.statutory_on) if self.statutory_on else self.promised_on

    @property
    def by_law(self) -> bool:
        """Whether the law's day comes before the promise's."""
        return self.statutory_on is not None and self.statutory_on < self.promised_on


def limit_of(
    starts_on: date, promised: int, special: int, statutory: int | None, unit: str, is_workday: IsWorkday
) -> Limit:
    """The limit of a step that began on `starts_on`; the day after counts as day 1.

    `promised` and `special` (expert review, publicity: outside the limit) are working days; `statutory` is in `unit`. A
    calendar-day limit that ends on a day off ends on the next working day (Civil Code, art. 203).
    """
    promise = add_workdays(starts_on, promised + special, is_workday)
    law: date | None = None
    if statutory is not None:
        law = _statutory(starts_on, statutory, unit, is_workday)
        law = add_workdays(law, special, is_workday).due_on
    return Limit(starts_on, promise.due_on, law, promise.skipped)


def _statutory(starts_on: date, days: int, unit: str, is_workday: IsWorkday) -> date:
    if unit != CALENDAR:
        return add_workdays(starts_on, days, is_workday).due_on
    day = starts_on + timedelta(days=days)
    while not is_workday(day):
        day += timedelta(days=1)
    return day


class Workdays:
    """The working days around one day, numbered: 0 is that day, 1 the next working day. Each is worked out once."""

    def __init__(self, today: date, is_workday: IsWorkday) -> None:
        self.today, self.is_workday = today, is_workday
        self._ahead: list[date] = [today]

    def day(self, number: int) -> date:
        """The day with this number; days before today have no number of their own and give today."""
        while len(self._ahead) <= number:
            self._ahead.append(add_workdays(self._ahead[-1], 1, self.is_workday).due_on)
        return self._ahead[max(number, 0)]

    def number(self, day: date) -> int:
        """The number of a day: how many working days lie between; negative in the past."""
        return workdays_between(self.today, day, self.is_workday)
