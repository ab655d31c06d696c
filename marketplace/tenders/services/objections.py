"""Objections (质疑) to a result while it is public: they suspend, are answered in time, and can undo the result.

Who may object: an agency that has responded; where nobody can respond (a direct choice), any admitted agency that
offers the item. Everybody else has the complaint (投诉), which goes to the department and suspends nothing: that is how
supermarket §3.7 parts the two, for public money as well.

The buyer answers first. Silence takes the objection to the department by itself, so that a purchase never hangs; a
buyer's dismissal lets the publicity go on, and while it does (at least to the end of the next working day) the objector
may take the matter to the department, which suspends again. Source: selection-rules, *Periods*; supermarket §2.1, §3.7.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.accounts import queries as accounts
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole, StaffRole
from marketplace.agencies.models import Agency
from marketplace.core import calendar, clock, deadlines, inbox, locks, log
from marketplace.core.errors import AlreadyDone, DomainError, NotAllowed, TooLate, WrongState
from marketplace.core.models import StoredFile
from marketplace.tenders import queries, rules
from marketplace.tenders.models import Bid, Objection, Tender
from marketplace.tenders.queries import rules_of
from marketplace.tenders.services import again, explaining, failing, judging, standstill, telling, wording
from marketplace.tenders.services.moves import move
from marketplace.tenders.services.permission import require_verified_buyer

SERIES = "YY"  # of the objections' numbers
S, Outcome = Objection.State, Objection.Outcome
UPHELD = "objection_upheld"
DISMISSED = "dismissed"  # a finding beside the two outcomes


class NotConcerned(NotAllowed):
    """The agency had no part in this purchase."""

    code = "not_concerned"
    message = gettext_lazy("只有参加了本项目的机构可以提出异议。其他线索请通过投诉举报反映，由主管部门处理。")


class NothingToRank(DomainError):
    """A response that can't be judged invalid: it isn't among the valid ones."""

    code = "nothing_to_rank"
    status = 422
    message = gettext_lazy("请选择一份仍然有效的响应。")
    field = "against"


@transaction.atomic
def file_objection(
    tender: Tender, agency: Agency, *, ground: str, text: str, evidence: StoredFile | None = None, by: Actor
) -> Objection:
    """File an objection while the result is public; the tender is suspended and the award waits.

    TooLate, WrongState, AlreadyDone (the agency has objected to this result), NotConcerned, NotAllowed, NotVerified,
    ReasonMissing, TooManyWords.
    """
    by.require_member(agency.organisation_id, MemberRole.BID_AUTHOR)
    by.require_verified()
    year = clock.today().year
    locks.counter(f"{SERIES}-{year}")
    tender = locks.exclusive(Tender, tender.pk)
    moment = clock.now()
    _must_be_public(tender, moment)
    if not queries.may_object(tender, agency):
        raise NotConcerned()
    if tender.objections.filter(agency=agency, filed_at__gte=tender.publicity_from).exists():
        raise AlreadyDone(_("贵单位对本次结果已提出过异议。对答复不服的，可以在公示期内提请主管部门处理。"))
    data, until = rules_of(tender), tender.publicity_until
    assert until is not None
    objection = Objection.objects.create(
        number=locks.next_number(SERIES, year),
        tender=tender,
        agency=agency,
        ground=Objection.Ground(ground),
        text=wording.required(text, 3000, field="text"),
        evidence=evidence,
        filed_at=moment,
        filed_by=by.person,
        days_left=rules.days_left(moment, until, calendar.is_workday),
        answer_by=calendar.closes_at(moment, data.periods.objection_buyer),
    )
    standstill.suspend(tender, by=by, reason=objection.number)
    deadlines.put("tenders.objection", objection, objection.answer_by)
    told: dict[str, Any] = {
        "number": objection.number,
        "agency": agency.credit_code,
        "ground": objection.ground,
        "text": objection.text,
        "evidence_sha256": evidence.sha256 if evidence else None,
        "answer_by": objection.answer_by.isoformat(),
    }
    _trace("tender.objection_filed", objection, by, told)
    telling.tell_buyer(
        tender, "tenders.objection_filed", url=url_of(objection), until=telling.written(objection.answer_by)
    )
    _tell_agencies(objection, "tenders.suspended")
    return objection


@transaction.atomic
def answer_objection(
    objection: Objection, *, finding: str, text: str, against: Agency | None = None, by: Actor
) -> Objection:
    """The buyer answers: "dismissed", or upheld with what follows, "annul" or "rerank" (`against` becomes invalid).

    AlreadyDone, TooLate, WrongState, NotAllowed, NotVerified, ReasonMissing, TooManyWords, NothingToRank.
    """
    objection = _locked(objection.pk)
    require_verified_buyer(objection.tender, by)
    if objection.answered_at is not None:
        raise AlreadyDone()
    if not rules.in_time(clock.now(), objection.answer_by):
        raise TooLate(_("答复期限已过，异议已转主管部门处理。"))
    if objection.state != S.FILED:
        raise WrongState()
    objection.answer = wording.required(text, 3000, field="text")
    objection.answered_at, objection.answered_by = clock.now(), by.user
    deadlines.cancel("tenders.objection", objection)
    told: dict[str, Any] = {"number": objection.number, "finding": finding, "answer": objection.answer}
    if finding == DISMISSED:
        rules.OBJECTION.move(objection, "dismiss")
        objection.save()
        _trace("tender.objection_answered", objection, by, told)
        _resume(objection, by)
    else:
        _uphold(objection, finding, against, "tender.objection_answered", told, by)
    return objection


@transaction.atomic
def escalate_objection(objection: Objection, text: str, *, by: Actor) -> Objection:
    """The objector takes a dismissed objection to the department while the result is public: it suspends again.

    AlreadyDone, TooLate, WrongState, NotAllowed, NotVerified, ReasonMissing, TooManyWords.
    """
    objection = _locked(objection.pk)
    by.require_member(objection.agency.organisation_id, MemberRole.BID_AUTHOR)
    by.require_verified()
    if objection.escalated_at is not None:
        raise AlreadyDone()
    if objection.state != S.DISMISSED:
        raise WrongState()
    tender, moment = objection.tender, clock.now()
    _must_be_public(tender, moment)
    assert tender.publicity_until is not None
    objection.appeal = wording.required(text, 2000, field="text")
    objection.days_left = rules.days_left(moment, tender.publicity_until, calendar.is_workday)
    standstill.suspend(tender, by=by, reason=objection.number)
    _to_department(objection, by)
    telling.tell_buyer(tender, "tenders.objection_escalated", url=url_of(objection), objection=objection.number)
    return objection


@transaction.atomic
def decide_objection(
    objection: Objection, *, finding: str, text: str, against: Agency | None = None, by: Actor
) -> Objection:
    """The department decides: "dismissed", or upheld with "annul" or "rerank"; its reasons are published.

    Late or not: nothing else ends what lies with the department. AlreadyDone, WrongState, NotAllowed, OwnCase,
    ReasonMissing, TooManyWords, NothingToRank.
    """
    by.require_staff(StaffRole.SUPERVISOR)
    objection = _locked(objection.pk)
    _must_not_be_own(objection, by)
    if objection.decided_at is not None:
        raise AlreadyDone()
    if objection.state != S.WITH_DEPARTMENT:
        raise WrongState()
    objection.decision = wording.required(text, 3000, field="text")
    objection.decided_at, objection.decided_by = clock.now(), by.user
    told: dict[str, Any] = {"number": objection.number, "finding": finding, "decision": objection.decision}
    if finding == DISMISSED:
        rules.OBJECTION.move(objection, "reject")
        objection.save()
        _trace("tender.objection_decided", objection, by, told)
        _resume(objection, by)
    else:
        _uphold(objection, finding, against, "tender.objection_decided", told, by)
    return objection


@transaction.atomic
def withdraw_objection(objection: Objection, *, by: Actor) -> Objection:
    """The objector takes it back: the publicity goes on. AlreadyDone, WrongState, NotAllowed."""
    objection = _locked(objection.pk)
    by.require_member(objection.agency.organisation_id, MemberRole.BID_AUTHOR)
    rules.OBJECTION.move(objection, "withdraw")
    objection.save()
    deadlines.cancel("tenders.objection", objection)
    _trace("tender.objection_withdrawn", objection, by, {"number": objection.number})
    _resume(objection, by)
    return objection


@transaction.atomic
def end_answer(pk: str) -> None:
    """The buyer's time to answer is over: the objection goes to the department by itself. Harmless when answered."""
    objection = _locked(int(pk))
    if objection.state != S.FILED or rules.in_time(clock.now(), objection.answer_by):
        return
    objection.appeal = _("采购人逾期未答复，自动转主管部门处理。")
    _to_department(objection, Actor.system())
    telling.tell_buyer(objection.tender, "tenders.objection_late", url=url_of(objection), objection=objection.number)


def url_of(objection: Objection) -> str:
    """The objection's public page."""
    return reverse("objection", args=[objection.tender.number, objection.number])


def _to_department(objection: Objection, by: Actor) -> None:
    rules.OBJECTION.move(objection, "escalate")
    moment = clock.now()
    objection.escalated_at = moment
    objection.decide_by = calendar.closes_at(moment, rules_of(objection.tender).periods.objection_department)
    objection.save()
    until = telling.written(objection.decide_by)
    told = {"number": objection.number, "reason": objection.appeal, "decide_by": objection.decide_by.isoformat()}
    _trace("tender.objection_escalated", objection, by, told)
    params = {"title": objection.tender.title, "number": objection.tender.number, "until": until}
    inbox.tell(accounts.staff(StaffRole.SUPERVISOR), "tenders.objection_to_decide", url=url_of(objection), **params)
    _tell_agencies(objection, "tenders.objection_at_department", objection=objection.number)


def _resume(objection: Objection, by: Actor) -> None:
    tender = objection.tender
    standstill.resume(tender, objection.days_left, by=by, reason=objection.number)
    told = {"number": objection.number, "publicity_until": telling.written(tender.publicity_until)}
    log.make_public("tender.publicity_resumed", tender, by=Actor.system(), data=told)
    until = telling.written(tender.publicity_until)
    _tell_agencies(objection, "tenders.resumed", until=until)
    telling.tell_buyer(tender, "tenders.resumed", url=url_of(objection), until=until)


def _uphold(
    objection: Objection, outcome: str, against: Agency | None, action: str, told: dict[str, Any], by: Actor
) -> None:
    """It is right: the purchase comes to nothing, or one response becomes invalid and the rest is ranked anew."""
    tender = objection.tender
    objection.outcome = Outcome(outcome)
    rules.OBJECTION.move(objection, "uphold")
    if objection.outcome == Outcome.RERANK:
        if against is None or not queries.rankable(tender).filter(agency=against).exists():
            raise NothingToRank()
        objection.against = against
        told["against"] = against.credit_code
    objection.save()
    _trace(action, objection, by, told)
    if objection.outcome == Outcome.ANNUL:
        failing.fail(tender, UPHELD, by=by, data={"objection": objection.number}, itself_again=False)
        again.prepare(tender, by=Actor.system())
    else:
        _rank_again(objection, by)
    kind = "tenders.annulled" if tender.state == Tender.State.FAILED else "tenders.ranked_again"
    _tell_agencies(objection, kind)
    telling.tell_buyer(tender, kind, url=url_of(objection))


def _rank_again(objection: Objection, by: Actor) -> None:
    tender, against = objection.tender, objection.against
    assert against is not None
    outcome = judging.judge_again(tender, why="objection", by=by, ineligible=[against.credit_code])
    if not outcome.is_selected:
        failing.fail(tender, outcome.reason or "", by=by, data={"objection": objection.number})
        return
    move(tender, "reselect", by=by, data={"objection": objection.number}, publicity_until=None)
    explaining.go_on(tender, rules_of(tender), by=Actor.system())


def _must_be_public(tender: Tender, moment: datetime) -> None:
    """The result is public now, by the clock and not by the ticker."""
    if tender.state == Tender.State.SUSPENDED:
        raise WrongState(_("已有异议正在处理，公示暂停；恢复公示后仍可以提出异议。"))
    if tender.publicity_until is not None and not rules.in_time(moment, tender.publicity_until):
        raise TooLate(
            _("公示已于 %(until)s 届满，不能再提出异议。其他线索可以通过投诉举报反映。")
            % {"until": telling.written(tender.publicity_until)}
        )
    if tender.state != Tender.State.PUBLICITY:
        raise WrongState()


def _must_not_be_own(objection: Objection, by: Actor) -> None:
    """Nobody decides about a firm for which they act themselves."""
    if by.user is None:
        return
    sides = {objection.tender.buyer_id, objection.agency.organisation_id}
    sides |= set(objection.tender.bids.filter(state=Bid.State.WINNER).values_list("agency__organisation_id", flat=True))
    by.require_impartial(*sides)


def _locked(pk: int) -> Objection:
    """The objection as it is now, with its tender, which is locked first."""
    key = Objection.objects.values_list("tender_id", flat=True).get(pk=pk)
    tender = locks.exclusive(Tender, key)
    objection = Objection.objects.select_related("agency__organisation").get(pk=pk)
    objection.tender = tender
    return objection


def _trace(action: str, objection: Objection, by: Actor, data: dict[str, Any]) -> None:
    log.record(action, objection.tender, by=by, data=data)
    log.make_public(action, objection.tender, by=by, data=data)


def _tell_agencies(objection: Objection, kind: str, /, **params: str) -> None:
    tender = objection.tender
    keys = {*tender.bids.exclude(state__in=queries.NOT_OPENED).values_list("agency_id", flat=True), objection.agency_id}
    if tender.chosen_agency_id:
        keys.add(tender.chosen_agency_id)
    names = {"title": tender.title, "number": tender.number or ""}
    telling.tell_agencies(keys, kind, url=url_of(objection), **names, **params)
