"""The `drain` and `clock_at` fixtures that other tests stand on."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest

from marketplace.core import clock, deadlines
from marketplace.core.models import Counter, Deadline

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 20, 4, tzinfo=UTC)


@pytest.fixture
def done() -> Iterator[list[str]]:
    """What deadlines of the kind `test.due` have carried out."""
    carried_out: list[str] = []
    deadlines.register("test.due", carried_out.append)
    yield carried_out
    del deadlines._handlers["test.due"]


def test_drain_carries_out_what_is_due_and_only_that(
    done: list[str], clock_at: Callable[[datetime], AbstractContextManager[None]], drain: Callable[[], int]
) -> None:
    subject = Counter.objects.create(name="a")
    with clock_at(NOON):
        assert clock.now() == NOON
        deadlines.put("test.due", subject, NOON + timedelta(seconds=1))
        assert drain() == 0
    with clock_at(NOON + timedelta(seconds=1)):
        assert drain() == 1
        assert drain() == 0
    assert done == ["a"]


def test_a_handler_that_fails_fails_the_test_with_its_error(done: list[str], drain: Callable[[], int]) -> None:
    def broken(_pk: str) -> None:
        raise RuntimeError("no such tender")

    deadlines.register("test.due", broken)
    deadlines.put("test.due", Counter.objects.create(name="a"), clock.now() - timedelta(seconds=1))
    with pytest.raises(AssertionError, match="RuntimeError: no such tender"):
        drain()
    assert not Deadline.objects.filter(done_at__isnull=False).exists()
