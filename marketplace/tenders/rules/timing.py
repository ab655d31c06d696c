"""When a response is in time, and until when a service is expected to run."""

from datetime import date, datetime

from marketplace.core.rules import IsWorkday, add_workdays

MOST_DAYS = 2000


def in_time(moment: datetime, closes_at: datetime | None) -> bool:
    """Whether a response at `moment` counts: before the close, not at it. Read the clock under the locks."""
    return closes_at is not None and moment < closes_at


def service_ends_on(closes_on: date, publicity_days: int, contract_days: int, days: int, is_workday: IsWorkday) -> date:
    """The expected last day of the service: the close, then publicity, contract and service in working days."""
    return add_workdays(closes_on, min(publicity_days + contract_days + days, MOST_DAYS), is_workday).due_on
