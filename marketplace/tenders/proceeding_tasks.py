"""What the matters around a tender put on a desk, each with its time limit and its one next act."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole, StaffRole
from marketplace.agencies import queries as agencies
from marketplace.agencies.models import Agency
from marketplace.core import calendar, clock
from marketplace.core.desk import Task
from marketplace.core.rules import Alert, alert_level
from marketplace.tenders import mandates, queries
from marketplace.tenders.models import (
    Bid,
    Objection,
    PriceExplanation,
    Question,
    Reviewer,
    SubstituteOffer,
    Tender,
)
from marketplace.tenders.services import reviewing, sheets
from marketplace.tenders.services.explaining import decision_url
from marketplace.tenders.services.objections import url_of

MOST = 40
PANEL = (Tender.State.PUBLISHED, Tender.State.CLOSED)  # when a panel is named and works


def desk_tasks(actor: Actor) -> Iterable[Task]:
    """Everything around tenders that waits for the actor."""
    if actor.user is None:
        return []
    found: list[Task] = list(_of_reviewer(actor))
    if actor.acts_for(actor.organisation, MemberRole.BUYER) or actor.has_staff_role(StaffRole.OFFICER):
        found += _of_buyer(actor)
    agency = agencies.of_actor(actor)
    if agency is not None and actor.acts_for(agency.organisation_id, MemberRole.BID_AUTHOR):
        found += _of_agency(agency)
    if actor.has_staff_role(StaffRole.OPERATOR):
        found += _of_operator(actor)
    if actor.has_staff_role(StaffRole.SUPERVISOR):
        found += _of_supervisor()
    return found


def _of_buyer(actor: Actor) -> Iterator[Task]:
    mine = mandates.theirs(actor, "tender__")
    if actor.organisation is not None and actor.acts_for(actor.organisation, MemberRole.BUYER):
        mine |= Q(tender__buyer=actor.organisation)
    asked = Question.objects.filter(mine, state="asked", tender__state=Tender.State.PUBLISHED)
    for question in asked.filter(tender__closes_at__gt=clock.now()).select_related("tender")[:MOST]:
        url = reverse("question_answer", args=[question.tender.number, question.pk])
        level = _level(question.asked_at, question.answer_by)
        subject = shorten(question.text)
        yield Task(question.tender.title, _("答复提问"), url, question.answer_by, _("提问"), subject, level)
    given = PriceExplanation.objects.filter(mine, state="given", tender__state=Tender.State.SELECTING)
    for one in given.select_related("tender", "agency__organisation")[:MOST]:
        level = _level(one.given_at, one.decide_by)
        title, subject = one.tender.title, _("低价说明：%(agency)s") % {"agency": one.agency}
        yield Task(title, _("处理低价说明"), decision_url(one), one.decide_by, _("选取"), subject, level)
    own = mandates.theirs(actor)
    if actor.organisation is not None and actor.acts_for(actor.organisation, MemberRole.BUYER):
        own |= Q(buyer=actor.organisation)
    picks = Tender.objects.filter(own, state=Tender.State.SELECTING, pick_by__isnull=False)
    for tender in picks.defer("record", "wrapped_key")[:MOST]:
        url, level = reverse("tender_pick", args=[tender.number]), _level(tender.opened_at, tender.pick_by)
        subject = _("入围名单已产生，逾期由第一名作为候选机构")
        yield Task(tender.title, _("从入围机构中择定"), url, tender.pick_by, _("选取"), subject, level)
    panels = Tender.objects.filter(own, method=sheets.METHOD, state__in=PANEL).defer("record", "wrapped_key")
    for tender in panels.select_related("ruleset")[:MOST]:
        if reviewing.takes_names(tender):
            due_at = tender.review_by or tender.closes_at
            url, level = reviewing.panel_url(tender), _level(tender.published_at, due_at)
            subject = _("评审席位有空缺")
            yield Task(tender.title, _("指定评审人"), url, due_at, _("选取"), subject, level)
    filed = Objection.objects.filter(mine, state="filed")
    for objection in filed.select_related("tender", "agency__organisation")[:MOST]:
        yield _about(objection, _("答复异议"), objection.filed_at, objection.answer_by)


def _of_reviewer(actor: Actor) -> Iterator[Task]:
    asked = Reviewer.objects.filter(person=actor.user, state__in=["asked", "ready"], tender__state__in=PANEL)
    for one in asked.select_related("tender").defer("tender__record", "tender__wrapped_key")[:MOST]:
        tender = one.tender
        if one.state == Reviewer.State.READY and not tender.waits_for_review:
            continue
        due_at = tender.review_by or tender.closes_at
        act = _("确认是否回避") if one.state == Reviewer.State.ASKED else _("评审打分")
        url, level = reverse("tender_review", args=[tender.number]), _level(one.named_at, due_at)
        yield Task(tender.title, act, url, due_at, _("方案评审"), tender.number or "", level)


def _of_agency(agency: Agency) -> Iterator[Task]:
    unconfirmed = Bid.objects.filter(agency=agency, state="sealed", amended__lt=F("tender__amended"))
    unconfirmed = unconfirmed.filter(tender__state=Tender.State.PUBLISHED, tender__closes_at__gt=clock.now())
    for bid in unconfirmed.select_related("tender").defer("ciphertext")[:MOST]:
        url = reverse("tender_confirm", args=[bid.tender.number])
        subject = _("公告已变更，不确认的报价无效")
        yield Task(bid.tender.title, _("确认报价"), url, bid.tender.closes_at, _("我的报价"), subject, Alert.ALERT)
    offers = SubstituteOffer.objects.filter(bid__agency=agency, state="asked")
    for offer in offers.select_related("tender")[:MOST]:
        url, level = reverse("tender_substitute", args=[offer.tender.number]), _level(offer.asked_at, offer.answer_by)
        subject = offer.tender.number or ""
        yield Task(offer.tender.title, _("答复是否递补"), url, offer.answer_by, _("候补"), subject, level)
    asked = PriceExplanation.objects.filter(agency=agency, state="asked", tender__state=Tender.State.SELECTING)
    for one in asked.select_related("tender")[:MOST]:
        url, level = reverse("tender_explain", args=[one.tender.number]), _level(one.asked_at, one.due_at)
        yield Task(one.tender.title, _("说明报价"), url, one.due_at, _("低价说明"), one.tender.number or "", level)


def _of_operator(actor: Actor) -> Iterator[Task]:
    for one in queries.amendments_to_check(actor)[:MOST]:
        url = reverse("tenders_review:amendment", args=[one.pk])
        level = _level(one.made_at, one.check_by)
        subject = f"{one.tender.number} · {one.tender.buyer.name}"
        yield Task(one.tender.title, _("核对变更"), url, one.check_by, _("公告核对"), subject, level)


def shorten(text: str, most: int = 60) -> str:
    """The beginning of a text, for a line."""
    return text if len(text) <= most else text[:most] + "…"


def _of_supervisor() -> Iterator[Task]:
    waiting = Objection.objects.filter(state="with_department").select_related("tender", "agency__organisation")
    for objection in waiting[:MOST]:
        yield _about(objection, _("处理异议"), objection.escalated_at, objection.decide_by)


def _about(objection: Objection, act: str, started_at: datetime | None, due_at: datetime | None) -> Task:
    subject = f"{objection.number} · {objection.agency}"
    level = _level(started_at, due_at)
    return Task(objection.tender.title, act, url_of(objection), due_at, _("异议"), subject, level)


def _level(started_at: datetime | None, due_at: datetime | None) -> Alert:
    if started_at is None or due_at is None:
        return Alert.QUIET
    return alert_level(started_at, due_at, clock.now(), calendar.is_workday)
