"""Questions: asked without a name, in time, answered to all."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.core import clock, desk, log
from marketplace.core.clock import ZONE
from marketplace.core.errors import AlreadyDone, DomainError, NotAllowed, TooLate, WrongState
from marketplace.core.models import LogEntry, Message
from marketplace.core.rules import Alert
from marketplace.tenders import rules, services
from marketplace.tenders.models import Question, Tender
from tests.factories import staff
from tests.tenders import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]
LIMIT = datetime(2026, 3, 18, 17, 0, tzinfo=ZONE)  # a working day before the close
TEXT = "控制点成果由谁提供？"


@pytest.fixture
def by() -> scene.Actor:
    return scene.buyer()


@pytest.fixture
def tender(by: scene.Actor) -> Tender:
    return scene.published(by)


def asked(tender: Tender, *, at: datetime = scene.MONDAY, text: str = TEXT, **more: object) -> Question:
    agency = more.get("of") or scene.agency()
    author = more.get("by") or scene.author(agency)  # type: ignore[arg-type]
    with clock.at(at):
        return services.ask(tender, agency, text, key=more.get("key") or uuid4(), by=author)  # type: ignore[arg-type]


def test_the_limit_is_a_working_day_before_the_close_over_a_weekend_too() -> None:
    monday = datetime(2026, 3, 23, 17, 0, tzinfo=ZONE)
    assert rules.questions_until(monday, 1, lambda day: day.weekday() < 5) == datetime(2026, 3, 20, 17, 0, tzinfo=ZONE)
    assert rules.questions_until(monday, 0, lambda day: True) == monday


def test_one_millisecond_before_the_limit_it_is_taken_and_at_the_limit_refused_naming_it(tender: Tender) -> None:
    asked(tender, at=LIMIT - timedelta(milliseconds=1))
    with pytest.raises(TooLate, match="2026-03-18 17:00"):
        asked(tender, at=LIMIT)
    assert Question.objects.count() == 1


def test_nobody_sees_who_asked_and_only_the_audit_log_tells_after_the_close(
    tender: Tender, by: scene.Actor, drain: Callable[[], int]
) -> None:
    agency = scene.agency()
    agency.organisation.name = "夜莺测绘有限公司"
    agency.organisation.save()
    author = scene.author(agency)
    question = asked(tender, of=agency, by=author)
    with clock.at(scene.MONDAY):
        services.answer(question, "由采购人提供。", by=by)
        drain()
        for who in (None, by, staff("operator"), staff("supervisor")):
            client = Client()
            if who is not None:
                client.force_login(who.person)
            for page in (reverse("tender", args=[tender.number]), reverse("desk"), reverse("inbox")):
                text = client.get(page, follow=True).content.decode()
                assert "夜莺" not in text
                assert author.person.name not in text
        entry = LogEntry.objects.get(action="question.ask")
        assert not log.visible().filter(pk=entry.pk).exists()
        public = LogEntry.objects.get(log="public", action="tender.answered")
        assert (public.data, public.organisation_code) == (
            {"question": TEXT, "answer": "由采购人提供。"},
            by.organisation_code,
        )
    with clock.at(scene.CLOSE):
        assert log.visible().filter(pk=entry.pk).exists()


def test_the_answer_goes_to_all_who_could_respond_and_to_who_asked(
    tender: Tender, by: scene.Actor, drain: Callable[[], int]
) -> None:
    eligible = scene.author(scene.agency())
    unfit = scene.agency(scene.FREE_ITEM)
    asker = scene.author(unfit)
    question = asked(tender, of=unfit, by=asker)
    page = reverse("tender", args=[tender.number])
    with clock.at(scene.MONDAY):
        assert TEXT not in Client().get(page).content.decode()  # not before its answer
        task = next(task for task in desk.tasks(by) if task.act == "答复提问")
        assert (task.due_at, task.level) == (datetime(2026, 3, 17, 17, 0, tzinfo=ZONE), Alert.QUIET)
        services.answer(question, "由采购人提供。", by=by)
        drain()
        assert "由采购人提供。" in Client().get(page).content.decode()
        assert not [task for task in desk.tasks(by) if task.act == "答复提问"]
    told = set(Message.objects.filter(kind="tenders.answered").values_list("recipient", flat=True))
    assert {eligible.person.pk, asker.person.pk} <= told
    with clock.at(scene.MONDAY), pytest.raises(AlreadyDone):
        services.answer(question, "再答一次。", by=by)


def test_a_double_click_asks_once_and_anothers_key_gets_nothing(tender: Tender) -> None:
    agency, key = scene.agency(), uuid4()
    author = scene.author(agency)
    first = asked(tender, of=agency, by=author, key=key)
    assert asked(tender, of=agency, by=author, key=key) == first
    with pytest.raises(NotAllowed):
        asked(tender, key=key)
    assert Question.objects.count() == 1


def test_bad_questions_are_refused(tender: Tender) -> None:
    agency = scene.agency()
    author = scene.author(agency)
    naming = ((f"{agency.name}想问", "暴露"), (agency.credit_code.lower(), "暴露"))
    for text, said in (*naming, ("长" * 1001, "1001"), (" ", "")):
        with pytest.raises(DomainError, match=said):
            asked(tender, of=agency, by=author, text=text)
    with pytest.raises(NotAllowed):
        asked(tender, of=agency, by=scene.author(scene.agency()))
    for n in range(10):
        asked(tender, of=agency, by=author, text=f"第 {n} 问")
    with pytest.raises(DomainError, match="等答复"):
        asked(tender, of=agency, by=author, text="又一问")
    scene.opened(tender)
    with pytest.raises(WrongState):
        asked(tender, of=agency, by=author)


def test_only_the_buyer_answers_and_only_before_the_close(tender: Tender, by: scene.Actor) -> None:
    question = asked(tender)
    with clock.at(scene.MONDAY):
        for stranger in (scene.buyer(), staff("operator"), scene.author(scene.agency())):
            with pytest.raises(NotAllowed):
                services.answer(question, "我来答。", by=stranger)
    with clock.at(scene.CLOSE), pytest.raises(TooLate):
        services.answer(question, "迟了。", by=by)


def test_the_pages_ask_and_answer(tender: Tender, by: scene.Actor) -> None:
    asker, buyer, other = Client(), Client(), Client()
    asker.force_login(scene.author(scene.agency()).person)
    buyer.force_login(by.person)
    other.force_login(scene.buyer().person)
    path = reverse("tender_ask", args=[tender.number])
    with clock.at(scene.MONDAY):
        assert path in asker.get(reverse("tender", args=[tender.number])).content.decode()
        assert asker.post(path, {"text": "", "key": str(uuid4())}).status_code == 422
        form = {"text": TEXT, "key": str(uuid4())}
        assert [asker.post(path, form).status_code for _ in range(2)] == [302, 302]
        question = Question.objects.get()
        answer = reverse("question_answer", args=[tender.number, question.pk])
        assert [each.get(answer).status_code for each in (asker, other, buyer)] == [404, 404, 200]
        assert TEXT in buyer.get(reverse("tender", args=[tender.number])).content.decode()
        assert [buyer.post(answer, {"answer": "由采购人提供。"}).status_code for _ in range(2)] == [302, 302]
    with clock.at(LIMIT):
        late = asker.post(path, {"text": "再问一句", "key": str(uuid4())})
        assert late.status_code == 422
        assert "提问已截止" in late.content.decode()
