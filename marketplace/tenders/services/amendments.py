"""Amendments of an announced tender: numbered, with reason and public difference; longer time, renewed confirmation.

A material amendment (anything on which an offer depends) makes the response period of the tender start anew. One that
only changes whom to phone extends the time as supermarket §3.3 has it: only when less than half is left. After a
material one each response has to be confirmed or replaced by its author: one that wasn't is invalid at the opening. The
case file has no word for that, so such a response is "ineligible" in it, and its report says why.

With public money an operator checks it again first. Nothing here tells anybody but its authors that a response exists.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.accounts import queries as accounts
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import StaffRole
from marketplace.agencies.models import Agency
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import QualificationType, Region
from marketplace.core import calendar, clock, deadlines, events, inbox, locks, log
from marketplace.core.deadlines import subject_of
from marketplace.core.errors import AlreadyDone, DomainError, TooLate, WrongState
from marketplace.core.models import LogEntry, StoredFile
from marketplace.tenders import rules
from marketplace.tenders.errors import NotPublishable, ReasonMissing
from marketplace.tenders.events import TenderChanged
from marketplace.tenders.models import Amendment, Bid, HeldBid, Question, Recusal, Requirement, Tender
from marketplace.tenders.queries import rules_of
from marketplace.tenders.selection import registry
from marketplace.tenders.selection.base import text_of
from marketplace.tenders.services import checks, publishing, telling, tracing, wording
from marketplace.tenders.services.permission import require_verified_buyer

S = Amendment.State
FIELDS = tuple(sorted((rules.MATERIAL | rules.MINOR) - {"requirements", "attachments"}))
TAKING_PART: tuple[type[models.Model], ...] = (Bid, HeldBid, Question, Recusal)  # whose acts tell of an agency
Asked = tuple[int, QualificationType, str]  # group, type, minimum grade


class NothingChanged(DomainError):
    """An amendment that amends nothing."""

    code = "nothing_changed"
    status = 422
    message = gettext_lazy("没有任何改动。请修改后再提交。")


class Waiting(WrongState):
    """Another amendment is being checked."""

    code = "amendment_waiting"
    message = gettext_lazy("已有一份变更在等待核对，核对后才能再提交变更。")


@transaction.atomic
def amend(
    tender: Tender,
    values: dict[str, Any],
    requirements: Sequence[Asked],
    attachments: Iterable[StoredFile],
    *,
    reason: str,
    by: Actor,
) -> Amendment:
    """Change a tender that takes responses; with public money an operator looks first.

    `values`: of FIELDS. NothingChanged, Waiting, TooLate, WrongState, NotPublishable (each problem with its field),
    ReasonMissing, TooManyWords, NotAllowed, NotVerified.
    """
    tender = locks.exclusive(Tender, tender.pk)
    require_verified_buyer(tender, by)
    moment = clock.now()
    _must_be_open(tender, moment)
    if tender.amendments.filter(state=S.CHECKING).exists():
        raise Waiting()
    reason = wording.required(reason, 1000, field="reason")
    after = _plain(values) | {
        "requirements": [[g, kind.slug, grade] for g, kind, grade in requirements],
        "attachments": sorted(str(stored.pk) for stored in attachments),
    }
    before = state_of(tender)
    changed = rules.changes(before, {name: after[name] for name in before if name in after})
    if not changed:
        raise NothingChanged()
    _must_be_lawful(tender, values, requirements)
    amendment = Amendment.objects.create(
        tender=tender,
        number=tender.amendments.count() + 1,
        reason=reason,
        changes=_shown(changed),
        is_material=rules.is_material(changed),
        proposed={name: pair[1] for name, pair in changed.items()},
        made_by=by.person,
        made_at=moment,
    )
    log.record("tender.amend", tender, by=by, data={"number": amendment.number, "fields": sorted(changed)})
    if tender.funds == Tender.Funds.PUBLIC:
        _ask_operator(tender, amendment)
    else:
        rules.AMENDMENT.move(amendment, "pass")
        _publish(tender, amendment, by)
    return amendment


@transaction.atomic
def pass_amendment(amendment: Amendment, *, by: Actor) -> Amendment:
    """An operator found it right: it takes effect at once. AlreadyDone, TooLate (the close has come), NotAllowed."""
    by.require_staff(StaffRole.OPERATOR)
    tender, amendment = _locked(amendment.pk)
    rules.AMENDMENT.move(amendment, "pass")
    _must_be_open(tender, clock.now())
    _publish(tender, amendment, by)
    return amendment


@transaction.atomic
def return_amendment(amendment: Amendment, reasons: list[str], *, by: Actor) -> Amendment:
    """An operator gives it back, with all reasons at once; the tender stays as it was. AlreadyDone, ReasonMissing."""
    by.require_staff(StaffRole.OPERATOR)
    reasons = [reason.strip() for reason in reasons if reason.strip()]
    if not reasons:
        raise ReasonMissing(field="reasons")
    tender, amendment = _locked(amendment.pk)
    rules.AMENDMENT.move(amendment, "return")
    amendment.return_reasons = reasons
    amendment.save(update_fields=["state", "return_reasons"])
    log.record("tender.amendment_returned", tender, by=by, data={"number": amendment.number, "reasons": reasons})
    telling.tell_buyer(tender, "tenders.amendment_returned", reasons="；".join(reasons))
    return amendment


@transaction.atomic
def tell_of_amendment(pk: str) -> None:
    """Tell every eligible agency, who has asked, and who has responded (these in the site only) what to do now."""
    amendment = Amendment.objects.select_related("tender__buyer", "tender__item", "tender__region").get(pk=pk)
    tender = amendment.tender
    if tender.state != Tender.State.PUBLISHED or not rules.in_time(clock.now(), tender.closes_at):
        return
    reports = telling.market_reports(tender, rules_of(tender))
    eligible = [key for key, found in reports.items() if found.is_eligible]
    Amendment.objects.filter(pk=pk).update(eligible_count=len(eligible))
    tracing.eligible(tender, amendment.number, Agency.objects.filter(state=Agency.State.ACTIVE).count(), reports)
    names = {"title": tender.title, "number": tender.number, "closes": telling.written(tender.closes_at)}
    url = reverse("tender", args=[tender.number]) + "#amendments"
    people = [*telling.people_for(eligible), *_askers(tender)]
    inbox.tell(people, "tenders.amended", url=url, **names)
    if amendment.is_material:
        keys = tender.bids.filter(state="sealed").values_list("agency_id", flat=True)
        confirm = reverse("tender_confirm", args=[tender.number])
        telling.tell_agencies(keys, "tenders.confirm_needed", url=confirm, **names)


def lapse(tender: Tender) -> None:
    """The close has come: an amendment that nobody has checked takes no effect. Inside a transaction."""
    for amendment in tender.amendments.filter(state=S.CHECKING):
        rules.AMENDMENT.move(amendment, "lapse")
        amendment.save(update_fields=["state"])
        log.record("tender.amendment_lapsed", tender, by=Actor.system(), data={"number": amendment.number})


def state_of(tender: Tender) -> dict[str, Any]:
    """What can be amended, as it stands: field → JSON value."""
    asked = tender.requirements.select_related("type")
    return {name: _plain_value(getattr(tender, name)) for name in FIELDS} | {
        "requirements": [[one.group, one.type.slug, one.minimum_grade] for one in asked],
        "attachments": sorted(str(pk) for pk in tender.attachments.values_list("pk", flat=True)),
    }


def _publish(tender: Tender, amendment: Amendment, by: Actor) -> None:
    moment, before = clock.now(), tender.closes_at
    assert before is not None
    tender.closes_at = rules.amended_close(
        moment, before, tender.response_days, is_material=amendment.is_material, is_workday=calendar.is_workday
    )
    _write(tender, amendment.proposed)
    if amendment.is_material:
        tender.amended = amendment.number
    tender.save(update_fields=[*(set(FIELDS) & set(amendment.proposed)), "closes_at", "amended"])
    amendment.published_at, amendment.closed_before, amendment.closes_at = moment, before, tender.closes_at
    amendment.save()
    if tender.closes_at != before:
        deadlines.put("tenders.opening", tender, tender.closes_at)
        telling.plan_reminder(tender)
        _hold_back(tender, before, tender.closes_at)
    deadlines.put("tenders.amended", amendment, moment)
    told = {
        "number": amendment.number,
        "reason": amendment.reason,
        "changes": amendment.changes,
        "is_material": amendment.is_material,
        "closes_before": before.isoformat(),
        "closes_at": tender.closes_at.isoformat(),
    }
    tracing.attachments(tender, by=by)
    log.record("tender.amended", tender, by=by, data=told)
    log.make_public("tender.amended", tender, by=by, data=told | {"announcement": publishing.announcement(tender)})
    events.publish(TenderChanged(tender.pk, tender.state, tender.project_reference))
    telling.tell_buyer(tender, "tenders.amendment_published", closes=telling.written(tender.closes_at))


def _write(tender: Tender, proposed: dict[str, Any]) -> None:
    """Set the proposed values; the tender itself is saved by who calls."""
    for name in set(FIELDS) & set(proposed):
        value = proposed[name]
        if name == "region":
            value = Region.objects.filter(code=value).first() if value else None
        elif name in ("budget", "ceiling", "floor"):
            value = Decimal(value) if value is not None else None
        setattr(tender, name, value)
    if "requirements" in proposed:
        types = {kind.slug: kind for kind in QualificationType.objects.all()}
        tender.requirements.all().delete()
        Requirement.objects.bulk_create(
            Requirement(tender=tender, group=group, type=types[slug], minimum_grade=grade)
            for group, slug, grade in proposed["requirements"]
        )
    if "attachments" in proposed:
        tender.attachments.set(StoredFile.objects.filter(pk__in=proposed["attachments"]))


def _hold_back(tender: Tender, before: datetime, until: datetime) -> None:
    """What the audit log keeps of who takes part until the close is kept until the new one."""
    subjects = [
        subject_of(each) for kind in TAKING_PART for each in kind._default_manager.filter(tender=tender).only("pk")
    ]
    waiting = LogEntry.objects.filter(number=None, visible_from=before)
    for start in range(0, len(subjects), 500):
        waiting.filter(subject__in=subjects[start : start + 500]).update(visible_from=until)


def _must_be_open(tender: Tender, moment: datetime) -> None:
    if tender.state != Tender.State.PUBLISHED or tender.closes_at is None or tender.is_invited:
        raise WrongState()
    if not rules.in_time(moment, tender.closes_at):
        raise TooLate(_("报名已经截止，不能再变更公告。"))


def _must_be_lawful(tender: Tender, values: dict[str, Any], requirements: Sequence[Asked]) -> None:
    """What stands against publishing it would stand against the amended one, too."""
    asked = tuple(
        rules.Asked(kind.name, kind.status, tuple(kind.grades), grade, kind.abolished_on)
        for _group, kind, grade in requirements
    )
    plan = checks.plan_of(tender).amended(values, asked)
    plan = replace(plan, named=tuple(checks.agencies_named(plan.content)))
    if found := rules.problems(plan, rules_of(tender), registry.known()):
        raise NotPublishable(found)


def _ask_operator(tender: Tender, amendment: Amendment) -> None:
    days = catalogue.current_rules().periods.tender_check
    amendment.check_by = calendar.closes_at(amendment.made_at, days)
    amendment.save(update_fields=["check_by"])
    params = {"title": tender.title, "number": tender.number, "buyer": tender.buyer.name}
    url = reverse("tenders_review:amendment", args=[amendment.pk])
    inbox.tell(accounts.staff(StaffRole.OPERATOR), "tenders.amendment_submitted", url=url, **params)


def _locked(pk: int) -> tuple[Tender, Amendment]:
    key = Amendment.objects.values_list("tender_id", flat=True).get(pk=pk)
    tender = locks.exclusive(Tender, key)
    amendment = Amendment.objects.get(pk=pk)
    if amendment.state == S.LAPSED:
        raise TooLate(_("报名已经截止，这份变更没有生效。"))
    if amendment.state != S.CHECKING:
        raise AlreadyDone()
    amendment.tender = tender
    return tender, amendment


def _askers(tender: Tender) -> list[Any]:
    return [question.asked_by for question in tender.questions.select_related("asked_by")]


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    if unknown := set(values) - set(FIELDS):
        raise TypeError(f"an amendment has no fields {', '.join(sorted(unknown))}")
    return {name: _plain_value(value) for name, value in values.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, Region):
        return value.code
    if isinstance(value, Decimal):
        return text_of(value.quantize(Decimal("0.01")))
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


def _shown(changed: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """The changes as the public reads them: an attachment by its name and hash."""
    if "attachments" not in changed:
        return changed
    rows = StoredFile.objects.in_bulk({key for side in changed["attachments"] for key in side})
    named = {str(pk): {"name": stored.name, "sha256": stored.sha256} for pk, stored in rows.items()}
    return changed | {"attachments": [[named[key] for key in side] for side in changed["attachments"]]}
