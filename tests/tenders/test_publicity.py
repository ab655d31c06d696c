"""From the result to the notice: publicity, the last look at the winner, and what the contract tells downward."""

from datetime import timedelta
from decimal import Decimal

import pytest

from marketplace.accounts.actors import Actor
from marketplace.agencies.models import Agency
from marketplace.core import clock, deadlines
from marketplace.core.errors import AlreadyDone, WrongState
from marketplace.core.models import LogEntry, Message, OutboxMessage
from marketplace.tenders import notices, services
from marketplace.tenders.models import Award, Bid, Tender
from tests.tenders import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]


def opened(*prices: str) -> tuple[Tender, list[Bid]]:
    tender = scene.published()
    bids = [scene.bid(tender, price) for price in prices]
    tender = scene.opened(tender)
    for bid in bids:
        bid.refresh_from_db()
    return tender, bids


def freeze(bid: Bid) -> None:
    Agency.objects.filter(pk=bid.agency_id).update(state="frozen")


def test_the_result_is_public_for_its_working_day_and_then_the_notice_goes_out() -> None:
    tender, (winner,) = opened("60000")
    assert tender.publicity_until is not None
    assert clock.local(tender.publicity_until).isoformat() == "2026-03-20T17:00:00+08:00"
    with clock.at(tender.publicity_until - timedelta(milliseconds=1)):
        deadlines.run_due()
        services.end_publicity(str(tender.pk))
        assert not Award.objects.exists()
    with clock.at(tender.publicity_until):
        deadlines.run_due()
        services.end_publicity(str(tender.pk))
    tender.refresh_from_db()
    award = Award.objects.get(tender=tender)
    assert (tender.state, award.bid, award.price, award.days) == ("notified", winner, Decimal(60000), 8)
    winner.refresh_from_db()
    assert set(winner.eligibility) == {"placed", "closed", "noticed"}
    assert OutboxMessage.objects.filter(event="tenders.events.AwardNoticed").values_list(
        "payload", flat=True
    ).distinct().get() == {"award_id": award.pk}


def test_the_notice_is_frozen_numbered_and_in_the_public_log() -> None:
    tender, (winner,) = opened("60000")
    scene.noticed(tender)
    award = Award.objects.get()
    before = dict(award.notice)
    assert before["number"] == award.notice_number == "ZX-2026-000001"
    assert before["agency_code"] == winner.agency.organisation.credit_code
    assert (before["price"], before["price_words"], before["method"]) == ("60000.00", "人民币陆万元整", "最低价")
    assert clock.local(clock.datetime.fromisoformat(before["sign_by"])).date().isoformat() == "2026-04-03"
    entry = LogEntry.objects.get(action="tender.award")
    assert entry.data["notice_sha256"] == notices.notice_hash(award)
    organisation = winner.agency.organisation
    organisation.name = "改名后的公司"
    organisation.save()
    award.refresh_from_db()
    assert award.notice == before


def test_both_sides_are_told_of_the_notice() -> None:
    by, agency = scene.buyer(), scene.agency()
    author = scene.author(agency)
    tender = scene.published(by)
    scene.bid(tender, "60000", of=agency, by=author)
    scene.noticed(scene.opened(tender))
    assert Message.objects.filter(recipient=by.user, kind="tenders.award_noticed").exists()
    assert Message.objects.filter(recipient=author.user, kind="tenders.award_won").exists()


def test_a_winner_frozen_before_the_notice_makes_room_for_the_next_who_is_public_first() -> None:
    tender, (first, second, third) = opened("60000", "70000", "80000")
    freeze(first)
    freeze(second)
    tender = scene.noticed(tender)
    assert tender.state == Tender.State.PUBLICITY
    assert clock.local(tender.publicity_until).isoformat() == "2026-03-23T17:00:00+08:00"  # type: ignore[arg-type]
    for bid in (first, second, third):
        bid.refresh_from_db()
    assert [bid.state for bid in (first, second, third)] == ["void", "void", "winner"]
    (succession,) = tender.record["successions"]
    assert succession["next"] == third.agency.organisation.credit_code
    assert len(succession["passed_over"]) == 2
    assert LogEntry.objects.filter(log="public", action="tender.reselected").exists()
    tender = scene.noticed(tender)
    assert tender.state == Tender.State.NOTIFIED
    assert Award.objects.get().agency == third.agency


def test_it_fails_when_nobody_in_the_ranking_may_take_part_any_more() -> None:
    tender, bids = opened("60000", "70000")
    for bid in bids:
        freeze(bid)
    tender = scene.noticed(tender)
    assert (tender.state, tender.fail_reason) == ("failed", "winner_ineligible")
    assert not Award.objects.exists()


def test_the_tender_follows_its_contract_to_the_end() -> None:
    tender, _bids = opened("60000")
    tender = scene.noticed(tender)
    by = Actor.system()
    with pytest.raises(WrongState):
        services.follow_contract(tender, "accepted", by=by)
    for act in ("contracted", "in_service", "accepted", "closed_ok"):
        tender = services.follow_contract(tender, act, by=by)
        assert tender.state == act
        with pytest.raises(AlreadyDone):
            services.follow_contract(tender, act, by=by)
    assert LogEntry.objects.filter(log="public", action="tender.closed_ok").exists()
    with pytest.raises(KeyError):
        services.follow_contract(tender, "paid", by=by)
