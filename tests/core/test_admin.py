from datetime import date, timedelta

import pytest
from django.test import Client

from marketplace.accounts import groups
from marketplace.accounts.actors import Actor
from marketplace.core import calendar, clock, log
from marketplace.core.models import CalendarDay, LogEntry, Zone
from tests.factories import staff

pytestmark = pytest.mark.django_db
DAY = {"date": "2026-03-18", "name": "台风停工"}


@pytest.fixture
def operator() -> Client:
    groups.ensure()
    return browser(staff("operator"))


def browser(actor: Actor) -> Client:
    client = Client()
    client.force_login(actor.person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_an_operator_corrects_the_calendar_and_the_log_knows(operator: Client) -> None:
    assert operator.post("/admin/calendarday/new/", DAY).status_code == 302
    assert not calendar.is_workday(date(2026, 3, 18))
    row = CalendarDay.objects.get()
    operator.post(f"/admin/calendarday/edit/{row.pk}/", {**DAY, "date": "2026-03-19"})
    assert calendar.is_workday(date(2026, 3, 18))
    assert not calendar.is_workday(date(2026, 3, 19))
    actions = list(LogEntry.objects.order_by("id").values_list("action", flat=True))
    assert actions == ["calendar.correct", "calendar.drop", "calendar.correct"]


def test_the_zone_is_corrected_and_there_is_one(operator: Client) -> None:
    zone = Zone.objects.create(name="示范区", owner="管委会", region_code="440100", region_name="广州市")
    values = {"name": "示范区", "owner": "管委会", "region_code": "440112", "region_name": "黄埔区"}
    assert operator.post(f"/admin/zone/edit/{zone.pk}/", values).status_code == 302
    assert Zone.objects.get().region_code == "440112"
    assert LogEntry.objects.get(action="zone.save").data["before"] == {"region_code": "440100", "region_name": "广州市"}
    assert operator.get("/admin/zone/new/").status_code == 404


def test_the_log_shows_no_entry_whose_time_has_not_come(operator: Client) -> None:
    zone = Zone.objects.create(name="示范区", owner="", region_code="", region_name="")
    later = clock.now() + timedelta(hours=1)
    hidden = log.record("tender.respond", zone, by=Actor.system(), visible_from=later)
    shown = log.record("zone.look", zone, by=Actor.system())
    index = operator.get("/admin/core_log/").text
    assert "zone.look" in index
    assert "tender.respond" not in index
    assert "tender.respond" not in operator.get("/admin/core_log/?export=xlsx&q=tender").getvalue().decode("latin-1")
    assert operator.get(f"/admin/core_log/inspect/{shown.pk}/").status_code == 200
    assert operator.get(f"/admin/core_log/inspect/{hidden.pk}/").status_code == 404
    with clock.at(later):
        assert "tender.respond" in operator.get("/admin/core_log/").text


def test_nobody_writes_in_the_log(operator: Client) -> None:
    entry = log.record("zone.look", Zone.objects.create(name="", owner=""), by=Actor.system())
    for act in (f"edit/{entry.pk}/", f"delete/{entry.pk}/", "new/"):
        assert operator.get(f"/admin/core_log/{act}").status_code == 404


def test_the_log_is_for_operators_and_supervisors(operator: Client) -> None:
    assert browser(staff("supervisor")).get("/admin/core_log/").status_code == 200
    for role in ("editor", "officer"):
        assert browser(staff(role)).get("/admin/core_log/").status_code == 302
