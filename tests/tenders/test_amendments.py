"""Amendments: numbered, with reason and difference; the time grows, and sealed responses want confirming."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core import clock, deadlines, desk, log
from marketplace.core.clock import ZONE
from marketplace.core.errors import AlreadyDone, DomainError, NotAllowed, TooLate, WrongState
from marketplace.core.models import LogEntry, Message
from marketplace.tenders import rules, sealing, services
from marketplace.tenders.errors import NotPublishable
from marketplace.tenders.models import Amendment, Bid, Tender
from tests.factories import staff
from tests.tenders import scene

TUESDAY = datetime(2026, 3, 17, 10, 0, tzinfo=ZONE)
NEW_CLOSE = datetime(2026, 3, 20, 17, 0, tzinfo=ZONE)  # three working days after TUESDAY

market = pytest.mark.usefixtures("market")


@pytest.fixture
def by() -> scene.Actor:
    return scene.buyer()


@pytest.fixture
def tender(by: scene.Actor) -> Tender:
    return scene.published(by)


def amended(
    tender: Tender, by: scene.Actor, *, at: datetime = TUESDAY, reason: str = "预算调整。", **values: Any
) -> Amendment:
    asked = [(r.group, r.type, r.minimum_grade) for r in tender.requirements.select_related("type")]
    asked = values.pop("requirements", asked)
    files = values.pop("attachments", list(tender.attachments.all()))
    with clock.at(at):
        return services.amend(tender, values, asked, files, reason=reason, by=by)


def confirm(bid: Bid, tender: Tender, *, at: datetime = TUESDAY, **more: Any) -> Bid:
    tender.refresh_from_db()
    with clock.at(at):
        author = more.get("by") or scene.author(bid.agency)
        return services.confirm_bid(bid, amended=more.get("amended", tender.amended), by=author)


# --- rules ------------------------------------------------------------------------------------------------------------
@given(st.text("甲乙丙。；\nab", max_size=60), st.text("甲乙丙。；\nab", max_size=60))
def test_the_marked_text_holds_both_versions(before: str, after: str) -> None:
    pieces = rules.pieces(before, after)
    assert "".join(p.text for p in pieces if p.kind != "gone") == after
    assert "".join(p.text for p in pieces if p.kind != "new") == before


def test_a_huge_text_is_compared_in_time() -> None:
    before, after = "测绘" * 5000, "绘测" * 5000
    assert "".join(p.text for p in rules.pieces(before, after) if p.kind != "gone") == after


def test_the_close_moves_as_the_change_deserves() -> None:
    def close(at: datetime, material: bool) -> datetime:
        return rules.amended_close(at, scene.CLOSE, 3, is_material=material, is_workday=lambda day: day.weekday() < 5)

    assert close(TUESDAY, True) == NEW_CLOSE
    assert close(TUESDAY, False) == scene.CLOSE  # two of three days are left
    late = datetime(2026, 3, 18, 10, 0, tzinfo=ZONE)
    assert close(late, False) == datetime(2026, 3, 20, 17, 0, tzinfo=ZONE)  # less than half: two days again
    assert close(late, True) == datetime(2026, 3, 23, 17, 0, tzinfo=ZONE)


# --- amending ---------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
@market
def test_an_amendment_is_numbered_public_and_gives_the_whole_time_again(
    tender: Tender, by: scene.Actor, drain: Callable[[], int]
) -> None:
    fit = scene.author(scene.agency())
    content = "按规范完成联合测绘并提交纸质成果两份。"
    amendment = amended(tender, by, content=content, ceiling=Decimal(90000))
    tender.refresh_from_db()
    assert (amendment.number, amendment.state, amendment.is_material) == (1, "published", True)
    assert (tender.ceiling, tender.content, tender.closes_at, tender.amended) == (Decimal(90000), content, NEW_CLOSE, 1)
    entry = LogEntry.objects.get(log="public", action="tender.amended")
    assert entry.data["changes"]["ceiling"] == ["100000.00", "90000.00"]
    assert entry.data["closes_at"] == NEW_CLOSE.isoformat()
    with clock.at(scene.CLOSE):
        drain()
        page = Client().get(reverse("tender", args=[tender.number])).content.decode()
    assert Tender.objects.get().state == "published"
    assert "第 1 次变更" in page
    assert "<ins>纸质</ins>" in page
    assert Message.objects.filter(kind="tenders.amended", recipient=fit.user).count() == 1
    assert Amendment.objects.get().eligible_count == 1
    with clock.at(NEW_CLOSE):
        deadlines.run_due()
    assert Tender.objects.get(attempt=1).state == "failed"


@pytest.mark.django_db
@market
def test_only_a_phone_number_changes_neither_time_nor_responses(tender: Tender, by: scene.Actor) -> None:
    bid = scene.bid(tender, "60000", at=scene.MONDAY)
    amendment = amended(tender, by, contact_phone="0739-5559999")
    tender.refresh_from_db()
    assert (amendment.is_material, tender.amended, tender.closes_at) == (False, 0, scene.CLOSE)
    scene.opened(tender)
    bid.refresh_from_db()
    assert bid.state == Bid.State.WINNER


@pytest.mark.django_db
@market
def test_bad_amendments_are_refused_and_leave_no_trace(tender: Tender, by: scene.Actor) -> None:
    before = services.amendments.state_of(tender)
    with pytest.raises(DomainError, match="没有任何改动"):
        amended(tender, by, content=tender.content)
    with pytest.raises(NotPublishable):
        amended(tender, by, floor=Decimal(200000))
    with pytest.raises(DomainError):
        amended(tender, by, days=5, reason=" ")
    with pytest.raises(DomainError, match="1001"):
        amended(tender, by, days=5, reason="长" * 1001)
    for stranger in (scene.buyer(), staff("operator"), scene.author(scene.agency())):
        with pytest.raises(NotAllowed):
            amended(tender, stranger, days=5)
    with pytest.raises(TooLate):
        amended(tender, by, at=scene.CLOSE, days=5)
    scene.opened(tender)
    with pytest.raises(WrongState):
        amended(tender, by, days=5)
    tender.refresh_from_db()
    assert services.amendments.state_of(tender) == before
    assert not Amendment.objects.exists()


@pytest.mark.django_db
@market
def test_public_money_is_checked_again_and_an_unchecked_amendment_lapses() -> None:
    by, operator = scene.buyer(), staff("operator")
    tender = scene.published(by, funds="public")
    first = amended(tender, by, days=8)
    assert (first.state, Tender.objects.get().days) == ("checking", 10)
    with pytest.raises(WrongState, match="等待核对"):
        amended(tender, by, days=7)
    with clock.at(TUESDAY):
        assert "核对变更" in [task.act for task in desk.tasks(operator)]
        with pytest.raises(NotAllowed):
            services.pass_amendment(first, by=by)
        services.return_amendment(first, ["期限过短"], by=operator)
        with pytest.raises(AlreadyDone):
            services.pass_amendment(first, by=operator)
    second = amended(tender, by, days=9)
    with clock.at(TUESDAY):
        services.pass_amendment(second, by=operator)
    tender.refresh_from_db()
    assert (second.number, tender.days, tender.amended, tender.closes_at) == (2, 9, 2, NEW_CLOSE)
    third = amended(tender, by, days=7)
    scene.opened(tender)
    third.refresh_from_db()
    assert (third.state, Tender.objects.get().days) == ("lapsed", 9)
    with pytest.raises(TooLate):
        services.pass_amendment(third, by=operator)


# --- renewed confirmation ---------------------------------------------------------------------------------------------
@pytest.mark.django_db
@market
def test_confirmed_replaced_and_later_responses_count_and_the_silent_one_does_not(
    tender: Tender, by: scene.Actor
) -> None:
    agencies = [scene.agency() for _ in range(4)]
    silent = scene.bid(tender, "50000", of=agencies[0], at=scene.MONDAY)
    confirmed = scene.bid(tender, "60000", of=agencies[1], at=scene.MONDAY)
    old = scene.bid(tender, "65000", of=agencies[2], at=scene.MONDAY)
    amended(tender, by, days=8)
    author = scene.author(confirmed.agency)
    with clock.at(TUESDAY):
        assert "确认报价" in [task.act for task in desk.tasks(author)]
    receipt = confirm(confirmed, tender, by=author).confirmation
    assert sealing.receipt_holds(receipt)
    assert (receipt["act"], receipt["amendment"], receipt["commitment"]) == ("confirmed", 1, confirmed.commitment)
    replaced = scene.bid(tender, "70000", of=old.agency, at=TUESDAY)
    fresh = scene.bid(tender, "80000", of=agencies[3], at=TUESDAY)
    assert (replaced.amended, fresh.amended) == (1, 1)
    tender.refresh_from_db()
    tender = scene.opened(tender)
    silent.refresh_from_db()
    confirmed.refresh_from_db()
    assert (silent.state, silent.invalid_reason, confirmed.state) == ("invalid", "ineligible", "winner")
    assert tender.record["outcome"]["invalid"] == {silent.agency.credit_code: "ineligible"}
    page = Client().get(reverse("tender_result", args=[tender.number])).content.decode()
    assert "公告变更后没有在截止前确认或重新报价" in page
    entry = LogEntry.objects.get(log="public", action="tender.unconfirmed")
    assert entry.data["commitments"] == [silent.commitment]


@pytest.mark.django_db
@market
def test_confirming_twice_late_for_others_or_an_older_amendment_is_refused(tender: Tender, by: scene.Actor) -> None:
    bid = scene.bid(tender, "60000", at=scene.MONDAY)
    with pytest.raises(AlreadyDone):
        confirm(bid, tender)  # nothing was amended
    amended(tender, by, days=9)
    amended(tender, by, days=8)
    with pytest.raises(WrongState, match="最新的变更"):
        confirm(bid, tender, amended=1)
    with pytest.raises(NotAllowed):
        confirm(bid, tender, by=scene.author(scene.agency()))
    with pytest.raises(TooLate):
        confirm(bid, tender, at=NEW_CLOSE)
    confirm(bid, tender, at=NEW_CLOSE - timedelta(milliseconds=1))
    with pytest.raises(AlreadyDone):
        confirm(bid, tender)


@pytest.mark.django_db
@market
def test_nothing_about_responses_becomes_visible_at_the_old_close(tender: Tender, by: scene.Actor) -> None:
    bid = scene.bid(tender, "60000", at=scene.MONDAY)
    amended(tender, by, days=8)
    with clock.at(scene.CLOSE):
        log.sequence()
        assert not log.history(bid).exists()
    with clock.at(NEW_CLOSE):
        assert log.history(bid).exists()


@pytest.mark.django_db
@market
def test_what_others_read_is_the_same_with_and_without_responses(by: scene.Actor, drain: Callable[[], int]) -> None:
    def told(*, responses: int) -> tuple[list[str], int]:
        tender = scene.published(by)
        for _ in range(responses):
            scene.bid(tender, "60000", at=scene.MONDAY)
        Message.objects.filter(recipient=by.person).delete()
        amended(tender, by, days=8)
        with clock.at(TUESDAY):
            drain()
        kinds = list(Message.objects.filter(recipient=by.person).values_list("kind", flat=True))
        public = LogEntry.objects.filter(log="public", subject=deadlines.subject_of(tender)).count()
        return kinds, public

    assert told(responses=0) == told(responses=2)


@pytest.mark.django_db
@market
def test_the_pages_amend_check_and_confirm(tender: Tender, by: scene.Actor) -> None:
    bid = scene.bid(tender, "60000", at=scene.MONDAY)
    buyer, author, stranger = Client(), Client(), Client()
    buyer.force_login(by.person)
    author.force_login(scene.author(bid.agency).person)
    stranger.force_login(scene.author(scene.agency()).person)
    path = reverse("tender_amend", args=[tender.number])
    confirm_path = reverse("tender_confirm", args=[tender.number])
    with clock.at(TUESDAY):
        assert stranger.get(path).status_code == 404
        assert path in buyer.get(reverse("tender", args=[tender.number])).content.decode()
        page = buyer.get(path)
        form = _filled(page)
        assert buyer.post(path, form | {"reason": ""}).status_code == 422
        nothing = buyer.post(path, form | {"reason": "没改什么"})
        assert (nothing.status_code, "没有任何改动" in nothing.content.decode()) == (422, True)
        wrong = buyer.post(path, form | {"reason": "调整", "floor": "200000"})
        assert (wrong.status_code, "最低限价高于最高限价" in wrong.content.decode()) == (422, True)
        assert buyer.post(path, form | {"reason": "调整", "days": "8"}).status_code == 302
        assert [each.get(confirm_path).status_code for each in (stranger, author)] == [404, 200]
        assert author.post(confirm_path, {"amended": "x"}).status_code == 409
        assert [author.post(confirm_path, {"amended": "1"}).status_code for _ in range(2)] == [302, 302]
    bid.refresh_from_db()
    assert bid.amended == 1


def _filled(page: Any) -> dict[str, str]:
    """The form of a page as a browser would send it without any change."""
    form, rows = page.context["form"], page.context["rows"]
    found: dict[str, str] = {}
    for each in (form, *rows):
        for bound in each:
            value = bound.value()
            if bound.name in ("attachments", "remove") or value in (None, "", False):
                continue
            found[bound.html_name] = "on" if value is True else str(value)
    found |= {bound.html_name: str(bound.value()) for bound in rows.management_form}
    return found


@pytest.mark.django_db
@market
def test_a_receipt_names_the_amendment_to_which_the_response_is_an_answer() -> None:
    tender = scene.published()
    before = scene.bid(tender, "80000", at=scene.MONDAY)
    Tender.objects.filter(pk=tender.pk).update(amended=2)
    after = scene.bid(tender, "81000", at=scene.MONDAY)
    assert (before.receipt["amendment"], after.receipt["amendment"]) == (0, 2)
    assert sealing.receipt_holds(after.receipt)
    assert not sealing.receipt_holds(after.receipt | {"amendment": 1})
