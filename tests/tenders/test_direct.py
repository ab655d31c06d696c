"""Direct selection: within its limits, with its reason, accepted or not."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.actors import Actor
from marketplace.agencies.models import Agency
from marketplace.core import clock, deadlines
from marketplace.core.errors import AlreadyDone, NotAllowed
from marketplace.core.models import LogEntry, Message
from marketplace.tenders import services
from marketplace.tenders.errors import BidTooLate, NotEligible, NotPublishable, ReasonMissing
from marketplace.tenders.models import Award, Tender
from marketplace.tenders.selection import registry
from tests.tenders import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]


def chosen(by: Actor, agency: Agency, price: str = "48000.00", **more: Any) -> Tender:
    fields = {"method": "direct", "chosen_agency": agency, "method_settings": {"price": price}, "ceiling": None}
    return scene.published(by, choice_reason="熟悉现场情况", **(fields | more))


@pytest.fixture
def by() -> Actor:
    return scene.buyer()


def test_the_chosen_agency_is_asked_and_has_two_working_days(by: Actor) -> None:
    agency = scene.agency()
    author = scene.author(agency)
    tender = chosen(by, agency)
    assert (tender.state, tender.closes_at, tender.public_key) == ("selecting", None, "")
    assert tender.accept_by is not None
    assert clock.local(tender.accept_by).isoformat() == "2026-03-18T17:00:00+08:00"
    assert Message.objects.get(recipient=author.user).kind == "tenders.direct_offer"
    entry = LogEntry.objects.get(log="public", action="tender.publish")
    assert (entry.data["reason"], entry.data["settings"]) == ("熟悉现场情况", {"price": "48000.00"})


def test_accepted_it_becomes_public_and_then_an_award(by: Actor) -> None:
    agency = scene.agency()
    author = scene.author(agency)
    tender = chosen(by, agency)
    with clock.at(scene.MONDAY):
        tender = services.accept_award(tender, by=author)
        assert tender.state == Tender.State.PUBLICITY
        with pytest.raises(AlreadyDone):
            services.accept_award(tender, by=author)
    assert registry.run(tender.record["case"]).to_json() == tender.record["outcome"]
    tender = scene.noticed(tender)
    award = Award.objects.get(tender=tender)
    assert (award.agency, award.price, award.days, award.bid) == (agency, Decimal(48000), 10, None)
    assert award.accepted_at == scene.MONDAY


def test_declined_or_not_answered_it_fails_and_the_buyer_chooses_again_at_most_twice(by: Actor) -> None:
    agency = scene.agency()
    author = scene.author(agency)
    tender = chosen(by, agency)
    with clock.at(scene.MONDAY):
        with pytest.raises(ReasonMissing):
            services.decline_award(tender, "", by=author)
        tender = services.decline_award(tender, "工期排不开", by=author)
    assert (tender.state, tender.fail_reason) == ("failed", "declined")
    assert "工期排不开" not in str(LogEntry.objects.get(log="public", action="tender.failed").data)
    assert Message.objects.filter(recipient=by.user, kind="tenders.direct_declined").exists()
    with clock.at(scene.MONDAY):
        tender = services.publish(services.start_again(tender, by=by), by=by)
    assert tender.accept_by is not None
    with clock.at(tender.accept_by):
        with pytest.raises(BidTooLate):
            services.accept_award(tender, by=author)
        assert deadlines.run_due() == 1
    tender.refresh_from_db()
    assert (tender.state, tender.fail_reason) == ("failed", "not_answered")
    with pytest.raises(NotPublishable, match="2 次"):
        services.publish(services.start_again(tender, by=by), by=by)


def test_only_the_chosen_agencys_people_answer(by: Actor) -> None:
    tender = chosen(by, scene.agency())
    for other in (by, scene.author(scene.agency())):
        with clock.at(scene.MONDAY), pytest.raises(NotAllowed):
            services.accept_award(tender, by=other)
        with clock.at(scene.MONDAY), pytest.raises(NotAllowed):
            services.decline_award(tender, "不", by=other)


def test_only_the_chosen_agencys_people_see_the_form_to_decline(by: Actor) -> None:
    agency = scene.agency()
    tender = chosen(by, agency)
    answers = []
    for person in (scene.author(agency), scene.author(scene.agency()), by):
        client = Client()
        client.force_login(person.user)
        with clock.at(scene.MONDAY):
            answers.append(client.get(reverse("tender_decline", args=[tender.number])).status_code)
    assert (answers[0], answers[1]) == (200, 404)
    assert answers[2] in (403, 404)


def test_an_agency_that_does_not_fit_can_neither_be_chosen_nor_accept(by: Actor) -> None:
    unfit = scene.agency("ZJ-040")
    unfit.offers.create(item=scene.item(), price=1, days=1)
    with pytest.raises(NotPublishable, match="资质要求"):
        chosen(by, unfit)
    with pytest.raises(NotPublishable, match="无须回避"):
        chosen(by, scene.agency(organisation=by.organisation))
    agency = scene.agency()
    tender = chosen(by, agency)
    Agency.objects.filter(pk=agency.pk).update(state="frozen")
    with clock.at(scene.MONDAY), pytest.raises(NotEligible):
        services.accept_award(tender, by=scene.author(agency))


def test_public_money_is_limited_and_checked_first(by: Actor) -> None:
    agency = scene.agency()
    with pytest.raises(NotPublishable, match="¥50,000"):
        chosen(by, agency, "50000.01", funds="public")
    tender = chosen(by, agency, "50000.00", funds="public")
    assert LogEntry.objects.filter(action="tender.pass_check").exists()
    assert tender.state == Tender.State.SELECTING


def test_a_winner_frozen_during_publicity_fails_the_direct_choice(by: Actor) -> None:
    agency = scene.agency()
    tender = chosen(by, agency)
    with clock.at(scene.MONDAY):
        tender = services.accept_award(tender, by=scene.author(agency))
    Agency.objects.filter(pk=agency.pk).update(state="expelled")
    tender = scene.noticed(tender)
    assert (tender.state, tender.fail_reason) == ("failed", "winner_ineligible")
