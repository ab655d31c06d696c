"""Errands: what the worker does outside of transactions; one that fails keeps no other from its work."""

import threading

import pytest
from django.core.management import call_command
from django.db import connection

from marketplace.core import errands


@pytest.fixture(autouse=True)
def none_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errands, "_errands", [])


def test_one_that_fails_keeps_no_other_from_its_work() -> None:
    done: list[str] = []

    def failing() -> int:
        raise RuntimeError("the network is away")

    def working() -> int:
        done.append("x")
        return 1

    errands.register(failing)
    errands.register(working)
    errands.register(working)  # registering twice changes nothing
    assert errands.run() == 1
    assert done == ["x"]


@pytest.mark.django_db(transaction=True)
def test_the_worker_runs_them_outside_of_a_transaction_until_nothing_is_left() -> None:
    left = [2]
    inside: list[bool] = []

    def errand() -> int:
        inside.append(connection.in_atomic_block)
        left[0] -= 1
        return int(left[0] >= 0)

    errands.register(errand)
    call_command("worker", "--once")
    assert left[0] == -1
    assert inside == [False, False, False]


def test_beside_the_worker_one_round_runs_at_a_time() -> None:
    go, began = threading.Event(), []

    def slow() -> int:
        began.append(1)
        go.wait(5)
        return 0

    errands.register(slow)
    beside = errands.Beside()
    beside.look()
    beside.look()
    go.set()
    beside._thread.join(5)  # type: ignore[union-attr]
    assert began == [1]
