"""The opening: once, in the right order, with every kind of response, and what follows a failure."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from marketplace.agencies.models import Agency
from marketplace.core import clock, deadlines
from marketplace.core.models import Deadline, LogEntry, Message
from marketplace.tenders import queries, sealing, services
from marketplace.tenders.models import Bid, Tender
from marketplace.tenders.selection import draw, registry
from marketplace.tenders.selection.casefile import read_case
from tests.tenders import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]


def states(tender: Tender) -> dict[str, str]:
    bids = tender.bids.select_related("agency__organisation")
    return {bid.agency.organisation.credit_code: bid.state for bid in bids}


def public_log(tender: Tender) -> list[str]:
    entries = LogEntry.objects.filter(log="public", subject=f"tenders.tender:{tender.pk}").order_by("id")
    return list(entries.values_list("action", flat=True))


# --- once and in order ------------------------------------------------------------------------------------------------
def test_nothing_opens_before_the_close() -> None:
    tender = scene.published()
    placed = scene.bid(tender, "60000")
    with clock.at(scene.CLOSE - timedelta(milliseconds=1)):
        services.open_bids(str(tender.pk))
        assert not deadlines.apply_due("tenders.opening", tender)
    placed.refresh_from_db()
    tender.refresh_from_db()
    assert (placed.state, tender.state, tender.record) == ("sealed", "published", {})


def test_all_commitments_are_public_before_anything_is_opened() -> None:
    tender = scene.published()
    bids = [scene.bid(tender, price) for price in ("60000", "70000", "80000")]
    scene.opened(tender)
    assert public_log(tender) == ["tender.publish", "tender.commitments", "tender.opened"]
    entry = LogEntry.objects.get(action="tender.commitments")
    stored = sorted(bid.receipt["ciphertext_sha256"] for bid in bids)
    assert entry.data == {"commitments": sorted(bid.commitment for bid in bids), "ciphertexts": stored}


def test_the_opening_happens_once_by_whoever_comes_first() -> None:
    tender = scene.published()
    scene.bid(tender, "60000")
    with clock.at(scene.CLOSE):
        assert deadlines.apply_due("tenders.opening", tender)
        services.open_bids(str(tender.pk))
        assert not deadlines.apply_due("tenders.opening", tender)
    assert LogEntry.objects.filter(action="tender.opened").count() == 1


@pytest.mark.parametrize("page", ["tender", "tender_result"])
def test_a_page_view_opens_what_is_due_when_no_worker_runs(page: str) -> None:
    tender = scene.published()
    scene.bid(tender, "60000")
    with clock.at(scene.CLOSE):
        answer = Client().get(reverse(page, args=[tender.number]), follow=True)
    assert answer.status_code == 200
    tender.refresh_from_db()
    assert tender.state == Tender.State.PUBLICITY
    assert Deadline.objects.get(kind="tenders.opening").done_at is not None


def test_steps_without_a_screen_say_that_they_passed_by_themselves() -> None:
    tender = scene.published()
    scene.bid(tender, "60000")
    scene.opened(tender)
    assert LogEntry.objects.get(log="audit", action="tender.publicise").data["passed_by_itself"] is True


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_open_once() -> None:
    tender = scene.published()
    scene.bid(tender, "60000")
    gate = threading.Barrier(2)

    def work() -> None:
        try:
            with clock.at(scene.CLOSE):
                gate.wait(10)
                deadlines.run_due()
                services.open_bids(str(tender.pk))
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert LogEntry.objects.filter(action="tender.opened").count() == 1
    assert LogEntry.objects.filter(action="tender.commitments").count() == 1


# --- the record -------------------------------------------------------------------------------------------------------
def test_the_record_gives_the_same_outcome_again_and_reveals_what_was_committed_to() -> None:
    tender = scene.published()
    for price in ("60000", "60000", "80000", "75000.50"):
        scene.bid(tender, price, note="含税")
    tender = scene.opened(tender)
    assert registry.run(tender.record["case"]).to_json() == tender.record["outcome"]
    shares = []
    for bid in tender.bids.select_related("agency__organisation"):
        assert sealing.commitment_of(bid.opened.encode()) == bid.commitment
        envelope = sealing.read(bid.opened.encode())
        assert envelope is not None
        assert (envelope.amount, envelope.note) == (bid.price, "含税")
        shares.append((envelope.agency, bytes.fromhex(envelope.share)))
    assert read_case(tender.record["case"]).nonce == draw.nonce_of_shares(shares)


def test_a_tie_is_decided_by_the_draw_and_not_by_arrival() -> None:
    tender = scene.published()
    bids = [scene.bid(tender, "60000", at=scene.CLOSE - timedelta(hours=9 - n)) for n in range(5)]
    tender = scene.opened(tender)
    case = read_case(tender.record["case"])
    order = draw.draw_order(case.codes, draw.seed(case))
    assert tuple(tender.record["outcome"]["ranking"]) == order
    assert {bid.agency.organisation.credit_code for bid in bids} == set(order)


def test_winner_substitutes_and_losers_have_their_ranks() -> None:
    tender = scene.published(funds="public")
    for price in ("60000", "70000", "80000", "90000"):
        scene.bid(tender, price)
    scene.opened(tender)
    ranked = tender.bids.order_by("rank").values_list("state", "price")
    assert [(state, int(price)) for state, price in ranked] == [
        ("winner", 60000),
        ("substitute", 70000),
        ("substitute", 80000),
        ("lost", 90000),
    ]


# --- every kind of response -------------------------------------------------------------------------------------------
def test_unreadable_responses_are_invalid_and_count_as_zero_shares() -> None:
    tender = scene.published()
    good = scene.bid(tender, "60000")
    rubbish, moved = scene.bid(tender, "50000"), scene.bid(tender, "40000")
    Bid.objects.filter(pk=rubbish.pk).update(ciphertext=b"rubbish")
    other = scene.published()
    foreign = scene.bid(other, "30000", of=moved.agency)
    Bid.objects.filter(pk=moved.pk).update(ciphertext=foreign.ciphertext)
    tender = scene.opened(tender)
    good.refresh_from_db()
    assert good.state == Bid.State.WINNER
    for spoilt in (rubbish, moved):
        spoilt.refresh_from_db()
        assert (spoilt.state, spoilt.invalid_reason, spoilt.price) == ("invalid", "unreadable", None)
    assert registry.run(tender.record["case"]).to_json() == tender.record["outcome"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda agency: Agency.objects.filter(pk=agency.pk).update(state="frozen"),
        lambda agency: Agency.objects.filter(pk=agency.pk).update(state="withdrawn"),
        lambda agency: agency.qualifications.update(valid_until=date(2026, 3, 18)),
        lambda agency: agency.qualifications.update(state="revoked"),
        lambda agency: agency.offers.update(is_active=False),
    ],
)
def test_an_agency_that_lost_what_it_needs_before_the_close_is_invalid(spoil: Callable[[Agency], object]) -> None:
    tender, agency = scene.published(), scene.agency()
    cheap, dear = scene.bid(tender, "50000", of=agency), scene.bid(tender, "60000")
    spoil(agency)
    scene.opened(tender)
    cheap.refresh_from_db()
    dear.refresh_from_db()
    assert (cheap.state, cheap.invalid_reason, dear.state) == ("invalid", "ineligible", "winner")
    assert any(check["ok"] is False for check in cheap.eligibility["closed"])
    assert all(check["ok"] for check in cheap.eligibility["placed"])


def test_when_all_are_above_the_ceiling_it_fails_with_each_reason() -> None:
    by = scene.buyer()
    tender = scene.published(by)
    placed = [scene.bid(tender, "90000") for _ in range(3)]
    Tender.objects.filter(pk=tender.pk).update(ceiling=Decimal(80000))  # only a tampered form gets past the check
    tender = scene.opened(tender)
    assert (tender.state, tender.fail_reason) == ("failed", "no_valid_quote")
    for bid in placed:
        bid.refresh_from_db()
        assert (bid.state, bid.invalid_reason) == ("invalid", "above_ceiling")


# --- too few ----------------------------------------------------------------------------------------------------------
def test_one_private_bid_wins_and_two_public_ones_fail() -> None:
    private = scene.published()
    scene.bid(private, "60000")
    assert scene.opened(private).state == Tender.State.PUBLICITY
    public = scene.published(funds="public")
    for price in ("60000", "70000"):
        scene.bid(public, price)
    public = scene.opened(public)
    assert (public.state, public.fail_reason) == ("failed", "too_few")


def test_no_bid_at_all_fails() -> None:
    tender = scene.opened(scene.published())
    assert (tender.state, tender.fail_reason) == ("failed", "no_valid_quote")
    assert public_log(tender) == ["tender.publish", "tender.commitments", "tender.failed"]


def test_where_too_few_have_responded_no_price_is_ever_opened() -> None:
    tender = scene.published(funds="public")
    placed = scene.bid(tender, "76543.21")
    tender = scene.opened(tender)
    placed.refresh_from_db()
    assert (placed.state, placed.price, placed.opened) == (Bid.State.VOID, None, "")
    assert tender.record == {"responses": 1, "eligible": 1, "minimum": 3, "opened": False}
    assert not queries.opened_bids(tender).exists()
    assert "76543.21" not in str(list(LogEntry.objects.values_list("data", flat=True)))


def test_the_second_announcement_follows_by_itself_once(drain: Callable[[], int]) -> None:
    by = scene.buyer()
    tender = scene.published(by, funds="public", project_reference="projects.stepservice:1")
    fit = scene.author(scene.agency())
    with clock.at(scene.CLOSE):
        drain()
    again = Tender.objects.get(chain=tender.chain, attempt=2)
    assert (again.state, again.number, again.project_reference) == (
        "published",
        "ZJ-2026-000002",
        "projects.stepservice:1",
    )
    assert (again.published_at, again.ceiling) == (scene.CLOSE, tender.ceiling)
    assert again.public_key != tender.public_key
    assert list(again.requirements.values_list("type", flat=True)) == list(
        tender.requirements.values_list("type", flat=True)
    )
    assert Message.objects.filter(recipient=fit.user, kind="tenders.published").count() == 1
    assert Message.objects.filter(recipient=by.user, kind="tenders.announced_again").count() == 1
    for price in ("60000", "70000"):
        scene.bid(again, price)
    assert scene.opened(again).state == Tender.State.PUBLICITY  # two are enough the second time


def test_a_second_failure_is_left_to_the_buyer(drain: Callable[[], int]) -> None:
    by = scene.buyer()
    tender = scene.published(by)
    with clock.at(scene.CLOSE):
        drain()
    again = Tender.objects.get(chain=tender.chain, attempt=2)
    assert again.closes_at is not None
    with clock.at(again.closes_at):
        drain()
    assert Tender.objects.filter(chain=tender.chain).count() == 2
    assert Message.objects.filter(recipient=by.user, kind="tenders.failed").count() == 1
    third = services.start_again(again, by=by)
    assert (third.attempt, third.state) == (3, "draft")
    agency = scene.agency()
    fields = {"funds": "public", "ceiling": None, "method": "direct", "chosen_agency": agency}
    services.save_draft(third, fields | {"method_settings": {"price": "90000.00"}, "choice_reason": "两次流标"}, by=by)
    third.refresh_from_db()
    assert services.problems(third) == ()  # after two failures public money may choose directly


def test_an_item_retired_meanwhile_is_not_announced_again(drain: Callable[[], int]) -> None:
    by = scene.buyer()
    tender = scene.published(by)
    item = scene.item()
    item.is_active = False
    item.save()
    with clock.at(scene.CLOSE):
        drain()
    again = Tender.objects.get(chain=tender.chain, attempt=2)
    assert again.state == Tender.State.DRAFT
    assert Message.objects.filter(recipient=by.user, kind="tenders.failed").count() == 1
