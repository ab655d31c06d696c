"""The review of proposals: reviewers score anonymised documents while every price is still sealed.

The buyer names a panel from the announcement on, at the latest some working days after the close. At the close the list
is frozen and each eligible response gets a letter by lot. When every seat has submitted its sheet, the responses are
opened and selected with the sheets' sums; nobody reads another's sheet before. A seat that is recused or late is filled
again by the buyer, with a reason. Source: selection-rules, *Methods* (`proposal`); supermarket §2.4 M3, §2.3.
"""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.accounts import queries as accounts
from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Membership, User
from marketplace.agencies.models import Agency
from marketplace.catalogue.rules import RuleData
from marketplace.core import calendar, clock, deadlines, inbox, locks, log
from marketplace.core.errors import AlreadyDone, DomainError, NotAllowed, TooLate, WrongState
from marketplace.tenders import rules
from marketplace.tenders.models import Bid, Review, Reviewer, Tender
from marketplace.tenders.queries import rules_of
from marketplace.tenders.services import (
    failing,
    freezing,
    record,
    seeding,
    sheets,
    sources,
    telling,
    unsealing,
    wording,
)
from marketplace.tenders.services.permission import require_verified_buyer

KIND, REMINDER = "tenders.review", "tenders.review_reminder"
REMIND = timedelta(days=1)
S = Reviewer.State


class UnfitReviewer(DomainError):
    """A person who can't sit on this panel."""

    code = "unfit_reviewer"
    status = 422
    field = "contact"


class SheetIncomplete(DomainError):
    """A sheet that lacks points."""

    code = "incomplete_sheet"
    status = 422
    message = gettext_lazy("每份方案的每项标准都须打分，才能提交。已填的内容已保存。")


def is_needed(tender: Tender) -> bool:
    """Whether the tender's responses are reviewed before they are opened."""
    return tender.method == sheets.METHOD


def panel_size(tender: Tender) -> int:
    """How many reviewers the announcement names."""
    return int(_settings(tender)["reviewers"])


def criteria_of(tender: Tender) -> list[dict[str, str]]:
    """The announced criteria, each with its `name` and `weight`."""
    return list(_settings(tender)["criteria"])


def open_seats(tender: Tender) -> list[int]:
    """The seats for which nobody sits."""
    taken = set(tender.reviewers.filter(state__in=Reviewer.ACTIVE).values_list("seat", flat=True))
    return [seat for seat in range(1, panel_size(tender) + 1) if seat not in taken]


def was_left(tender: Tender, seat: int) -> bool:
    """Whether somebody who sat there has left it, so that filling it again needs a reason."""
    return tender.reviewers.filter(seat=seat).exclude(state=S.TAKEN_BACK).exists()


def takes_names(tender: Tender) -> bool:
    """Whether the buyer may name reviewers now."""
    open_now = tender.state == Tender.State.PUBLISHED or tender.waits_for_review
    return is_needed(tender) and open_now and bool(open_seats(tender))


def begin(tender: Tender, bids: Sequence[Bid], standings: dict[int, record.Standing]) -> None:
    """Freeze the list and let the panel work. Inside a transaction; the tender is closed, `bids` have their reports."""
    frozen = freezing.freeze(list(bids), standings)
    eligible = [bid.agency.organisation.credit_code for bid in bids if not freezing.failing_of(bid)]
    secrets.SystemRandom().shuffle(eligible)
    letters = {code: letter_of(n) for n, code in enumerate(eligible)}
    Review.objects.create(tender=tender, letters=letters, frozen=frozen, begun_at=clock.now())
    told = {"responses": len(bids), "reviewed": len(letters)}
    log.make_public("tender.review_begun", tender, by=Actor.system(), data=told)
    members = _members_of_responding(bids)
    for one in tender.reviewers.filter(state__in=[S.ASKED, S.READY], person__in=members):
        _leave(tender, one, "recuse", by=Actor.system())
    _go_on(tender, rules_of(tender))
    if tender.draw_source != sources.BY_ITSELF:
        seeding.wait(tender, frozen)


def letter_of(place: int) -> str:
    """A, B … Z, AA, AB …"""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@transaction.atomic
def name_reviewer(tender: Tender, contact: str, reason: str, *, by: Actor) -> Reviewer:
    """The buyer names who takes the first open seat; `reason` is needed where somebody left it.

    UnfitReviewer, AlreadyDone (no seat is open), WrongState, NotAllowed, NotVerified, ReasonMissing.
    """
    tender = locks.exclusive(Tender, tender.pk)
    require_verified_buyer(tender, by)
    if not is_needed(tender) or not _may_name(tender):
        raise WrongState()
    seats = open_seats(tender)
    if not seats:
        raise AlreadyDone()
    person = accounts.person_of(contact.strip().lower())
    if person is None:
        raise UnfitReviewer(_("没有用这个手机号或已验证邮箱的账号。请对方先注册，或核对后重填。"))
    of_buyer = _must_fit(tender, person)
    replaces = was_left(tender, seats[0])
    text = wording.required(reason, 500, field="reason") if replaces else ""
    one = Reviewer.objects.create(
        tender=tender, seat=seats[0], person=person, of_buyer=of_buyer, named_at=clock.now(), named_by=by.person,
        reason=text,
    )  # fmt: skip
    log.record("tender.name_reviewer", tender, by=by, data={"seat": one.key, "person": person.pk, "reason": text})
    if replaces:
        log.make_public("tender.reviewer_replaced", tender, by=by, data={"seat": one.key, "reason": text})
    _tell(one, "tenders.review_asked", until=telling.written(tender.review_by or tender.closes_at))
    if tender.state == Tender.State.CLOSED and len(seats) == 1:
        _go_on(tender, rules_of(tender))
    return one


@transaction.atomic
def take_back_reviewer(reviewer: Reviewer, *, by: Actor) -> None:
    """The buyer takes back whom it has named, before the review begins. AlreadyDone, WrongState, NotAllowed."""
    tender = locks.exclusive(Tender, reviewer.tender_id)
    require_verified_buyer(tender, by)
    one = Reviewer.objects.select_related("person").get(pk=reviewer.pk)
    one.tender = tender
    if one.state == S.TAKEN_BACK:
        raise AlreadyDone()
    if not may_take_back(tender):
        raise WrongState()
    rules.REVIEWER.move(one, "take_back")
    one.save(update_fields=["state"])
    log.record("tender.take_back_reviewer", tender, by=by, data={"seat": one.key, "person": one.person_id})
    _tell(one, "tenders.review_taken_back", until="")


def may_take_back(tender: Tender) -> bool:
    """Whether the review hasn't begun, so that nobody has read anything yet."""
    open_now = tender.state == Tender.State.PUBLISHED and rules.in_time(clock.now(), tender.closes_at)
    return is_needed(tender) and open_now


@transaction.atomic
def accept(reviewer: Reviewer, *, by: Actor) -> None:
    """The reviewer declares that nothing bars them. AlreadyDone, WrongState, NotAllowed."""
    tender, one = _mine(reviewer, by)
    rules.REVIEWER.move(one, "accept")
    one.answered_at = clock.now()
    one.save(update_fields=["state", "answered_at"])
    log.record("tender.review_accept", tender, by=by, data={"seat": one.key})


@transaction.atomic
def recuse(reviewer: Reviewer, reason: str, *, by: Actor) -> None:
    """The reviewer stands aside; the buyer fills the seat again. AlreadyDone, WrongState, ReasonMissing, NotAllowed."""
    tender, one = _mine(reviewer, by)
    one.recusal = wording.required(reason, 500, field="reason")
    _leave(tender, one, "recuse", by=by)
    if tender.state == Tender.State.CLOSED:
        _go_on(tender, rules_of(tender))
    else:
        telling.tell_buyer(
            tender, "tenders.panel_asked", url=panel_url(tender), until=telling.written(tender.closes_at)
        )


@transaction.atomic
def save_sheet(reviewer: Reviewer, sheet: dict[str, Any], *, submit: bool, by: Actor) -> Reviewer:
    """Keep a reviewer's points and remarks; with `submit` for good. The last one to submit makes the opening happen.

    `sheet`: letter → one entry per criterion. AlreadyDone, TooLate, WrongState, SheetIncomplete, NotAllowed.
    """
    tender, one = _mine(reviewer, by)
    if one.state == S.SUBMITTED:
        raise AlreadyDone()
    if not tender.waits_for_review or one.state != S.READY:
        raise WrongState()
    if not rules.in_time(clock.now(), tender.review_by):
        raise TooLate()
    review = Review.objects.get(tender=tender)
    one.sheet, one.saved_at = rules.clean_sheet(sheet, review.letters.values(), criteria_of(tender)), clock.now()
    if submit:
        if not rules.is_whole(one.sheet):
            raise SheetIncomplete()
        rules.REVIEWER.move(one, "submit")
        one.submitted_at = clock.now()
    one.save(update_fields=["sheet", "saved_at", "state", "submitted_at"])
    if submit:
        log.record("tender.submit_sheet", tender, by=by, data={"seat": one.key})
        _finish(tender)
    return one


@transaction.atomic
def end_review(pk: str) -> None:
    """The time to name or to score is over: late seats are open again; a panel that nobody fills ends the purchase.

    Harmless before, and when it was done.
    """
    tender = locks.exclusive(Tender, pk)
    if not tender.waits_for_review or rules.in_time(clock.now(), tender.review_by):
        return
    if open_seats(tender):
        _end(tender)
        return
    for one in tender.reviewers.filter(state__in=[S.ASKED, S.READY]):
        _leave(tender, one, "miss", by=Actor.system())
    _go_on(tender, rules_of(tender))


@transaction.atomic
def remind(pk: str) -> None:
    """A day before the time is over: whoever hasn't submitted, or the buyer whose panel isn't full."""
    tender = Tender.objects.select_related("buyer").get(pk=pk)
    if not tender.waits_for_review or not rules.in_time(clock.now(), tender.review_by):
        return
    until = telling.written(tender.review_by)
    if open_seats(tender):
        telling.tell_buyer(tender, "tenders.panel_asked", url=panel_url(tender), until=until)
        return
    for one in tender.reviewers.filter(state__in=[S.ASKED, S.READY]).select_related("person"):
        _tell(one, "tenders.review_soon", until=until)


def panel_url(tender: Tender) -> str:
    """Where the buyer names the panel."""
    return reverse("tender_panel", args=[tender.number])


def _settings(tender: Tender) -> dict[str, Any]:
    return rules.proposal_settings(tender.method_settings, rules_of(tender))


def _may_name(tender: Tender) -> bool:
    moment = clock.now()
    if tender.state == Tender.State.PUBLISHED:
        return True  # at the close the reader carries the opening out first
    return tender.waits_for_review and rules.in_time(moment, tender.review_by)


def _go_on(tender: Tender, data: RuleData) -> None:
    """Set the time for what is needed next: for the buyer to fill the panel, or for the panel to score."""
    missing = open_seats(tender)
    days = data.periods.panel if missing else data.periods.review
    tender.review_by = until = calendar.closes_at(clock.now(), days)
    tender.save(update_fields=["review_by"])
    deadlines.put(KIND, tender, until)
    deadlines.put(REMINDER, tender, max(clock.now(), until - REMIND))
    if missing:
        telling.tell_buyer(tender, "tenders.panel_asked", url=panel_url(tender), until=telling.written(until))
        return
    for one in tender.reviewers.filter(state__in=[S.ASKED, S.READY]).select_related("person"):
        _tell(one, "tenders.review_begun", until=telling.written(until))


def _finish(tender: Tender) -> None:
    """Open and select when every seat has submitted; what comes from outside may still have to be waited for."""
    if tender.reviewers.filter(state=S.SUBMITTED).count() < panel_size(tender):
        return
    _stop(tender)
    if tender.draw_source != sources.BY_ITSELF:
        seeding.open_if_known(tender)
        return
    bids = unsealing.frozen_list(tender)
    standings = freezing.standings(bids, Review.objects.get(tender=tender).frozen)
    unsealing.unseal(tender, bids, standings)


def _end(tender: Tender) -> None:
    """Nobody filled the panel in time: the responses stay sealed for ever."""
    _stop(tender)
    moment = clock.now()
    tender.bids.filter(state=Bid.State.SEALED).update(state=rules.BID.target(Bid.State.SEALED, "void"), ended_at=moment)
    if hasattr(tender, "drawing"):
        deadlines.cancel(seeding.KIND, tender.drawing)
    failing.fail(tender, "not_reviewed", by=Actor.system(), itself_again=False)
    keys = tender.bids.filter(state=Bid.State.VOID).values_list("agency_id", flat=True)
    url = reverse("tender", args=[tender.number])
    telling.tell_agencies(list(keys), "tenders.came_to_nothing", url=url, title=tender.title, number=tender.number)


def _stop(tender: Tender) -> None:
    tender.review_by = None
    tender.save(update_fields=["review_by"])
    for kind in (KIND, REMINDER):
        deadlines.cancel(kind, tender)


def _leave(tender: Tender, one: Reviewer, act: str, *, by: Actor) -> None:
    rules.REVIEWER.move(one, act)
    one.save(update_fields=["state", "recusal"])
    told = {"seat": one.key, "why": one.state}
    log.record("tender.reviewer_left", tender, by=by, data=told | {"reason": one.recusal})
    if tender.state == Tender.State.CLOSED:
        log.make_public("tender.reviewer_left", tender, by=Actor.system(), data=told)


def _must_fit(tender: Tender, person: User) -> bool:
    """Whether the person counts as the buyer's own. UnfitReviewer for one who can't sit on the panel.

    Who works for any agency that offers the item is out, so that a refusal never tells who has responded.
    """
    if tender.reviewers.filter(person=person).exclude(state=S.TAKEN_BACK).exists():
        raise UnfitReviewer(_("这位评审人已经在名单上，或曾经回避、逾期，请另选一位。"))
    theirs = Membership.objects.filter(user=person, is_active=True)
    offering = Agency.objects.filter(offers__item=tender.item, offers__is_active=True)
    if theirs.filter(organisation__agency__in=offering).exists():
        raise UnfitReviewer(_("在提供该服务事项的机构任职的人员不能担任评审人，请另选一位。"))
    if (
        Membership.objects.filter(
            user=person, organisation__agency__in=Agency.objects.filter(bids__tender=tender, bids__state="sealed")
        ).exists()
        and tender.state == Tender.State.CLOSED
    ):
        raise UnfitReviewer(_("这位人员与本项目有利害关系，不能担任评审人，请另选一位。"))
    of_buyer = theirs.filter(organisation_id=tender.buyer_id).exists() or person.pk == tender.agent_id
    most = panel_size(tender) // rules_of(tender).selection.reviewers_per_buyers_own
    own = tender.reviewers.filter(of_buyer=True, state__in=Reviewer.ACTIVE).count()
    if of_buyer and own >= most:
        raise UnfitReviewer(_("采购人代表最多 %(most)d 名，请指定本单位以外的人员。") % {"most": most})
    return of_buyer


def _members_of_responding(bids: Sequence[Bid]) -> list[int]:
    agencies = [bid.agency_id for bid in bids]
    found = Membership.objects.filter(is_active=True, organisation__agency__in=agencies)
    return list(found.values_list("user_id", flat=True))


def _mine(reviewer: Reviewer, by: Actor) -> tuple[Tender, Reviewer]:
    """The reviewer's row with its tender, which is locked first. NotAllowed for anybody else."""
    tender = locks.exclusive(Tender, reviewer.tender_id)
    one = Reviewer.objects.select_related("person").get(pk=reviewer.pk)
    if by.person.pk != one.person_id:
        raise NotAllowed()
    one.tender = tender
    return tender, one


def _tell(one: Reviewer, kind: str, *, until: str) -> None:
    page = "tender" if one.state == S.TAKEN_BACK else "tender_review"
    url = reverse(page, args=[one.tender.number])
    names = {"title": one.tender.title, "number": one.tender.number or "", "until": until}
    inbox.tell([one.person], kind, url=url, **names)
