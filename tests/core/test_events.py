import contextlib
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from marketplace.core import clock, events
from marketplace.core.models import Counter, OutboxMessage
from tests.core.test_deadlines import in_parallel

NOON = datetime(2026, 3, 18, 12, 0, tzinfo=clock.ZONE)


@dataclass(frozen=True)
class Rung(events.Event):
    """A bell rang."""

    bell: str


def ring(bell: str = "大钟") -> None:
    with transaction.atomic():
        events.publish(Rung(bell))


@pytest.mark.django_db
def test_every_subscriber_hears_an_event_once() -> None:
    heard: list[tuple[str, str]] = []
    for key in ("one", "two"):
        events.subscribe(Rung, key, lambda event, key=key: heard.append((key, event.bell)))
    ring()
    assert heard == []
    assert events.dispatch() == 2
    assert events.dispatch() == 0
    assert sorted(heard) == [("one", "大钟"), ("two", "大钟")]


@pytest.mark.django_db
def test_events_are_heard_in_their_order() -> None:
    heard: list[str] = []
    events.subscribe(Rung, "one", lambda event: heard.append(event.bell))
    for bell in "abc":
        ring(bell)
    events.dispatch()
    assert heard == ["a", "b", "c"]


@pytest.mark.django_db
def test_a_failing_subscriber_stops_no_other_and_is_tried_again() -> None:
    heard: list[str] = []

    def fail(event: Rung) -> None:
        Counter.objects.create(name="half done")
        raise RuntimeError("deaf")

    events.subscribe(Rung, "bad", fail)
    events.subscribe(Rung, "good", lambda event: heard.append(event.bell))
    with clock.at(NOON):
        ring()
        assert events.dispatch() == 2
        assert events.dispatch() == 0
    assert heard == ["大钟"]
    assert not Counter.objects.exists()
    bad = OutboxMessage.objects.get(subscriber="bad")
    assert (bad.attempts, bad.done_at, bad.error) == (1, None, "RuntimeError: deaf")
    events.subscribe(Rung, "bad", lambda event: heard.append("again"))
    with clock.at(NOON + timedelta(seconds=2)):
        assert events.dispatch() == 1
    assert heard == ["大钟", "again"]
    assert OutboxMessage.objects.get(subscriber="bad").error == ""


@pytest.mark.django_db
def test_a_message_that_never_works_is_given_up() -> None:
    events.subscribe(Rung, "bad", lambda event: 1 / 0)
    moment = NOON
    with clock.at(moment):
        ring()
    for _ in range(events.MAX_ATTEMPTS + 3):
        moment += timedelta(hours=1)
        with clock.at(moment):
            events.dispatch()
    assert OutboxMessage.objects.get().attempts == events.MAX_ATTEMPTS


@pytest.mark.django_db(transaction=True)
def test_an_event_of_an_act_that_was_undone_was_never_there() -> None:
    events.subscribe(Rung, "one", lambda event: None)
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        events.publish(Rung("小钟"))
        raise ZeroDivisionError
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_event_is_published_inside_a_transaction_only() -> None:
    with pytest.raises(RuntimeError, match="inside the transaction"):
        events.publish(Rung("小钟"))


@pytest.mark.django_db
def test_an_event_nobody_wants_leaves_no_row() -> None:
    ring()
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_dispatchers_at_once_handle_each_once() -> None:
    heard: list[str] = []
    start = threading.Barrier(2)
    events.subscribe(Rung, "one", lambda event: heard.append(event.bell))
    for number in range(20):
        ring(str(number))

    def dispatcher() -> None:
        try:
            start.wait()
            events.dispatch()
        finally:
            connection.close()

    in_parallel(dispatcher, dispatcher)
    assert sorted(heard, key=int) == [str(number) for number in range(20)]


def test_every_subscription_has_a_stable_name() -> None:
    for name, keys in events.subscribers().items():
        assert len(name) <= 60
        assert all("." in key and len(key) <= 60 for key in keys)
