"""When a response is in time, how long one may ask, what an amendment or an objection does to the time that is left."""

from datetime import date, datetime, timedelta

from marketplace.core.clock import ZONE
from marketplace.core.rules import IsWorkday, add_workdays, closing, workdays_between

MOST_DAYS = 2000


def in_time(moment: datetime, closes_at: datetime | None) -> bool:
    """Whether a response at `moment` counts: before the close, not at it. Read the clock under the locks."""
    return closes_at is not None and moment < closes_at


def service_ends_on(closes_on: date, publicity_days: int, contract_days: int, days: int, is_workday: IsWorkday) -> date:
    """The expected last day of the service: the close, then publicity, contract and service in working days."""
    return add_workdays(closes_on, min(publicity_days + contract_days + days, MOST_DAYS), is_workday).due_on


def questions_until(closes_at: datetime, days: int, is_workday: IsWorkday) -> datetime:
    """Until when one may ask: the same time of day, `days` working days before the close (selection-rules, *Periods*).

    At that moment it is too late already, as with the close itself.
    """
    day = closes_at.astimezone(ZONE).date()
    left = days
    while left:
        day -= timedelta(days=1)
        left -= is_workday(day)
    return datetime.combine(day, closes_at.astimezone(ZONE).time(), ZONE)


def answer_by(asked_at: datetime, closes_at: datetime, is_workday: IsWorkday) -> datetime:
    """Until when a question is to be answered: within a working day, and before the close in any case."""
    within = closing(add_workdays(asked_at.astimezone(ZONE).date(), 1, is_workday).due_on)
    return min(within, closes_at)


def amended_close(
    moment: datetime, closes_at: datetime, response_days: int, *, is_material: bool, is_workday: IsWorkday
) -> datetime:
    """The close after an amendment at `moment`; never earlier than it was.

    A material change makes the response period start anew. Any other one extends only "if less than half is left"
    (supermarket §3.3): then half of the period, rounded up, is given again.
    """
    today = moment.astimezone(ZONE).date()
    half = (response_days + 1) // 2
    if not is_material and workdays_between(today, closes_at.astimezone(ZONE).date(), is_workday) >= half:
        return closes_at
    days = response_days if is_material else half
    return max(closes_at, closing(add_workdays(today, days, is_workday).due_on))


def days_left(moment: datetime, until: datetime, is_workday: IsWorkday) -> int:
    """How many working days of a publicity are left when it is suspended; at least one."""
    return max(1, workdays_between(moment.astimezone(ZONE).date(), until.astimezone(ZONE).date(), is_workday))
