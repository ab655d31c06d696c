"""Questions about an announced tender: asked without a name, published together with their answers, told to everybody.

Who asks is known to nobody: not to the buyer, the operator or the public. The audit log keeps it, to be seen after the
close. Asking is no response, and nothing here looks at responses. Source: selection-rules, *Periods*: "questions until
1 working day before close"; so an answer is due within a working day, and before the close at the latest.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole
from marketplace.agencies.models import Agency
from marketplace.core import calendar, clock, deadlines, inbox, locks, log
from marketplace.core.errors import AlreadyDone, DomainError, NotAllowed, TooLate, WrongState
from marketplace.tenders import rules
from marketplace.tenders.models import Question, Tender
from marketplace.tenders.queries import rules_of
from marketplace.tenders.services import disclosing, telling, wording
from marketplace.tenders.services.permission import require_buyer

MOST_OPEN = 10  # questions of one agency about one tender that wait for an answer


class NamesItself(DomainError):
    """A question in which its asker can be read."""

    code = "names_itself"
    status = 422
    message = gettext_lazy("问题里写了贵单位的名称或信用代码，公布后会暴露提问人。请删去后再提交。")
    field = "text"


class TooManyQuestions(DomainError):
    """Too many questions of one agency are open."""

    code = "too_many_questions"
    message = gettext_lazy("贵单位对本项目已有多个问题在等待答复，请等答复后再提。")


def limit_of(tender: Tender) -> datetime | None:
    """Until when one may ask about the tender; None where nobody can respond."""
    if tender.closes_at is None:
        return None
    data = rules_of(tender)
    return rules.questions_until(tender.closes_at, data.periods.questions_before_close, calendar.is_workday)


@transaction.atomic
def ask(tender: Tender, agency: Agency, text: str, *, key: UUID, by: Actor) -> Question:
    """Ask about a tender; the same form sent twice asks once.

    TooLate (with the limit), WrongState, NamesItself, TooManyQuestions, ReasonMissing, TooManyWords, NotAllowed.
    """
    by.require_member(agency.organisation_id, MemberRole.BID_AUTHOR)
    tender = locks.shared(Tender, tender.pk)
    moment = clock.now()
    earlier = Question.objects.filter(key=key).first()
    if earlier is not None:
        return _the_same(earlier, tender, agency)
    _must_be_open(tender, moment)
    if tender.is_invited and not tender.invitations.filter(agency=agency).exists():
        raise NotAllowed()
    text = wording.required(text, 1000, field="text")
    _must_not_name(agency, text)
    if tender.questions.filter(asked_for=agency, state=Question.State.ASKED).count() >= MOST_OPEN:
        raise TooManyQuestions()
    assert tender.closes_at is not None
    question = Question.objects.create(
        tender=tender,
        text=text,
        asked_at=moment,
        asked_by=by.person,
        asked_for=agency,
        key=key,
        answer_by=rules.answer_by(moment, tender.closes_at, calendar.is_workday),
    )
    log.record("question.ask", question, by=by, data={"text": text}, visible_from=tender.closes_at)
    url = reverse("question_answer", args=[tender.number, question.pk])
    telling.tell_buyer(tender, "tenders.asked", url=url, until=telling.written(question.answer_by))
    return question


@transaction.atomic
def answer(question: Question, text: str, *, by: Actor) -> Question:
    """The buyer answers: question and answer become public, or known to all invited; who could respond is told.

    AlreadyDone, TooLate (after the close), WrongState, NotAllowed, ReasonMissing, TooManyWords.
    """
    tender = locks.exclusive(Tender, question.tender_id)
    require_buyer(tender, by)
    question = Question.objects.get(pk=question.pk)
    moment = clock.now()
    if question.state == Question.State.ANSWERED:
        raise AlreadyDone()
    if tender.state != Tender.State.PUBLISHED:
        raise WrongState()
    if not rules.in_time(moment, tender.closes_at):
        raise TooLate(_("报名已经截止，不能再答复。"))
    rules.QUESTION.move(question, "answer")
    question.answer = wording.required(text, 2000, field="answer")
    question.answered_at, question.answered_by = moment, by.user
    question.save(update_fields=["state", "answer", "answered_at", "answered_by"])
    told = {"question": question.text, "answer": question.answer}
    log.record("tender.answered", tender, by=by, data=told)
    disclosing.act("tender.answered", tender, by=by, data=told)
    deadlines.put("tenders.answered", question, moment)
    return question


@transaction.atomic
def tell_the_answer(pk: str) -> None:
    """Tell the people of every eligible agency, and those who have asked, that there is an answer.

    Right after it, so that the buyer needn't wait for thousands of messages; harmless after the close.
    """
    question = Question.objects.select_related("tender__buyer", "tender__item", "tender__region").get(pk=pk)
    tender = question.tender
    if tender.state != Tender.State.PUBLISHED or question.state != Question.State.ANSWERED:
        return
    url = reverse("tender", args=[tender.number]) + "#questions"
    askers = [each.asked_by for each in tender.questions.select_related("asked_by")]
    invited = tender.invitations.values_list("agency_id", flat=True)
    told = telling.people_for(invited) if tender.is_invited else telling.eligible_people(tender)
    people = [*told, *askers]
    inbox.tell(people, "tenders.answered", url=url, title=tender.title, number=tender.number)


def _the_same(earlier: Question, tender: Tender, agency: Agency) -> Question:
    if (earlier.tender_id, earlier.asked_for_id) != (tender.pk, agency.pk):
        raise NotAllowed()
    return earlier


def _must_be_open(tender: Tender, moment: datetime) -> None:
    """Time decides, by the clock read under the lock."""
    until = limit_of(tender)
    if tender.state != Tender.State.PUBLISHED or until is None:
        raise WrongState()
    if not rules.in_time(moment, until):
        sentence = _("提问已于 %(until)s 截止（报名截止前 1 个工作日），以服务器收到为准。可按公告电话联系采购人。")
        raise TooLate(sentence % {"until": telling.written(until)})


def _must_not_name(agency: Agency, text: str) -> None:
    organisation = agency.organisation
    if organisation.name in text or organisation.credit_code in text.upper():
        raise NamesItself()
