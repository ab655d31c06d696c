"""The calendar feed: valid, secret, its owner's dates only, and not sent again while nothing has changed."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from marketplace.accounts.models import Membership
from marketplace.core import clock
from marketplace.projects import feeds, services
from marketplace.projects.models import CalendarFeed
from marketplace.projects.services.entries import add_entry
from marketplace.projects.services.feeds import renew_feed, withdraw_feed
from tests.factories import member
from tests.projects.scene import MONDAY, Scene, mapped
from tests.projects.test_pages import client_of, text_of

pytestmark = pytest.mark.django_db


def running() -> Scene:
    scene = mapped()
    services.start_step(scene.step("filing"), "BA-1", by=scene.officer)
    return scene


def test_the_calendar_parses_and_each_event_has_what_the_standard_demands() -> None:
    with clock.at(MONDAY):
        scene = running()
        feed = renew_feed(by=scene.owner)
        answer = Client().get(reverse("calendar_feed", args=[feed.token]))
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        raw = answer.content
        assert raw.startswith(b"BEGIN:VCALENDAR\r\n")
        assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
        calendar = Calendar.from_ical(raw)
        events = calendar.walk("VEVENT")
        assert calendar["VERSION"] == "2.0"
        assert len({event["UID"] for event in events}) == len(events) >= 3
        assert all({"DTSTAMP", "DTSTART", "SUMMARY", "UID"} <= set(event) for event in events)
        step = scene.step("filing")
        due = next(event for event in events if event["UID"].startswith(f"step-{step.pk}@"))
        assert step.due_at is not None
        assert due.decoded("DTSTART") == clock.local(step.due_at).date()
        assert isinstance(due.decoded("DTSTART"), date)


def test_the_same_dates_are_not_sent_again_and_changed_ones_are() -> None:
    with clock.at(MONDAY):
        scene = running()
        address = reverse("calendar_feed", args=[renew_feed(by=scene.officer).token])
        etag = Client().get(address)["ETag"]
        assert Client().get(address, headers={"if-none-match": etag}).status_code == 304
        add_entry(scene.project, "visit", "看现场", by=scene.officer, next_on=clock.today() + timedelta(days=40))
        changed = Client().get(address, headers={"if-none-match": etag})
        assert changed.status_code == 200
        assert "看现场" in text_of(changed).replace("\r\n ", "")


def test_a_renewed_or_withdrawn_address_is_dead() -> None:
    scene = running()
    old = renew_feed(by=scene.owner).token
    new = renew_feed(by=scene.owner).token
    assert len(new) >= 43
    assert Client().get(reverse("calendar_feed", args=[old])).status_code == 404
    withdraw_feed(by=scene.owner)
    assert Client().get(reverse("calendar_feed", args=[new])).status_code == 404


def test_others_have_nothing_of_it_and_who_leaves_the_firm_loses_it() -> None:
    scene = running()
    other = member()
    assert other.user is not None
    assert scene.owner.user is not None
    assert feeds.dates(other.user) == []
    assert feeds.dates(scene.owner.user)
    Membership.objects.filter(user=scene.owner.user).update(is_active=False)
    assert feeds.dates(scene.owner.user) == []


def test_the_page_makes_and_withdraws_the_address() -> None:
    scene = running()
    client = client_of(scene.owner)
    client.post(reverse("calendar_page"), {"act": "renew"})
    token = CalendarFeed.objects.get().token
    assert token in text_of(client.get(reverse("calendar_page")))
    assert token not in text_of(client_of(member()).get(reverse("calendar_page")))
    client.post(reverse("calendar_page"), {"act": "withdraw"})
    assert not CalendarFeed.objects.exists()
