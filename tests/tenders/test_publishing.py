"""Drafts, the operator's check, and the announcement: what it freezes and whom it tells."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplace.accounts.actors import Actor, NotVerified, OwnCase
from marketplace.accounts.roles import MemberRole
from marketplace.catalogue.models import QualificationType
from marketplace.core import clock, deadlines
from marketplace.core.errors import AlreadyDone, NotAllowed, WrongState
from marketplace.core.models import Deadline, LogEntry, Message, OutboxMessage
from marketplace.tenders import mandates, services
from marketplace.tenders.errors import NotPublishable, ReasonMissing
from marketplace.tenders.models import Tender
from marketplace.tenders.sealing import Opener
from tests.factories import OrganisationFactory, member, staff
from tests.tenders import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]


@pytest.fixture
def by() -> Actor:
    return scene.buyer()


def kinds_for(actor: Actor) -> list[str]:
    return list(Message.objects.filter(recipient=actor.user).values_list("kind", flat=True))


# --- drafts -----------------------------------------------------------------------------------------------------------
def test_a_draft_is_filled_in_from_the_item(by: Actor) -> None:
    draft = services.create_draft(item=scene.item(), by=by, project_name="热管理系统项目")
    assert draft.title == "热管理系统项目 联合测绘（规划、土地、房产、消防、人防竣工测量）"
    assert (draft.days, draft.response_days, draft.contact_phone) == (10, 3, "0739-5551234")
    assert draft.complaint_phone == "0739-5220000"
    (asked,) = draft.requirements.all()
    assert (asked.type.name, asked.minimum_grade) == ("测绘资质", "乙级")


def test_an_item_of_registered_persons_asks_for_one_and_for_no_licence(by: Actor) -> None:
    draft = services.create_draft(item=scene.item("ZJ-005"), by=by)
    assert draft.practitioners_needed == 1
    assert not draft.requirements.exists()


def test_several_qualifications_of_an_item_are_alternatives(by: Actor) -> None:
    draft = services.create_draft(item=scene.item("ZJ-039"), by=by)
    assert {asked.group for asked in draft.requirements.all()} == {1}
    assert draft.requirements.count() == 3


def test_only_the_buyers_own_people_write_its_drafts(by: Actor) -> None:
    draft = scene.draft(by)
    others = [
        scene.buyer(),
        member(MemberRole.BID_AUTHOR, organisation=by.organisation),
        staff("operator"),
        staff("officer"),
    ]
    for other in others:
        with pytest.raises(NotAllowed):
            services.save_draft(draft, {"title": "x"}, by=other)
        with pytest.raises(NotAllowed):
            services.create_draft(item=scene.item(), by=other, buyer=by.organisation)


def test_an_operator_who_belongs_to_the_buyer_passes_nothing_of_its_own(by: Actor) -> None:
    both = member(MemberRole.BUYER, organisation=by.organisation, staff_roles=["operator"])
    tender = services.publish(scene.draft(by, funds="public"), by=by)
    with pytest.raises(OwnCase):
        services.pass_check(tender, by=both)
    assert services.pass_check(tender, by=staff("operator")).state == Tender.State.PUBLISHED


def test_an_agent_officer_drafts_and_publishes_for_the_buyer(by: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """The storey above says whether the mandate holds: `projects` does, and has tests of its own."""
    officer = staff("officer")
    monkeypatch.setitem(mandates._mandates, "test", lambda references, actor: set(references) & {"test:1"})
    with clock.at(scene.MONDAY):
        draft = services.create_draft(
            item=scene.item(),
            by=officer,
            agent=officer.user,
            buyer=by.organisation,
            project_reference="test:1",
            content="按规范完成。",
        )
        tender = services.publish(draft, by=officer)
    assert (tender.state, tender.buyer, tender.agent) == ("published", by.organisation, officer.user)
    with pytest.raises(NotAllowed):
        services.cancel(tender, "不需要了", by=staff("officer"))


def test_a_discarded_draft_stays_in_the_log_and_nobody_elses_desk(by: Actor) -> None:
    draft = services.discard_draft(scene.draft(by), by=by)
    assert draft.state == Tender.State.CANCELLED
    assert not LogEntry.objects.filter(log="public").filter(action__startswith="tender").exists()
    with pytest.raises(WrongState):
        services.save_draft(draft, {"title": "x"}, by=by)


# --- what is refused --------------------------------------------------------------------------------------------------
def test_every_problem_is_said_at_once_with_its_field(by: Actor) -> None:
    draft = scene.draft(by, content="", days=None, contact_name="")
    with pytest.raises(NotPublishable) as caught:
        services.publish(draft, by=by)
    assert [problem.field for problem in caught.value.found] == ["content", "days", "contact_name"]
    draft.refresh_from_db()
    assert (draft.state, draft.number) == ("draft", None)


@pytest.mark.parametrize("name", ["工程造价咨询企业资质", "工程咨询"])
def test_abolished_and_voluntary_qualifications_are_refused(by: Actor, name: str) -> None:
    draft = scene.draft(by)
    services.save_draft(draft, {}, [(1, QualificationType.objects.get(name=name), "")], by=by)
    with pytest.raises(NotPublishable, match=name):
        services.publish(draft, by=by)


def test_an_organisation_nobody_has_verified_publishes_nothing() -> None:
    unverified = scene.buyer(verified_at=None)
    draft = scene.draft(unverified)
    with pytest.raises(NotVerified):
        services.publish(draft, by=unverified)


def test_a_second_click_publishes_nothing_twice(by: Actor) -> None:
    tender = scene.published(by)
    with pytest.raises(AlreadyDone):
        services.publish(tender, by=by)
    assert Tender.objects.count() == 1


# --- the announcement -------------------------------------------------------------------------------------------------
def test_the_announcement_freezes_rules_key_number_and_close(by: Actor) -> None:
    tender = scene.published(by)
    tender.refresh_from_db()
    assert (tender.number, tender.closes_at) == ("ZJ-2026-000001", scene.CLOSE)
    assert tender.ruleset is not None
    assert Opener(bytes(tender.wrapped_key or b""))
    assert len(tender.public_key) == 64
    deadline = Deadline.objects.get(kind="tenders.opening", done_at=None)
    assert deadline.due_at == scene.CLOSE
    entry = LogEntry.objects.get(log="public", action="tender.publish")
    assert entry.data["draw_source"] == "shares"
    assert entry.data["public_key"] == tender.public_key
    assert scene.published(by).number == "ZJ-2026-000002"


def test_every_step_is_told_upward_and_the_one_that_passes_by_itself_says_so(by: Actor) -> None:
    tender = scene.published(by)
    schedule = LogEntry.objects.get(log="audit", action="tender.schedule")
    assert schedule.data["passed_by_itself"] is True
    told = OutboxMessage.objects.filter(event="tenders.events.TenderChanged").order_by("id")
    assert list(dict.fromkeys(message.payload["state"] for message in told)) == ["scheduled", "published"]
    assert tender.state == "published"


def test_public_money_waits_for_an_operator_who_passes_it(by: Actor) -> None:
    operator = staff("operator")
    with clock.at(scene.MONDAY):
        tender = services.publish(scene.draft(by, funds="public"), by=by)
    assert (tender.state, tender.is_public) == ("checking", False)
    assert tender.check_by is not None
    assert clock.local(tender.check_by).isoformat() == "2026-03-17T17:00:00+08:00"
    assert kinds_for(operator) == ["tenders.submitted"]
    for other in (by, staff("supervisor"), staff("editor")):
        with pytest.raises(NotAllowed):
            services.pass_check(tender, by=other)
    with clock.at(scene.MONDAY):
        tender = services.pass_check(tender, by=operator)
    assert (tender.state, tender.number) == ("published", "ZJ-2026-000001")
    assert "tenders.check_passed" in kinds_for(by)
    with pytest.raises(AlreadyDone):
        services.pass_check(tender, by=operator)


def test_a_returned_announcement_is_a_draft_with_all_reasons_and_keeps_its_number(by: Actor) -> None:
    operator = staff("operator")
    tender = services.publish(scene.draft(by, funds="public"), by=by)
    with pytest.raises(ReasonMissing):
        services.return_check(tender, [" "], by=operator)
    tender = services.return_check(tender, ["金额与附件不符", "内容不清楚"], by=operator)
    assert (tender.state, tender.check_reasons) == ("draft", ["金额与附件不符", "内容不清楚"])
    number = tender.number
    tender = services.publish(tender, by=by)
    assert (tender.state, tender.number) == ("checking", number)


# --- who is told ------------------------------------------------------------------------------------------------------
def test_eligible_agencies_are_told_and_those_who_miss_one_mendable_thing_learn_which(by: Actor) -> None:
    fit = scene.author(scene.agency())
    expiring = scene.author(scene.agency(valid_until=date(2026, 3, 25)))
    qualified_only = scene.agency()
    qualified_only.offers.all().delete()
    no_offer = scene.author(qualified_only)
    elsewhere = scene.author(scene.agency("ZJ-040"))
    frozen = scene.author(scene.agency(state="frozen"))
    two_missing = scene.agency(valid_until=date(2026, 3, 25))
    two_missing.offers.all().delete()
    hopeless = scene.author(two_missing)
    same_person = scene.author(scene.agency(legal_person="王买方"))
    tender = scene.published(by)
    assert kinds_for(fit) == ["tenders.published"]
    assert kinds_for(expiring) == kinds_for(no_offer) == ["tenders.nearly"]
    assert kinds_for(elsewhere) == kinds_for(frozen) == kinds_for(hopeless) == kinds_for(same_person) == []
    assert "资质要求" in Message.objects.get(recipient=expiring.user).body
    assert "服务项目" in Message.objects.get(recipient=no_offer.user).body
    assert (tender.market_size, tender.eligible_count) == (6, 1)


def test_telling_many_agencies_costs_as_many_queries_as_telling_few(by: Actor) -> None:
    def queries(number: int) -> int:
        for _ in range(number):
            scene.author(scene.agency())
        draft = scene.draft(by)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            tender = services.publish(draft, by=by)
            services.tell_the_market(str(tender.pk))
        return len(captured)

    few, many = queries(2), queries(25)
    assert many <= few + 2
    assert Message.objects.filter(kind="tenders.published").count() == 2 + 27


def test_the_same_people_are_told_again_a_day_and_two_hours_before_the_close(by: Actor) -> None:
    fit, expiring = scene.agency(), scene.agency(valid_until=date(2026, 3, 18))
    people, nearly = scene.author(fit), scene.author(expiring)
    tender = scene.published(by)
    scene.bid(tender, "60000", of=fit, by=people, at=scene.MONDAY)  # who has responded gets the same words

    def told(before: timedelta) -> tuple[int, int]:
        with clock.at(scene.CLOSE - before):
            deadlines.run_due()
        count = Message.objects.filter(recipient=people.user, kind="tenders.closing").count()
        return count, Message.objects.filter(recipient=nearly.user, kind="tenders.closing_nearly").count()

    assert told(timedelta(days=1, minutes=1)) == (0, 0)
    assert told(timedelta(days=1)) == (1, 1)
    assert told(timedelta(hours=2, minutes=1)) == (1, 1)
    assert told(timedelta(hours=2)) == (2, 2)
    assert told(timedelta(hours=1)) == (2, 2)
    assert "ZJ-" in Message.objects.filter(kind="tenders.closing").first().body


# --- cancelled --------------------------------------------------------------------------------------------------------
def test_cancelling_needs_a_reason_is_public_and_ends_at_the_close(by: Actor) -> None:
    tender = scene.published(by)
    with pytest.raises(ReasonMissing):
        services.cancel(tender, " ", by=by)
    with clock.at(scene.CLOSE), pytest.raises(WrongState):
        services.cancel(tender, "资金调整", by=by)
    with clock.at(scene.MONDAY):
        services.cancel(tender, "资金调整", by=by)
    tender.refresh_from_db()
    assert (tender.state, tender.cancel_reason) == ("cancelled", "资金调整")
    assert LogEntry.objects.get(log="public", action="tender.cancelled").data == {"reason": "资金调整"}
    assert not Deadline.objects.filter(kind="tenders.opening", done_at=None).exists()
    again = services.start_again(tender, by=by)
    assert (again.chain, again.attempt, again.state) == (tender.chain, 2, "draft")
    assert again.ceiling == Decimal(100000)
    assert services.start_again(tender, by=by) == again


def test_a_stranger_cancels_nothing(by: Actor) -> None:
    tender = scene.published(by)
    for other in (scene.buyer(), staff("operator"), member(organisation=OrganisationFactory())):
        with pytest.raises(NotAllowed):
            services.cancel(tender, "因为", by=other)
