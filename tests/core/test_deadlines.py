import contextlib
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from marketplace.core import clock, deadlines, log
from marketplace.core.models import Deadline, LogEntry, Zone
from tests.factories import staff

NOON = datetime(2026, 3, 18, 12, 0, tzinfo=clock.ZONE)
LATER = NOON + timedelta(hours=1)
KIND = "test.kind"


def a_zone(name: str = "甲") -> Zone:
    return Zone.objects.create(name=name, owner="", region_code="440100", region_name="")


@pytest.fixture
def done() -> list[str]:
    """The keys that a handler of KIND was called with."""
    keys: list[str] = []
    deadlines.register(KIND, keys.append)
    return keys


@pytest.mark.django_db
def test_a_deadline_is_carried_out_when_its_moment_has_come_and_once(done: list[str]) -> None:
    zone = a_zone()
    with clock.at(NOON):
        deadlines.put(KIND, zone, LATER)
        assert deadlines.run_due() == 0
    with clock.at(LATER - timedelta(microseconds=1)):
        assert deadlines.run_due() == 0
    with clock.at(LATER):
        assert deadlines.run_due() == 1
        assert deadlines.run_due() == 0
    assert done == [str(zone.pk)]
    assert Deadline.objects.get().done_at == LATER


@pytest.mark.django_db
def test_the_oldest_comes_first_and_a_limit_holds(done: list[str]) -> None:
    zones = [a_zone(str(number)) for number in range(3)]
    with clock.at(NOON):
        for hours, zone in zip((3, 1, 2), zones, strict=True):
            deadlines.put(KIND, zone, NOON + timedelta(hours=hours))
    with clock.at(NOON + timedelta(days=1)):
        assert deadlines.run_due(limit=2) == 2
        assert done == [str(zones[1].pk), str(zones[2].pk)]


@pytest.mark.django_db
def test_an_object_has_one_open_deadline_of_a_kind_and_it_moves(done: list[str]) -> None:
    zone = a_zone()
    with clock.at(NOON):
        deadlines.put(KIND, zone, NOON)
        deadlines.put(KIND, zone, LATER)
        assert deadlines.run_due() == 0
    assert Deadline.objects.get().due_at == LATER


@pytest.mark.django_db
def test_a_cancelled_deadline_is_not_carried_out(done: list[str]) -> None:
    zone = a_zone()
    with clock.at(NOON):
        deadlines.put(KIND, zone, NOON)
        deadlines.cancel(KIND, zone)
        assert deadlines.run_due() == 0
    assert done == []


@pytest.mark.django_db
def test_a_handler_may_put_the_next_one_of_its_kind() -> None:
    zone = a_zone()
    deadlines.register(KIND, lambda pk: deadlines.put(KIND, zone, clock.now() + timedelta(minutes=30)))
    with clock.at(NOON):
        deadlines.put(KIND, zone, NOON)
        deadlines.run_due()
    assert [(d.due_at, d.done_at) for d in Deadline.objects.order_by("due_at")] == [
        (NOON, NOON),
        (NOON + timedelta(minutes=30), None),
    ]


@pytest.mark.django_db
def test_a_failing_one_is_undone_retried_and_holds_up_nobody(done: list[str]) -> None:
    zone, other = a_zone(), a_zone("乙")
    operator = staff("operator")

    def fail(pk: str) -> None:
        log.record("half.done", zone, by=operator)
        raise RuntimeError("no luck")

    deadlines.register("test.bad", fail)
    with clock.at(NOON):
        deadlines.put("test.bad", zone, NOON - timedelta(minutes=1))
        deadlines.put(KIND, other, NOON)
        assert deadlines.run_due() == 2
        assert deadlines.run_due() == 0
    bad = Deadline.objects.get(kind="test.bad")
    assert (bad.attempts, bad.done_at, bad.error) == (1, None, "RuntimeError: no luck")
    assert done == [str(other.pk)]
    assert not LogEntry.objects.filter(action="half.done").exists()
    deadlines.register("test.bad", done.append)
    with clock.at(NOON + timedelta(seconds=2)):
        assert deadlines.run_due() == 1
    assert done == [str(other.pk), str(zone.pk)]


@pytest.mark.django_db
def test_a_deadline_that_never_works_is_given_up() -> None:
    deadlines.register(KIND, lambda pk: 1 / 0)
    with clock.at(NOON):
        deadlines.put(KIND, a_zone(), NOON)
    moment = NOON
    for _ in range(deadlines.MAX_ATTEMPTS + 5):
        moment += timedelta(minutes=10)
        with clock.at(moment):
            deadlines.run_due()
    assert Deadline.objects.get().attempts == deadlines.MAX_ATTEMPTS


@pytest.mark.django_db
def test_a_reader_who_comes_first_applies_only_its_own(done: list[str]) -> None:
    zone, other = a_zone(), a_zone("乙")
    with clock.at(NOON):
        deadlines.put(KIND, zone, NOON)
        deadlines.put(KIND, other, NOON)
        assert deadlines.apply_due(KIND, zone) is True
        assert deadlines.apply_due(KIND, zone) is False
    assert done == [str(zone.pk)]


@pytest.mark.django_db
def test_a_kind_without_handler_is_refused_when_it_is_put() -> None:
    with pytest.raises(LookupError, match="no handler"):
        deadlines.put("test.unknown", a_zone(), NOON)


@pytest.mark.django_db(transaction=True)
def test_two_tickers_at_once_carry_each_out_once() -> None:
    zones = [a_zone(str(number)) for number in range(12)]
    start, done = threading.Barrier(2), []

    def slowly(pk: str) -> None:
        time.sleep(0.02)
        done.append(pk)

    def ticker() -> None:
        try:
            start.wait()
            deadlines.run_due()
        finally:
            connection.close()

    deadlines.register(KIND, slowly)
    for zone in zones:
        deadlines.put(KIND, zone, clock.now())
    in_parallel(ticker, ticker)
    assert sorted(done) == sorted(str(zone.pk) for zone in zones)
    assert not Deadline.objects.filter(done_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_a_reader_waits_for_the_ticker_that_is_at_it() -> None:
    zone, inside, done = a_zone(), threading.Event(), []

    def slowly(pk: str) -> None:
        inside.set()
        time.sleep(0.3)
        done.append(pk)

    def ticker() -> None:
        try:
            deadlines.run_due()
        finally:
            connection.close()

    def reader() -> None:
        try:
            assert inside.wait(5)
            assert deadlines.apply_due(KIND, zone) is False
            assert done == [str(zone.pk)]
        finally:
            connection.close()

    deadlines.register(KIND, slowly)
    deadlines.put(KIND, zone, clock.now())
    in_parallel(ticker, reader)


@pytest.mark.django_db(transaction=True)
def test_a_deadline_lives_and_dies_with_its_transaction(done: list[str]) -> None:
    zone = a_zone()
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        deadlines.put(KIND, zone, clock.now())
        raise ZeroDivisionError
    assert not Deadline.objects.exists()


def in_parallel(*acts: Callable[[], None]) -> None:
    """Run the acts at once, each in a thread with its own connection; the first error fails the test."""
    errors: list[BaseException] = []

    def caught(act: Callable[[], None]) -> None:
        try:
            act()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=caught, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    if errors:
        raise errors[0]
