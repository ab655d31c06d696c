"""Two people for a response: one seals, another releases; before that nothing has been submitted."""

import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole
from marketplace.agencies import services as agencies
from marketplace.agencies.models import Agency
from marketplace.core import clock, desk
from marketplace.core.errors import AlreadyDone, DomainError, NotAllowed, WrongState
from marketplace.core.models import LogEntry, Message
from marketplace.tenders import sealing, services
from marketplace.tenders.errors import BidTooLate, NeedsRelease, OfferChanged, OfferEnded
from marketplace.tenders.held import HeldBid
from marketplace.tenders.models import Bid, Tender
from marketplace.tenders.services.releasing import OwnBid
from tests.factories import member
from tests.tenders import browser, scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]
HOUR_BEFORE = scene.CLOSE - timedelta(hours=1)


@pytest.fixture
def firm() -> dict[str, Any]:
    """A tender, and an agency whose responses need a second person."""
    tender, agency = scene.published(), scene.agency()
    author, releaser = scene.author(agency), member(MemberRole.RELEASER, organisation=agency.organisation)
    chief = member(MemberRole.ADMINISTRATOR, organisation=agency.organisation)
    agencies.set_second_person(agency, True, by=chief)
    agency.refresh_from_db()
    return {"tender": tender, "agency": agency, "author": author, "releaser": releaser, "chief": chief}


def hold(
    firm: dict[str, Any], price: str = "80000", *, by: Actor | None = None, key: uuid.UUID | None = None
) -> HeldBid:
    offer = services.Offer(Decimal(price), 8)
    with clock.at(HOUR_BEFORE):
        return services.hold_bid(
            firm["tender"], firm["agency"], offer, idempotency_key=key or uuid.uuid4(), by=by or firm["author"]
        )


def test_a_second_person_releases_and_only_then_it_counts(firm: dict[str, Any]) -> None:
    held = hold(firm)
    assert sealing.receipt_holds(held.receipt)
    assert held.receipt["act"] == "held"
    assert not Bid.objects.exists()
    with clock.at(HOUR_BEFORE + timedelta(minutes=5)):
        bid = services.release_bid(held, by=firm["releaser"])
    assert bid.state == Bid.State.SEALED
    assert bid.author == firm["author"].user
    assert bid.submitted_at == HOUR_BEFORE + timedelta(minutes=5)
    assert bid.receipt["commitment"] == held.commitment
    assert sealing.receipt_holds(bid.receipt)
    tender = scene.opened(firm["tender"])
    assert tender.bids.get().price == Decimal(80000)


def test_nobody_releases_what_they_have_sealed_whatever_their_roles(firm: dict[str, Any]) -> None:
    held = hold(firm, by=firm["chief"])
    with clock.at(HOUR_BEFORE), pytest.raises(OwnBid):
        services.release_bid(held, by=firm["chief"])
    assert not Bid.objects.exists()


def test_an_author_without_the_role_does_not_release_for_a_colleague(firm: dict[str, Any]) -> None:
    held = hold(firm)
    with clock.at(HOUR_BEFORE), pytest.raises(NotAllowed):
        services.release_bid(held, by=scene.author(firm["agency"]))


def test_no_response_comes_past_the_second_person(firm: dict[str, Any]) -> None:
    with pytest.raises(NeedsRelease):
        scene.bid(firm["tender"], "80000", of=firm["agency"], by=firm["author"])
    assert not Bid.objects.exists()


def test_what_was_not_released_in_time_is_no_response(firm: dict[str, Any]) -> None:
    held = hold(firm)
    with clock.at(scene.CLOSE), pytest.raises(BidTooLate):
        services.release_bid(held, by=firm["releaser"])
    tender = scene.opened(firm["tender"])
    assert not tender.bids.exists()


def test_released_twice_it_counts_once(firm: dict[str, Any]) -> None:
    held = hold(firm)
    with clock.at(HOUR_BEFORE):
        services.release_bid(held, by=firm["releaser"])
        with pytest.raises(AlreadyDone):
            services.release_bid(held, by=firm["releaser"])
    assert Bid.objects.count() == 1


def test_a_newer_one_takes_the_place_of_the_waiting_and_its_release_of_the_sealed(firm: dict[str, Any]) -> None:
    first = hold(firm, "80000")
    second = hold(firm, "79000")
    first.refresh_from_db()
    assert first.state == HeldBid.State.REPLACED
    with clock.at(HOUR_BEFORE):
        with pytest.raises(WrongState):
            services.release_bid(first, by=firm["releaser"])
        services.release_bid(second, by=firm["releaser"])
    third = hold(firm, "78000")
    assert Bid.objects.get().commitment == second.commitment  # the released one stands until the next release
    with clock.at(HOUR_BEFORE):
        services.release_bid(third, by=firm["releaser"])
    assert Bid.objects.get(state=Bid.State.SEALED).commitment == third.commitment


def test_the_same_form_twice_is_held_once_and_a_changed_one_is_told(firm: dict[str, Any]) -> None:
    key = uuid.uuid4()
    first = hold(firm, key=key)
    assert hold(firm, key=key) == first
    with pytest.raises(OfferChanged):
        hold(firm, "70000", key=key)
    with clock.at(HOUR_BEFORE):
        services.take_back_held(first, by=firm["author"])
    with pytest.raises(OfferEnded):
        hold(firm, key=key)


def test_it_is_returned_with_a_reason_that_its_author_reads(firm: dict[str, Any]) -> None:
    held = hold(firm)
    with clock.at(HOUR_BEFORE):
        services.return_held(held, "工期太紧，请改为 10 个工作日", by=firm["releaser"])
    client = Client()
    client.force_login(firm["author"].user)
    with clock.at(HOUR_BEFORE):
        assert "工期太紧" in client.get(reverse("held_bid", args=[held.pk])).text
    assert Message.objects.filter(recipient=firm["author"].user, kind="tenders.bid_returned").exists()


def test_two_people_are_needed_to_switch_it_on() -> None:
    agency = scene.agency()
    alone = member(MemberRole.ADMINISTRATOR, organisation=agency.organisation)
    with pytest.raises(DomainError, match="两个人"):
        agencies.set_second_person(agency, True, by=alone)
    with pytest.raises(NotAllowed):
        agencies.set_second_person(agency, True, by=scene.author(agency))


def test_what_the_agency_has_decided_counts_from_the_moment_of_the_decision() -> None:
    """An agency read a moment before the decision makes no difference: it is read again under the locks."""
    tender, agency = scene.published(), scene.agency()
    author, key = scene.author(agency), uuid.uuid4()
    before = scene.bid(tender, "80000", of=agency, by=author, key=key)
    member(MemberRole.RELEASER, organisation=agency.organisation)
    chief = member(MemberRole.ADMINISTRATOR, organisation=agency.organisation)
    assert agencies.set_second_person(agency, True, by=chief).second_person
    assert not agency.second_person, "as somebody's page has it"
    with pytest.raises(NeedsRelease):
        scene.bid(tender, "79000", of=agency, by=author)
    assert scene.bid(tender, "80000", of=agency, by=author, key=key) == before, "who asks for a lost receipt gets it"


def test_the_act_is_logged_and_seen_after_the_close_only(firm: dict[str, Any]) -> None:
    hold(firm)
    entry = LogEntry.objects.get(action="bid.hold")
    assert entry.visible_from == scene.CLOSE


# --- pages ------------------------------------------------------------------------------------------------------------
def log_in(actor: Actor) -> Client:
    client = Client()
    assert actor.user is not None
    client.force_login(actor.user)
    return client


@pytest.mark.parametrize("hand", ["server", "browser"])
def test_the_page_holds_and_the_releaser_finds_it_on_the_desk(firm: dict[str, Any], hand: str) -> None:
    tender: Tender = firm["tender"]
    agency: Agency = firm["agency"]
    with clock.at(HOUR_BEFORE):
        client = log_in(firm["author"])
        path = reverse("tender_bid", args=[tender.number])
        assert "须由另一人放行" in client.get(path).text
        form: dict[str, object] = {"price": "81000", "days": "8", "no_collusion": "on", "key": str(uuid.uuid4())}
        if hand == "browser":
            envelope = browser.envelope(tender, agency, "81000")
            form = browser.form(browser.sealed(tender, envelope.text()))
        answer = client.post(path, form)
        held = HeldBid.objects.get()
        page = reverse("held_bid", args=[held.pk])
        assert (answer.json()["url"] if hand == "browser" else answer["Location"]) == page
        assert "还没有提交" in client.get(page).text
        releaser = log_in(firm["releaser"])
        assert [task.url for task in desk.tasks(firm["releaser"])] == [page]
        shown = releaser.get(page).text
        assert "放行并提交" in shown
        assert "81000" not in shown
        answer = releaser.post(page, {"release": "1"}, follow=True)
        assert "从现在起有效" in answer.text or "已放行" in answer.text
    assert Bid.objects.get().state == Bid.State.SEALED


def test_somebody_elses_is_not_there(firm: dict[str, Any]) -> None:
    held = hold(firm)
    page = reverse("held_bid", args=[held.pk])
    other = member(MemberRole.RELEASER, organisation=scene.agency().organisation)
    with clock.at(HOUR_BEFORE):
        assert log_in(other).get(page).status_code == 404
        assert log_in(other).post(page, {"release": "1"}).status_code == 404
        assert Client().get(page).status_code == 302
    assert not Bid.objects.exists()


def test_an_agency_recuses_itself_on_the_page() -> None:
    tender, agency = scene.published(), scene.agency()
    with clock.at(HOUR_BEFORE):
        client = log_in(scene.author(agency))
        assert (
            reverse("tender_recuse", args=[tender.number]) in client.get(reverse("tender", args=[tender.number])).text
        )
        path = reverse("tender_recuse", args=[tender.number])
        assert client.post(path, {"reason": ""}).status_code == 422
        assert client.post(path, {"reason": "法定代表人是采购人负责人的亲属"}).status_code == 302
        assert "回避" in client.get(reverse("tender_bid", args=[tender.number])).text
        assert client.post(path, {"reason": "再一次"}).status_code == 302  # told that it is done already
    assert tender.recusals.count() == 1
