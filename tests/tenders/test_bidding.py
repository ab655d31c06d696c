"""Responding: in time to the millisecond, by whom it may be, once, and without leaving a trace for others."""

import threading
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, connections

from marketplace.accounts.actors import NotVerified
from marketplace.accounts.roles import MemberRole
from marketplace.agencies.models import Agency
from marketplace.core import clock, log
from marketplace.core.errors import AlreadyDone, NotAllowed
from marketplace.core.models import LogEntry, Message, OutboxMessage
from marketplace.tenders import queries, sealing, services
from marketplace.tenders.errors import BidTooLate, NoBids, NotEligible, OfferChanged, OfferRefused
from marketplace.tenders.models import Bid
from tests.factories import OrganisationFactory, member
from tests.tenders import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]
MILLISECOND = timedelta(milliseconds=1)


# --- time -------------------------------------------------------------------------------------------------------------
def test_a_bid_one_millisecond_before_the_close_is_taken() -> None:
    tender = scene.published()
    assert scene.bid(tender, "60000", at=scene.CLOSE - MILLISECOND).state == Bid.State.SEALED


@pytest.mark.parametrize("late_by", [timedelta(0), MILLISECOND])
def test_a_bid_one_millisecond_late_is_refused(late_by: timedelta) -> None:
    tender = scene.published()
    with pytest.raises(BidTooLate):
        scene.bid(tender, "60000", at=scene.CLOSE + late_by)
    assert not Bid.objects.exists()


def test_neither_replacing_nor_withdrawing_is_possible_after_the_close() -> None:
    tender, agency = scene.published(), scene.agency()
    author = scene.author(agency)
    placed = scene.bid(tender, "60000", of=agency, by=author)
    with clock.at(scene.CLOSE + MILLISECOND), pytest.raises(BidTooLate):
        services.withdraw_bid(placed, by=author)
    with pytest.raises(BidTooLate):
        scene.bid(tender, "50000", of=agency, by=author, at=scene.CLOSE + MILLISECOND)
    placed.refresh_from_db()
    assert placed.state == Bid.State.SEALED


# --- once, replaced, withdrawn ----------------------------------------------------------------------------------------
def test_the_receipt_is_signed_and_says_the_time_of_the_clock() -> None:
    tender = scene.published()
    placed = scene.bid(tender, "60000", at=scene.CLOSE - MILLISECOND)
    assert sealing.receipt_holds(placed.receipt)
    assert placed.receipt["at"] == "2026-03-19T08:59:59.999000+00:00"
    assert placed.receipt["commitment"] == placed.commitment
    assert placed.price is None


def test_a_retry_with_the_same_key_gets_the_same_receipt_even_after_the_close() -> None:
    tender, agency, key = scene.published(), scene.agency(), uuid.uuid4()
    author = scene.author(agency)
    first = scene.bid(tender, "60000", of=agency, by=author, key=key)
    again = scene.bid(tender, "60000", of=agency, by=author, key=key, at=scene.CLOSE + MILLISECOND)
    assert (again.pk, again.receipt) == (first.pk, first.receipt)
    assert Bid.objects.count() == 1


def test_a_form_sent_again_after_its_response_was_withdrawn_does_not_seem_to_count() -> None:
    """Found by trying: the answer said that the bid was sealed, while nothing of it counted any more."""
    tender, agency, key = scene.published(), scene.agency(), uuid.uuid4()
    author = scene.author(agency)
    bid = scene.bid(tender, "60000", of=agency, by=author, key=key)
    with clock.at(scene.CLOSE - MILLISECOND):
        services.withdraw_bid(bid, by=author)
    with pytest.raises(OfferChanged, match="已撤回"):
        scene.bid(tender, "60000", of=agency, by=author, key=key)


def test_a_changed_form_with_the_same_key_is_not_mistaken_for_the_first() -> None:
    tender, agency, key = scene.published(), scene.agency(), uuid.uuid4()
    author = scene.author(agency)
    scene.bid(tender, "60000", of=agency, by=author, key=key)
    with pytest.raises(OfferChanged):
        scene.bid(tender, "50000", of=agency, by=author, key=key)


def test_another_agencys_key_gives_away_nothing() -> None:
    tender, key = scene.published(), uuid.uuid4()
    scene.bid(tender, "60000", key=key)
    with pytest.raises(NotAllowed):
        scene.bid(tender, "60000", key=key)


def test_a_new_bid_replaces_the_old_one_and_both_receipts_stay() -> None:
    tender, agency = scene.published(), scene.agency()
    author = scene.author(agency)
    first = scene.bid(tender, "60000", of=agency, by=author)
    second = scene.bid(tender, "55000", of=agency, by=author)
    first.refresh_from_db()
    assert (first.state, second.state) == (Bid.State.REPLACED, Bid.State.SEALED)
    assert first.receipt["commitment"] != second.receipt["commitment"]
    tender = scene.opened(tender)
    second.refresh_from_db()
    assert second.price == Decimal(55000)
    assert tender.record["outcome"]["ranking"] == [agency.organisation.credit_code]


def test_a_withdrawn_bid_has_its_own_receipt_and_is_not_opened() -> None:
    tender, agency = scene.published(), scene.agency()
    author = scene.author(agency)
    placed = scene.bid(tender, "60000", of=agency, by=author)
    with clock.at(scene.MONDAY):
        withdrawn = services.withdraw_bid(placed, by=author)
        assert sealing.receipt_holds(withdrawn.withdrawal)
        assert withdrawn.withdrawal["act"] == "withdrawn"
        with pytest.raises(AlreadyDone):
            services.withdraw_bid(placed, by=author)
        scene.bid(tender, "58000", of=agency, by=author)
    scene.opened(tender)
    placed.refresh_from_db()
    assert (placed.state, placed.price) == (Bid.State.WITHDRAWN, None)


# --- who --------------------------------------------------------------------------------------------------------------
def test_only_bid_authors_and_administrators_of_a_verified_firm_respond() -> None:
    tender, agency = scene.published(), scene.agency()
    for role in (MemberRole.BUYER, MemberRole.RELEASER):
        with pytest.raises(NotAllowed):
            scene.bid(tender, "60000", of=agency, by=member(role, organisation=agency.organisation))
    with pytest.raises(NotAllowed):
        scene.bid(tender, "60000", of=agency, by=member(organisation=OrganisationFactory()))
    unverified = scene.agency(organisation=OrganisationFactory(verified_at=None))
    with pytest.raises(NotVerified):
        scene.bid(tender, "60000", of=unverified)
    assert scene.bid(tender, "60000", of=agency, by=member(organisation=agency.organisation)).pk


@pytest.mark.parametrize(
    ("make", "failing"),
    [
        (lambda: scene.agency(state="frozen"), "state"),
        (lambda: scene.agency(state="withdrawn"), "state"),
        (lambda: scene.agency("ZJ-040"), "offer"),
        (lambda: scene.agency(valid_until=date(2026, 3, 25)), "qualification_0"),
        (lambda: scene.agency(legal_person="王买方"), "recusal"),
    ],
)
def test_an_agency_that_may_not_respond_learns_which_rule_fails(make: Callable[[], Agency], failing: str) -> None:
    tender = scene.published()
    with pytest.raises(NotEligible) as caught:
        scene.bid(tender, "60000", of=make())
    assert failing in {check.key for check in caught.value.report.failing}
    assert not Bid.objects.exists()


def test_the_buyer_never_bids_in_its_own_purchase() -> None:
    by = scene.buyer()
    tender = scene.published(by)
    own = scene.agency(organisation=by.organisation)
    with pytest.raises(NotEligible) as caught:
        scene.bid(tender, "60000", of=own)
    assert [check.key for check in caught.value.report.failing] == ["recusal"]


# --- what -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("price", "days", "field"),
    [
        ("-0.5", 8, "price"),
        ("100000.01", 8, "price"),
        ("49999.99", 8, "price"),
        ("60000", 11, "days"),
        ("60000", 0, "days"),
    ],
)
def test_figures_that_would_be_invalid_are_refused_before_sealing(price: str, days: int, field: str) -> None:
    tender = scene.published(floor=Decimal(50000))
    with pytest.raises(OfferRefused) as caught:
        scene.bid(tender, price, days=days)
    assert caught.value.field == field
    assert price not in str(caught.value)


def test_a_draft_a_cancelled_and_a_direct_purchase_take_no_bids() -> None:
    by = scene.buyer()
    cancelled = scene.published(by)
    with clock.at(scene.MONDAY):
        services.cancel(cancelled, "资金调整", by=by)
    with pytest.raises(NoBids):
        scene.bid(cancelled, "60000")


# --- no trace ---------------------------------------------------------------------------------------------------------
def test_the_act_is_logged_without_a_price_and_shown_only_after_the_close() -> None:
    tender = scene.published()
    placed = scene.bid(tender, "60000")
    entry = LogEntry.objects.get(action="bid.place")
    assert entry.visible_from == scene.CLOSE
    assert "60000" not in str(entry.data)
    with clock.at(scene.CLOSE - MILLISECOND):
        assert entry not in log.visible()
        log.sequence()
    entry.refresh_from_db()
    assert entry.number is None
    with clock.at(scene.CLOSE):
        assert entry in log.visible()
        assert entry in log.history(placed)


def test_only_the_authors_own_people_are_told_and_never_by_mail() -> None:
    by = scene.buyer()
    tender, agency = scene.published(by), scene.agency()
    colleague = member(organisation=agency.organisation)
    author = scene.author(agency)
    before = OutboxMessage.objects.count()
    scene.bid(tender, "60000", of=agency, by=author)
    told = Message.objects.filter(kind="tenders.bid_placed")
    assert {message.recipient for message in told} == {author.user, colleague.user}
    assert OutboxMessage.objects.count() == before


def test_bids_are_found_only_by_their_own_people_before_the_opening() -> None:
    by = scene.buyer()
    tender, agency = scene.published(by), scene.agency()
    author = scene.author(agency)
    placed = scene.bid(tender, "60000", of=agency, by=author)
    assert list(queries.receipts_of(author)) == [placed]
    rival = scene.author(scene.agency())
    for other in (by, rival, member(MemberRole.BUYER, organisation=agency.organisation), None):
        assert not queries.receipts_of(other).exists()
    assert not queries.opened_bids(tender).exists()


# --- at once ----------------------------------------------------------------------------------------------------------
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_people_of_one_agency_bidding_at_once_leave_one_live_bid() -> None:
    tender, agency = scene.published(), scene.agency()
    authors = [scene.author(agency), scene.author(agency)]
    gate, errors = threading.Barrier(2), []

    def respond(author: Any, price: str) -> None:
        try:
            with clock.at(scene.CLOSE - MILLISECOND):
                gate.wait(10)
                offer = services.Offer(Decimal(price), 8)
                services.place_bid(tender, agency, offer, idempotency_key=uuid.uuid4(), by=author)
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=respond, args=pair) for pair in zip(authors, ["60000", "70000"], strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not errors
    assert sorted(Bid.objects.values_list("state", flat=True)) == ["replaced", "sealed"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_opening_waits_for_a_bid_that_was_in_time() -> None:
    tender, agency = scene.published(), scene.agency()
    author = scene.author(agency)
    inside, may_commit = threading.Event(), threading.Event()

    def respond() -> None:
        from django.db import transaction

        try:
            with clock.at(scene.CLOSE - MILLISECOND), transaction.atomic():
                offer = services.Offer(Decimal(60000), 8)
                services.place_bid(tender, agency, offer, idempotency_key=uuid.uuid4(), by=author)
                inside.set()
                may_commit.wait(10)
        finally:
            connections.close_all()

    def open_now() -> None:
        try:
            with clock.at(scene.CLOSE):
                services.open_bids(str(tender.pk))
        finally:
            connections.close_all()

    bidder, opener = threading.Thread(target=respond), threading.Thread(target=open_now)
    bidder.start()
    assert inside.wait(10)
    opener.start()
    opener.join(0.5)
    assert opener.is_alive()  # it waits for the row
    may_commit.set()
    bidder.join(10)
    opener.join(10)
    tender.refresh_from_db()
    assert tender.record["outcome"]["winners"] == [agency.organisation.credit_code]
    assert connection.vendor == "postgresql"
