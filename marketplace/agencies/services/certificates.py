"""Certificates: written by the agency, verified by an operator, ended by their own date."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts import queries as accounts
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole, StaffRole
from marketplace.agencies import rules
from marketplace.agencies.models import Agency, Qualification
from marketplace.agencies.services.access import changed, editable, require_as_shown, reviewed, today
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import QualificationType
from marketplace.core import clock, deadlines, inbox, locks
from marketplace.core.errors import DomainError

FIELDS = ("type", "grade", "specialty", "number", "issuer", "issued_on", "valid_until", "scan")
MEMBERS = (MemberRole.ADMINISTRATOR, MemberRole.BID_AUTHOR)


class NumberTaken(DomainError):
    """Another agency holds a verified certificate of this type and number."""

    code = "number_taken"


@transaction.atomic
def save_qualification(
    agency: Agency, data: Mapping[str, Any], *, by: Actor, qualification: Qualification | None = None
) -> Qualification:
    """Write a certificate (fields of FIELDS; `type` a QualificationType or its slug).

    Of an admitted agency it goes to an operator at once; a changed verified one becomes a new row that replaces it
    when verified. DomainError names the field: expired, issued after today, an unknown grade, an abolished type.
    """
    agency = editable(agency, by)
    values = _checked(data, today())
    known = _own(agency, qualification)
    if known is not None and known.state in ("draft", "rejected", "submitted"):
        row = known
    else:
        row = Qualification(agency=agency, replaces=known)
    for name, value in values.items():
        setattr(row, name, value)
    row.state, row.reason = Qualification.State.DRAFT, ""
    row.save()
    changed(agency, "agency.qualification_saved", by=by, about=row, values=values)
    if agency.is_admitted:
        _submit(row)
        people = accounts.staff(StaffRole.OPERATOR)
        inbox.tell(people, "agencies.certificate_waiting", url=review_url(row), agency=str(agency), name=str(row))
    return row


@transaction.atomic
def remove_qualification(qualification: Qualification, *, by: Actor) -> None:
    """Take back a certificate that nobody has verified yet."""
    agency = editable(qualification.agency, by)
    row = _own(agency, qualification)
    if row is None:
        return
    if row.state not in ("draft", "rejected", "submitted"):
        raise DomainError(_("已核验的证书不能删除，到期后自动失效。"))
    changed(agency, "agency.qualification_removed", by=by, about=row, number=row.number)
    row.delete()


@transaction.atomic
def verify_qualification(qualification: Qualification, *, shown: str, by: Actor) -> Qualification:
    """Let a certificate of an admitted agency count, as it was `shown_as` to the operator.

    ChangedMeanwhile, NumberTaken, AlreadyDone, WrongState; NotAllowed.
    """
    agency = reviewed(qualification.agency, by)
    row = locks.exclusive(Qualification, qualification.pk)
    rules.QUALIFICATION.target(row.state, "verify")
    require_as_shown(row, shown)
    if row.valid_until is not None and row.valid_until < today():
        raise DomainError(_("该证书已过期，请退回并要求上传延续后的证书。"))
    verify_now(row)
    changed(agency, "agency.qualification_verified", by=by, about=row, number=row.number)
    _tell(agency, "agencies.certificate_verified", name=str(row))
    return row


@transaction.atomic
def reject_qualification(qualification: Qualification, reason: str, *, shown: str, by: Actor) -> Qualification:
    """Refuse one certificate as it was `shown_as`, with the reason; the rest of the application isn't touched."""
    agency = reviewed(qualification.agency, by)
    if not reason.strip():
        raise DomainError(_("请写明未通过的原因。"), field="reason")
    row = locks.exclusive(Qualification, qualification.pk)
    rules.QUALIFICATION.target(row.state, "reject")
    require_as_shown(row, shown)
    rules.QUALIFICATION.move(row, "reject")
    row.reason = reason
    row.save(update_fields=["state", "reason"])
    changed(agency, "agency.qualification_rejected", by=by, about=row, reason=reason)
    _tell(agency, "agencies.certificate_rejected", name=str(row), reason=reason)
    return row


@transaction.atomic
def revoke_qualification(qualification: Qualification, reason: str, *, by: Actor) -> Qualification:
    """The issuer took the certificate away: it ends now."""
    agency = reviewed(qualification.agency, by, StaffRole.OPERATOR, StaffRole.SUPERVISOR)
    if not reason.strip():
        raise DomainError(_("请写明吊销依据。"), field="reason")
    row = locks.exclusive(Qualification, qualification.pk)
    _end(row, "revoke", reason)
    changed(agency, "agency.qualification_revoked", by=by, about=row, reason=reason)
    _tell(agency, "agencies.certificate_revoked", name=str(row), reason=reason)
    return row


@transaction.atomic
def challenge_qualification(qualification: Qualification, reason: str, *, by: Actor) -> Qualification:
    """Somebody doubts the certificate, with evidence: it counts on until that is decided."""
    agency = reviewed(qualification.agency, by, StaffRole.OPERATOR, StaffRole.SUPERVISOR)
    row = locks.exclusive(Qualification, qualification.pk)
    rules.QUALIFICATION.move(row, "challenge")
    row.reason = reason
    row.save(update_fields=["state", "reason"])
    changed(agency, "agency.qualification_challenged", by=by, about=row, reason=reason)
    return row


@transaction.atomic
def decide_challenge(qualification: Qualification, *, is_false: bool, by: Actor) -> Qualification:
    """The doubt is decided: the certificate stands again, or it is false and ends."""
    agency = reviewed(qualification.agency, by, StaffRole.SUPERVISOR, StaffRole.OPERATOR)
    row = locks.exclusive(Qualification, qualification.pk)
    if is_false:
        _end(row, "find_false", row.reason)
    else:
        rules.QUALIFICATION.move(row, "clear")
        row.save(update_fields=["state"])
    changed(agency, "agency.challenge_decided", by=by, about=row, is_false=is_false)
    return row


def expire(pk: str) -> None:
    """The deadline at the end of `valid_until`: the certificate no longer counts."""
    agency, row = _locked(pk)
    if not rules.QUALIFICATION.may(row.state, "expire"):
        return
    _end(row, "expire", "")
    changed(agency, "agency.qualification_expired", by=Actor.system(), about=row, number=row.number)
    _tell(agency, "agencies.certificate_expired", name=str(row))


def remind(pk: str) -> None:
    """The deadline 90, 30 and 7 days before the end: says so, and sets the next reminder."""
    agency, row = _locked(pk)
    if not row.counts or row.valid_until is None:
        return
    if rules.QUALIFICATION.may(row.state, "near_end"):
        rules.QUALIFICATION.move(row, "near_end")
        row.save(update_fields=["state"])
        changed(agency, "agency.qualification_expiring", by=Actor.system(), about=row)
    days = (row.valid_until - today()).days
    _tell(agency, "agencies.certificate_expiring", name=str(row), days=days, day=row.valid_until.isoformat())
    _set_reminder(row)


def verify_now(row: Qualification) -> None:
    """Mark as verified, end what it replaces, and set the deadlines of its end. NumberTaken."""
    taken = Qualification.objects.filter(type=row.type, number=row.number, state__in=_HOLDING)
    taken = taken.exclude(pk__in=[row.pk, row.replaces_id or row.pk])
    if other := taken.exclude(agency=row.agency).select_related("agency__organisation").first():
        said = {"number": row.number, "agency": other.agency}
        raise NumberTaken(_("证书编号 %(number)s 已由“%(agency)s”登记并核验，请核对后退回或先处理对方的证书。") % said)
    for old in [*taken.filter(agency=row.agency), *([row.replaces] if row.replaces else [])]:
        if rules.QUALIFICATION.may(old.state, "supersede"):
            _end(old, "supersede", "")
    rules.QUALIFICATION.move(row, "verify")
    row.verified_at = clock.now()
    row.save(update_fields=["state", "verified_at"])
    if row.valid_until is not None:
        deadlines.put("agencies.certificate_expires", row, midnight(row.valid_until + timedelta(days=1)))
        _set_reminder(row)


def submit_drafts(agency: Agency) -> None:
    """Hand in every certificate of the application."""
    for row in agency.qualifications.filter(state=Qualification.State.DRAFT):
        _submit(row)


def hand_back(agency: Agency) -> None:
    """Give the application's certificates back to the agency to mend."""
    for row in agency.qualifications.filter(state__in=["submitted", "manual_check"]):
        rules.QUALIFICATION.move(row, "hand_back")
        row.save(update_fields=["state"])


def midnight(day: date) -> datetime:
    """The first moment of a day in the zone's time."""
    return datetime.combine(day, time.min, clock.ZONE)


def review_url(row: Qualification) -> str:
    """Where operators look at a certificate."""
    return reverse("agencies_certificate", args=[row.pk])


_HOLDING = ("verified", "expiring", "expired", "challenged")


def _submit(row: Qualification) -> None:
    rules.QUALIFICATION.move(row, "submit")
    row.submitted_at = clock.now()
    row.save(update_fields=["state", "submitted_at"])


def _end(row: Qualification, act: str, reason: str) -> None:
    rules.QUALIFICATION.move(row, act)
    row.reason = reason
    row.save(update_fields=["state", "reason"])
    deadlines.cancel("agencies.certificate_expires", row)
    deadlines.cancel("agencies.certificate_reminder", row)


def _set_reminder(row: Qualification) -> None:
    """The next reminder that still lies ahead; the one that is being carried out is not set again."""
    end, now = row.valid_until, clock.now()
    if end is None:
        return
    before = sorted(catalogue.current_rules().reminders.certificate, reverse=True)
    ahead = [moment for days in before if (moment := midnight(end - timedelta(days=days))) > now]
    if ahead:
        deadlines.put("agencies.certificate_reminder", row, ahead[0])


def _locked(pk: str) -> tuple[Agency, Qualification]:
    """The agency first, then its certificate: the order in which locks are taken everywhere."""
    agency = locks.exclusive(Agency, Qualification.objects.values_list("agency_id", flat=True).get(pk=pk))
    return agency, locks.exclusive(Qualification, pk)


def _own(agency: Agency, qualification: Qualification | None) -> Qualification | None:
    return agency.qualifications.get(pk=qualification.pk) if qualification is not None else None


def _checked(data: Mapping[str, Any], day: date) -> dict[str, Any]:
    values = {name: data[name] for name in FIELDS if name in data}
    kind = values["type"] = _type_of(values["type"])
    if kind.status == QualificationType.Status.ABOLISHED:
        raise DomainError(
            _("“%(name)s”已取消，不再登记；请改为登记执业人员和业绩。") % {"name": kind.name}, field="type"
        )
    values["grade"] = values.get("grade") or ""
    if kind.grades and values["grade"] not in kind.grades:
        grades = "、".join(kind.grades)
        raise DomainError(_("请从该类资质的等级中选择：%(grades)s。") % {"grades": grades}, field="grade")
    if not kind.grades and values["grade"]:
        raise DomainError(_("“%(name)s”不分等级，请留空。") % {"name": kind.name}, field="grade")
    issued, until = values["issued_on"], values.get("valid_until")
    if issued > day:
        raise DomainError(_("发证日期不能晚于今天。"), field="issued_on")
    if until is None and kind.years:
        raise DomainError(_("这类证书载明有效期，请按证书填写。"), field="valid_until")
    if until is not None and until <= issued:
        raise DomainError(_("有效期须晚于发证日期。"), field="valid_until")
    if until is not None and until < day:
        said = {"day": until.isoformat()}
        raise DomainError(
            _("该证书已于 %(day)s 到期，请上传延续后的证书，并填写新的有效期。") % said, field="valid_until"
        )
    return values


def _type_of(value: QualificationType | str) -> QualificationType:
    if isinstance(value, QualificationType):
        return value
    found = QualificationType.objects.filter(slug=value).first()
    if found is None:
        raise DomainError(_("没有这类资质。"), field="type")
    return found


def _tell(agency: Agency, kind: str, **params: Any) -> None:
    people = accounts.people_of(agency.organisation, *MEMBERS)
    inbox.tell(people, kind, url=reverse("agency_qualifications"), agency=str(agency), **params)
