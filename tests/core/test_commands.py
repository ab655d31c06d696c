from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from marketplace.core import calendar, clock, deadlines
from marketplace.core.models import Heartbeat, LogEntry, Zone

pytestmark = pytest.mark.django_db


def run(*arguments: object, **options: object) -> tuple[list[str], list[str]]:
    out, err = StringIO(), StringIO()
    call_command(*map(str, arguments), stdout=out, stderr=err, **options)
    return out.getvalue().splitlines(), err.getvalue().splitlines()


def test_workdays_prints_the_due_date() -> None:
    assert run("workdays", "2026-02-13", 5) == (["2026-02-27"], [])
    calendar.load(range(2026, 2028))
    assert run("workdays", "2026-02-13", 5) == (["2026-02-27"], [])


def test_workdays_says_when_a_year_is_provisional() -> None:
    assert run("workdays", "2026-12-30", 5) == (["2027-01-07"], ["2027: provisional calendar"])


def test_workdays_explains_the_days_that_did_not_count() -> None:
    out, _err = run("workdays", "2026-03-20", 1, "--explain")
    assert out == ["2026-03-23", "2026-03-21 2026-03-22"]


def test_workdays_answers_before_the_database_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection.introspection, "table_names", lambda: [])
    monkeypatch.setattr(calendar, "_table", lambda: 1 / 0)
    assert run("workdays", "2026-02-13", 5)[0] == ["2026-02-27"]


@pytest.mark.parametrize(("start", "days"), [("13.2.2026", "5"), ("2026-02-30", "5"), ("2026-02-13", "-1")])
def test_workdays_refuses_what_is_no_date_or_number(start: str, days: str) -> None:
    with pytest.raises(CommandError):
        run("workdays", start, "--", days)


def test_the_worker_does_its_round_and_ends() -> None:
    done: list[str] = []
    deadlines.register("test.kind", done.append)
    zone = Zone.objects.create(name="", owner="", region_code="", region_name="")
    deadlines.put("test.kind", zone, clock.now())
    calendar.correct(clock.today(), is_workday=True, name="", by=_System())
    run("worker", "--once")
    assert done == [str(zone.pk)]
    assert LogEntry.objects.get().number == 1
    assert Heartbeat.objects.filter(name="worker").exists()


def test_the_worker_outlives_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    from marketplace.core.management.commands import worker

    tries: list[int] = []

    def away() -> int:
        tries.append(1)
        if len(tries) < 3:
            raise OperationalError("gone")
        command.running = False
        return 0

    command = worker.Command(stderr=StringIO())
    monkeypatch.setattr(worker.deadlines, "run_due", away)
    monkeypatch.setattr(worker.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    command.handle(interval=0.0, once=False)
    assert len(tries) == 3
    assert "gone" in command.stderr.getvalue()


class _System:
    user = None
    label = "系统"
    organisation_code = ""
