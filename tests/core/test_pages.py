from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone

from marketplace.core import clock, deadlines, health
from marketplace.core.models import Heartbeat, OutboxMessage, Zone

pytestmark = pytest.mark.django_db


# --- health -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("address", ["/healthz", "/healthz/"])
def test_a_site_that_serves_is_well_even_without_its_worker(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    report = answer.json()
    assert report["ok"] is True
    assert report["parts"]["worker"]["ok"] is False
    assert "manage.py worker" in report["parts"]["worker"]["detail"]


def test_a_worker_that_was_just_seen_is_well(client: Client) -> None:
    Heartbeat.objects.create(name="worker", at=timezone.now() - timedelta(seconds=20))
    assert client.get("/healthz").json()["parts"]["worker"]["ok"] is True
    Heartbeat.objects.update(at=timezone.now() - timedelta(seconds=40))
    assert client.get("/healthz").json()["parts"]["worker"]["ok"] is False


def test_late_deadlines_and_stuck_messages_are_told(client: Client) -> None:
    deadlines.register("test.kind", lambda pk: None)
    zone = Zone.objects.create(name="", owner="", region_code="", region_name="")
    deadlines.put("test.kind", zone, clock.now() - timedelta(minutes=1))
    OutboxMessage.objects.create(event="a", subscriber="b", payload={}, attempts=4)
    queue = client.get("/healthz").json()["parts"]["queue"]
    assert queue == {"ok": False, "essential": False, "detail": "1 late deadlines, 1 stuck messages"}


def test_an_essential_part_that_fails_is_a_503_and_a_crashing_check_is_a_part_that_is_not_well(client: Client) -> None:
    health.register("odd", lambda: 1 / 0)
    assert client.get("/healthz").status_code == 200
    assert client.get("/healthz").json()["parts"]["odd"]["detail"] == "ZeroDivisionError"
    health.register("engine", lambda: {"ok": False, "essential": True, "detail": "away"})
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["ok"]) == (503, False)


def test_a_database_that_is_away_is_a_503(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(connection, "cursor", away)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["parts"]["database"]["detail"] == "DatabaseError"


# --- preferences ------------------------------------------------------------------------------------------------------
def test_preferences_are_kept_in_cookies_and_one_goes_back(client: Client) -> None:
    answer = client.get("/preferences/?theme=dark&size=elder&next=/design/")
    assert answer.url == "/design/"
    assert {name: morsel.value for name, morsel in answer.cookies.items()} == {"theme": "dark", "size": "elder"}
    page = client.get("/statistics/").text
    assert 'data-bs-theme="dark"' in page
    assert 'data-size="elder"' in page


@pytest.mark.parametrize("value", ["purple", "", '"><script>'])
def test_unknown_values_are_not_kept(client: Client, value: str) -> None:
    assert not client.get("/preferences/", {"theme": value}).cookies


@pytest.mark.parametrize("target", ["https://example.com/", "//example.com", "javascript:alert(1)", "\\\\example.com"])
def test_preferences_lead_nowhere_else(client: Client, target: str) -> None:
    assert client.get("/preferences/", {"next": target}).url == "/"
