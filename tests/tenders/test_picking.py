"""The credit shortlist: the list is drawn, the buyer picks one with a reason in time, and the record tells it."""

import copy
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.actors import Actor
from marketplace.agencies.models import Agency
from marketplace.core import clock
from marketplace.core.errors import NotAllowed, TooLate, WrongState
from marketplace.tenders import services
from marketplace.tenders.errors import ReasonMissing
from marketplace.tenders.models import Award, Bid, Tender
from marketplace.tenders.proceeding_tasks import desk_tasks
from marketplace.tenders.record_file.verify import verify
from tests.tenders import scene
from tests.tenders.test_forms import log_in
from tests.tenders.test_selection_record import holds, record_of, resigned, wrong

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]
SETTINGS = {"price": "88000.00", "big": 5, "small": 2}


def shortlisted(n: int = 6) -> tuple[Tender, Actor]:
    """An opened tender whose buyer may pick now."""
    by = scene.buyer()
    tender = scene.published(by, method="credit_shortlist", method_settings=SETTINGS)
    for score in range(n):
        scene.bid(tender, "1.00", of=scene.agency(credit_score=70 + score))
    return scene.opened(tender), by


def listed(tender: Tender) -> list[Bid]:
    return list(tender.bids.filter(state="shortlisted").order_by("rank"))


def picked(tender: Tender, bid: Bid, by: Actor, reason: str = "近三年同类业绩最多。") -> Tender:
    assert tender.pick_by is not None
    with clock.at(tender.pick_by - timedelta(hours=1)):
        return services.pick(tender, bid.agency_id, reason, by=by)


def test_the_shortlist_is_public_and_nobody_has_won_yet() -> None:
    tender, by = shortlisted()
    assert (tender.state, tender.chip[0]) == ("selecting", "待采购人择定")
    assert [bid.rank for bid in listed(tender)] == [1, 2]
    assert tender.bids.filter(state="lost").count() == 4
    assert not tender.bids.filter(state="winner").exists()
    with clock.at(scene.CLOSE + timedelta(hours=1)):
        page = Client().get(reverse("tender_result", args=[tender.number])).content.decode()
        assert "待采购人择定" in page
        assert "流标" not in page
        assert any(task.url == reverse("tender_pick", args=[tender.number]) for task in desk_tasks(by))
    assert holds(record_of(tender))


def test_the_buyer_picks_on_its_page_and_the_reason_is_public() -> None:
    tender, by = shortlisted()
    path = reverse("tender_pick", args=[tender.number])
    second = listed(tender)[1]
    with clock.at(scene.CLOSE + timedelta(hours=1)):
        client = log_in(by)
        assert str(second.agency) in client.get(path).content.decode()
        assert client.post(path, {"agency": second.agency_id, "reason": " "}).status_code == 422
        assert client.post(path, {"agency": second.agency_id, "reason": "近三年同类业绩最多。"}).status_code == 302
        assert client.post(path, {"agency": second.agency_id, "reason": "再来一次。"}).status_code in (302, 422)
        page = Client().get(reverse("tender_result", args=[tender.number])).content.decode()
        assert log_in(scene.buyer()).get(path).status_code == 404
    assert "近三年同类业绩最多。" in page
    tender = scene.noticed(tender)
    assert Award.objects.get(tender=tender).agency == second.agency
    assert str(Award.objects.get(tender=tender).price) == "88000.00"
    assert holds(record_of(tender))


def test_only_the_buyer_picks_only_from_the_list_and_only_in_time() -> None:
    tender, by = shortlisted()
    first, out = listed(tender)[0], tender.bids.filter(state="lost").first()
    assert out is not None
    with pytest.raises(NotAllowed):
        picked(tender, first, scene.buyer())
    with pytest.raises(WrongState):
        picked(tender, out, by)
    with pytest.raises(ReasonMissing):
        picked(tender, first, by, " ")
    with clock.at(tender.pick_by), pytest.raises(TooLate):
        services.pick(tender, first.agency_id, "太晚了。", by=by)


def test_who_does_not_pick_in_time_takes_the_first() -> None:
    tender, _by = shortlisted()
    first = listed(tender)[0]
    with clock.at(tender.pick_by):
        services.end_pick(str(tender.pk))
        services.end_pick(str(tender.pk))
    first.refresh_from_db()
    assert first.state == "winner"
    tender = scene.noticed(tender)
    record = record_of(tender)
    assert holds(record)


def test_the_picked_one_gives_up_and_another_is_picked() -> None:
    tender, by = shortlisted()
    one, other = listed(tender)
    picked(tender, one, by)
    tender.refresh_from_db()
    with clock.at(tender.publicity_until - timedelta(hours=1)):
        services.give_up(tender, "人员离职。", by=scene.author(one.agency))
    tender.refresh_from_db()
    assert tender.chip[0] == "待采购人择定"
    picked(tender, other, by)
    tender = scene.noticed(tender)
    assert Award.objects.get(tender=tender, ended_at=None).agency == other.agency
    assert holds(record_of(tender))


def test_a_picked_one_that_may_not_is_followed_by_another_pick_and_then_by_failure() -> None:
    tender, by = shortlisted()
    for bid in listed(tender):
        tender.refresh_from_db()
        picked(tender, bid, by)
        Agency.objects.filter(pk=bid.agency_id).update(state=Agency.State.FROZEN)
        tender = scene.noticed(tender)
        assert holds(record_of(tender))
    assert (tender.state, tender.fail_reason) == ("failed", "winner_ineligible")


def test_a_lie_about_the_pick_is_found() -> None:
    tender, by = shortlisted()
    picked(tender, listed(tender)[1], by)
    record = record_of(scene.noticed(tender))
    out = tender.bids.filter(state="lost").first()
    assert out is not None

    def lie(**values: Any) -> Any:
        made = copy.deepcopy(record)
        entry = next(p["entry"] for p in made["entries"] if p["entry"]["action"] == "tender.picked")
        entry["data"] |= values
        return resigned(made)

    assert holds(resigned(record))
    for made in (lie(agency=out.agency.credit_code), lie(by_rule=True), lie(reason="")):
        assert wrong(verify(made)) == ["award"]
    made = copy.deepcopy(record)
    made["entries"] = [p for p in made["entries"] if p["entry"]["action"] != "tender.picked"]
    assert wrong(verify(resigned(made))) == ["award"]
