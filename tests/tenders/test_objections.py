"""An objection suspends, is answered in time, goes to the department, and can undo the result."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Membership
from marketplace.core import clock, deadlines, desk
from marketplace.core.clock import ZONE
from marketplace.core.errors import AlreadyDone, DomainError, NotAllowed, TooLate, WrongState
from marketplace.core.models import LogEntry, Message
from marketplace.tenders import services
from marketplace.tenders.models import Award, Bid, Objection, Tender
from marketplace.tenders.selection import registry
from tests.core import uploads
from tests.factories import staff
from tests.tenders import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]
FRIDAY = datetime(2026, 3, 20, 10, 0, tzinfo=ZONE)  # the publicity's only day, which ends at 17:00


class Story:
    """A result in publicity: the buyer, three bids, the winner first."""

    def __init__(self, **fields: object) -> None:
        self.by = scene.buyer()
        self.tender = scene.published(self.by, **fields)
        self.bids = [scene.bid(self.tender, price) for price in ("70000", "80000", "90000")]
        self.tender = scene.opened(self.tender)

    def objection(self, at: datetime = FRIDAY, bid: int = 1, **more: object) -> Objection:
        agency = self.bids[bid].agency
        values = {"ground": "qualification", "text": "该机构证书范围不含本项目。"} | more
        with clock.at(at):
            return services.file_objection(self.tender, agency, **values, by=scene.author(agency))  # type: ignore[arg-type]

    def now(self) -> Tender:
        self.tender.refresh_from_db()
        return self.tender


@pytest.fixture
def story() -> Story:
    return Story()


def answered(story: Story, objection: Objection, finding: str, at: datetime = FRIDAY, **more: object) -> Objection:
    with clock.at(at):
        return services.answer_objection(objection, finding=finding, text="经核对。", by=story.by, **more)  # type: ignore[arg-type]


def at_department(story: Story) -> Objection:
    objection = story.objection()
    answered(story, objection, "dismissed")
    with clock.at(FRIDAY + timedelta(hours=1)):
        return services.escalate_objection(objection, "对答复不服。", by=scene.author(objection.agency))


def test_filing_suspends_and_the_award_waits(story: Story) -> None:
    objection = story.objection()
    assert objection.number == "YY-2026-000001"
    assert (story.now().state, objection.answer_by) == ("suspended", datetime(2026, 3, 25, 17, 0, tzinfo=ZONE))
    with clock.at(datetime(2026, 3, 20, 17, 0, tzinfo=ZONE)):
        deadlines.run_due()
        services.end_publicity(str(story.tender.pk))
        assert "答复异议" in [task.act for task in desk.tasks(story.by)]
    assert not Award.objects.exists()
    entry = LogEntry.objects.get(log="public", action="tender.objection_filed")
    assert entry.data["text"] == "该机构证书范围不含本项目。"
    assert Message.objects.filter(recipient=story.by.user, kind="tenders.objection_filed").exists()


def test_a_dismissal_lets_the_publicity_go_on_at_least_one_working_day(story: Story) -> None:
    objection = story.objection()
    answered(story, objection, "dismissed", at=datetime(2026, 3, 23, 11, 0, tzinfo=ZONE))
    assert (story.now().state, story.tender.publicity_until) == ("publicity", datetime(2026, 3, 24, 17, 0, tzinfo=ZONE))
    with clock.at(datetime(2026, 3, 24, 17, 0, tzinfo=ZONE)):
        deadlines.run_due()
    assert story.now().state == Tender.State.NOTIFIED


def test_the_days_that_were_left_are_kept() -> None:
    story = Story()
    until = datetime(2026, 3, 24, 17, 0, tzinfo=ZONE)
    Tender.objects.filter(pk=story.tender.pk).update(publicity_until=until)  # three days, as after a merit selection
    objection = story.objection()
    assert objection.days_left == 2
    answered(story, objection, "dismissed", at=datetime(2026, 3, 25, 9, 0, tzinfo=ZONE))
    assert story.now().publicity_until == datetime(2026, 3, 27, 17, 0, tzinfo=ZONE)


def test_a_silent_buyer_loses_the_matter_to_the_department(story: Story) -> None:
    objection = story.objection()
    with clock.at(objection.answer_by - timedelta(milliseconds=1)):
        deadlines.run_due()
        assert Objection.objects.get().state == "filed"
    with clock.at(objection.answer_by):
        with pytest.raises(TooLate):
            services.answer_objection(objection, finding="dismissed", text="迟了。", by=story.by)
        Client().get(reverse("tender", args=[story.tender.number]))
    objection.refresh_from_db()
    assert (objection.state, objection.decide_by) == ("with_department", datetime(2026, 4, 1, 17, 0, tzinfo=ZONE))
    assert story.now().state == Tender.State.SUSPENDED
    with clock.at(objection.answer_by):
        assert "处理异议" in [task.act for task in desk.tasks(staff("supervisor"))]


def test_the_objector_takes_a_dismissal_to_the_department_once(story: Story) -> None:
    objection = at_department(story)
    assert story.now().state == Tender.State.SUSPENDED
    with clock.at(FRIDAY), pytest.raises(AlreadyDone):
        services.escalate_objection(objection, "再来一次。", by=scene.author(objection.agency))
    with clock.at(FRIDAY):
        services.decide_objection(objection, finding="dismissed", text="证据不足。", by=staff("supervisor"))
    objection.refresh_from_db()
    assert (objection.state, story.now().state) == ("rejected", "publicity")
    with clock.at(FRIDAY), pytest.raises(AlreadyDone):
        services.decide_objection(objection, finding="annul", text="改主意。", by=staff("supervisor"))


def test_after_the_resumed_publicity_it_is_too_late_to_go_to_the_department(story: Story) -> None:
    objection = story.objection()
    answered(story, objection, "dismissed")
    until = story.now().publicity_until
    assert until is not None
    with clock.at(until), pytest.raises(TooLate):
        services.escalate_objection(objection, "刚过一毫秒。", by=scene.author(objection.agency))


def test_annulled_it_fails_in_public_and_a_next_attempt_is_prepared(story: Story, drain: Callable[[], int]) -> None:
    objection = at_department(story)
    with clock.at(FRIDAY):
        services.decide_objection(objection, finding="annul", text="公告条件限制竞争。", by=staff("supervisor"))
        drain()
    assert (story.now().state, story.tender.fail_reason) == ("failed", "objection_upheld")
    following = Tender.objects.get(chain=story.tender.chain, attempt=2)
    assert (following.state, following.number) == ("draft", None)  # to be mended first, so not by itself
    page = Client().get(reverse("tender", args=[story.tender.number])).content.decode()
    assert "异议成立，本次采购作废" in page


def test_upheld_with_an_invalid_response_the_record_is_ranked_anew(story: Story) -> None:
    objection = story.objection()
    winner = story.bids[0]
    answered(story, objection, "rerank", against=winner.agency)
    assert (story.now().state, story.tender.publicity_from) == ("publicity", FRIDAY)
    for bid in story.bids:
        bid.refresh_from_db()
    assert [bid.state for bid in story.bids] == ["invalid", "winner", "substitute"]
    assert registry.run(story.tender.record["case"]).to_json() == story.tender.record["outcome"]
    again = story.objection(at=FRIDAY + timedelta(hours=1), bid=0, ground="other", text="判定有误。")
    assert again.pk != objection.pk  # the new result may be objected to, by the one who lost it, too


def test_too_few_left_after_an_upheld_objection_let_it_fail() -> None:
    story = Story(funds="public")
    objection = story.objection()
    answered(story, objection, "rerank", against=story.bids[0].agency)
    assert (story.now().state, story.tender.fail_reason) == ("failed", "too_few")


def test_taken_back_it_lets_the_publicity_go_on(story: Story) -> None:
    objection = story.objection()
    author = scene.author(objection.agency)
    with clock.at(FRIDAY):
        services.withdraw_objection(objection, by=author)
        with pytest.raises(AlreadyDone):
            services.withdraw_objection(objection, by=author)
        with pytest.raises(AlreadyDone):
            services.file_objection(story.tender, objection.agency, ground="other", text="又来了。", by=author)
    assert story.now().state == Tender.State.PUBLICITY


def test_late_by_nothing_twice_and_by_strangers_it_is_refused(story: Story) -> None:
    agency = story.bids[1].agency
    author = scene.author(agency)
    file = {"ground": "other", "text": "理由。"}
    until = story.tender.publicity_until
    assert until is not None
    with clock.at(until), pytest.raises(TooLate, match="2026-03-20 17:00"):
        services.file_objection(story.tender, agency, **file, by=author)
    with clock.at(FRIDAY):
        outsider = scene.agency()
        with pytest.raises(NotAllowed, match="投诉"):
            services.file_objection(story.tender, outsider, **file, by=scene.author(outsider))
        with pytest.raises(NotAllowed):
            services.file_objection(story.tender, agency, **file, by=scene.author(outsider))
        with pytest.raises(DomainError, match="3001"):
            services.file_objection(story.tender, agency, ground="other", text="长" * 3001, by=author)
        assert story.now().state == Tender.State.PUBLICITY
        objection = services.file_objection(story.tender, agency, **file, by=author)
        with pytest.raises(WrongState):
            services.file_objection(story.tender, story.bids[2].agency, **file, by=scene.author(story.bids[2].agency))
        with pytest.raises(NotAllowed):
            services.answer_objection(objection, finding="dismissed", text="我不是采购人。", by=scene.buyer())
        with pytest.raises(WrongState):
            services.decide_objection(objection, finding="dismissed", text="还没到。", by=staff("supervisor"))
        with pytest.raises(DomainError):
            services.answer_objection(objection, finding="rerank", text="指错了。", against=outsider, by=story.by)
    assert Objection.objects.get().state == "filed"


def test_a_supervisor_who_belongs_to_a_side_stands_aside(story: Story) -> None:
    objection = at_department(story)
    official = staff("supervisor")
    Membership.objects.create(user=official.person, organisation=objection.agency.organisation, roles=["bid_author"])
    with clock.at(FRIDAY), pytest.raises(NotAllowed, match="回避"):
        services.decide_objection(objection, finding="annul", text="我说了算。", by=official)
    with pytest.raises(NotAllowed):
        services.decide_objection(objection, finding="annul", text="不是监管。", by=staff("operator"))


def test_a_direct_choice_can_be_objected_to_by_who_offers_the_item() -> None:
    by, chosen, rival = scene.buyer(), scene.agency(), scene.agency()
    fields = {"method": "direct", "chosen_agency": chosen, "method_settings": {"price": "40000.00"}}
    tender = scene.published(by, **fields)
    with clock.at(scene.MONDAY):
        services.accept_award(tender, by=scene.author(chosen))
        tender.refresh_from_db()
        file = {"ground": "recusal", "text": "两家法定代表人为近亲属。"}
        with pytest.raises(NotAllowed):
            services.file_objection(tender, chosen, **file, by=scene.author(chosen))
        objection = services.file_objection(tender, rival, **file, by=scene.author(rival))
        services.answer_objection(objection, finding="annul", text="属实。", by=by)
    tender.refresh_from_db()
    assert (tender.state, tender.fail_reason) == ("failed", "objection_upheld")


def test_the_pages_carry_it_from_filing_to_the_decision(story: Story) -> None:
    def client(actor: Actor) -> Client:
        found = Client()
        found.force_login(actor.person)
        return found

    objector, buyer, official = (
        client(scene.author(story.bids[1].agency)),
        client(story.by),
        client(staff("supervisor")),
    )
    number, public = story.tender.number, Client()
    path = reverse("tender_object", args=[number])
    with clock.at(FRIDAY):
        assert client(scene.author(scene.agency())).get(path).status_code == 404
        assert path in objector.get(reverse("tender_result", args=[number])).content.decode()
        assert objector.post(path, {"ground": "nothing", "text": ""}).status_code == 422
        form = {"ground": "other", "text": "排名有误。", "evidence": uploads.upload("证据.pdf", uploads.PDF)}
        page = objector.post(path, form).url  # type: ignore[attr-defined]
        paper = f"/files/{Objection.objects.get().evidence_id}/"
        assert "排名有误。" in public.get(page).content.decode()
        assert (public.post(page, {}).status_code, public.get(paper).status_code == 200) == (404, False)
        assert official.get(paper).status_code in (200, 302)
        assert buyer.post(page, {"finding": "rerank", "text": "属实"}).status_code == 422  # against whom?
        assert buyer.post(page, {"finding": "dismissed", "text": "排名由系统计算。"}).status_code == 302
        assert objector.post(page, {"text": "仍然不服。"}).status_code == 302
        assert official.post(page, {"finding": "dismissed", "text": "核实无误。"}).status_code == 302
        assert official.post(page, {"finding": "annul", "text": "双击。"}).status_code == 302
        told = public.get(page).content.decode()
        assert "核实无误。" in told
        assert "仍然不服。" in told
    assert Bid.objects.get(pk=story.bids[0].pk).state == "winner"
