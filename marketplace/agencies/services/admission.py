"""The admission: handed in, returned with all reasons at once, passed into publicity, admitted by time."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.accounts import queries as accounts
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole, StaffRole
from marketplace.agencies import queries, rules
from marketplace.agencies.models import Agency, Qualification
from marketplace.agencies.services import certificates, register, reputation
from marketplace.agencies.services.access import changed, moved, owned, reviewed
from marketplace.catalogue import queries as catalogue
from marketplace.core import calendar, clock, deadlines, inbox, locks, log
from marketplace.core.errors import DomainError, Incomplete

YEAR = timedelta(days=365)
MEMBERS = (MemberRole.ADMINISTRATOR, MemberRole.BID_AUTHOR)


class ClaimOpen(DomainError):
    """Nobody has looked at the authorisation yet: nothing binding for this organisation."""

    code = "claim_open"
    message = gettext_lazy("该单位的授权书还没有核验通过，不能通过入驻申请。请先在“授权核验”中处理，再回到这里。")


@transaction.atomic
def submit_admission(agency: Agency, *, by: Actor) -> Agency:
    """Hand the application in. Incomplete lists every problem at once; AlreadyDone for a double click."""
    agency = owned(agency, by)
    rules.ADMISSION.target(agency.state, "submit")
    if problems := rules.problems(queries.application(agency)):
        raise Incomplete(list(problems))
    before = rules.ADMISSION.move(agency, "submit")
    agency.submitted_at, agency.return_reasons = clock.now(), []
    agency.save(update_fields=["state", "submitted_at", "return_reasons"])
    for row in agency.qualifications.filter(state=Qualification.State.REJECTED):
        rules.QUALIFICATION.move(row, "mend")
        row.save(update_fields=["state"])
    certificates.submit_drafts(agency)
    deadlines.cancel("agencies.mend_over", agency)
    moved(agency, "agency.submitted", before, by=by)
    operators = accounts.staff(StaffRole.OPERATOR)
    inbox.tell(operators, "agencies.submitted", url=reverse("agencies_review", args=[agency.pk]), agency=str(agency))
    return agency


@transaction.atomic
def return_admission(agency: Agency, reasons: list[str], *, by: Actor) -> Agency:
    """Give the application back with every reason; it is mended within the RuleSet's days or closes."""
    agency = reviewed(agency, by)
    said = [reason.strip() for reason in reasons if reason.strip()]
    if not said:
        raise DomainError(_("请选择或填写退回原因，一次告知全部问题。"), field="reasons")
    before = rules.ADMISSION.move(agency, "return")
    agency.return_reasons = said
    agency.save(update_fields=["state", "return_reasons"])
    certificates.hand_back(agency)
    due_at = calendar.closes_at(clock.now(), catalogue.current_rules().periods.admission_mend)
    deadlines.put("agencies.mend_over", agency, due_at)
    moved(agency, "agency.returned", before, by=by, reasons=said)
    _tell(agency, "agencies.returned", reasons="；".join(said), due=f"{clock.local(due_at):%Y-%m-%d %H:%M}")
    return agency


@transaction.atomic
def pass_admission(agency: Agency, *, by: Actor) -> Agency:
    """Let the application into publicity; its certificates count as verified.

    ClaimOpen before the authorisation was confirmed; Incomplete when a machine check that blocks fails.
    """
    agency = reviewed(agency, by)
    rules.ADMISSION.target(agency.state, "pass")
    if not agency.organisation.is_verified:
        raise ClaimOpen()
    application = queries.application(agency)
    blocking = [check for check in rules.machine_checks(application) if check.blocks and check.ok is False]
    if blocking:
        raise Incomplete([_("%(label)s：%(mine)s") % {"label": c.label, "mine": c.mine or c.mend} for c in blocking])
    before = rules.ADMISSION.move(agency, "pass")
    agency.notice_until = calendar.closes_at(clock.now(), catalogue.current_rules().periods.admission_notice)
    agency.save(update_fields=["state", "notice_until"])
    for row in agency.qualifications.filter(state__in=["submitted", "manual_check"]):
        certificates.verify_now(row)
    clashing = register.enter_practitioners(agency)
    deadlines.put("agencies.notice_over", agency, agency.notice_until)
    off = [str(person) for person in clashing]
    moved(agency, "agency.passed", before, by=by, off_register=off)
    public = {"name": agency.name, "credit_code": agency.credit_code, "until": agency.notice_until.isoformat()}
    log.make_public("agency.public_notice", agency, by=by, data=public)
    _tell(agency, "agencies.passed", until=f"{clock.local(agency.notice_until):%Y-%m-%d %H:%M}")
    return agency


@transaction.atomic
def object_admission(agency: Agency, reason: str, *, by: Actor) -> Agency:
    """An objection during publicity was upheld: the agency is not admitted."""
    agency = reviewed(agency, by, StaffRole.OPERATOR, StaffRole.SUPERVISOR)
    if not reason.strip():
        raise DomainError(_("请写明异议成立的理由。"), field="reason")
    before = rules.ADMISSION.move(agency, "object")
    agency.return_reasons = [reason]
    agency.save(update_fields=["state", "return_reasons"])
    deadlines.cancel("agencies.notice_over", agency)
    moved(agency, "agency.rejected", before, by=by, reason=reason)
    log.make_public("agency.rejected", agency, by=by, data={"credit_code": agency.credit_code, "reason": reason})
    _tell(agency, "agencies.rejected", reason=reason)
    return agency


def admit(pk: str) -> None:
    """The deadline at the end of publicity: without an upheld objection the agency is on the register."""
    agency = locks.exclusive(Agency, pk)
    if not rules.ADMISSION.may(agency.state, "admit"):
        return
    before = rules.ADMISSION.move(agency, "admit")
    agency.admitted_at = agency.notice_until or clock.now()
    agency.save(update_fields=["state", "admitted_at"])
    reputation.refresh_credit(agency)
    system = Actor.system()
    moved(agency, "agency.admitted", before, by=system)
    public = {"name": agency.name, "credit_code": agency.credit_code}
    log.make_public("agency.admitted", agency, by=system, data=public)
    deadlines.put("agencies.reconfirm", agency, clock.now() + YEAR)
    _tell(agency, "agencies.admitted")


def close_returned(pk: str) -> None:
    """The deadline for mending: an application that nobody mended closes; it may be begun again."""
    agency = locks.exclusive(Agency, pk)
    if not rules.ADMISSION.may(agency.state, "close"):
        return
    before = rules.ADMISSION.move(agency, "close")
    agency.save(update_fields=["state"])
    moved(agency, "agency.closed", before, by=Actor.system())
    _tell(agency, "agencies.closed")


def reconfirm(pk: str) -> None:
    """The yearly confirmation of the register (supermarket §3.1): has no screen yet, so it passes by itself."""
    agency = locks.exclusive(Agency, pk)
    if agency.is_admitted:
        changed(agency, "agency.reconfirmed", by=Actor.system(), passed_by_itself=True)
        deadlines.put("agencies.reconfirm", agency, clock.now() + YEAR)


def _tell(agency: Agency, kind: str, **params: Any) -> None:
    people = accounts.people_of(agency.organisation, *MEMBERS)
    inbox.tell(people, kind, url=reverse("agency_desk"), agency=str(agency), **params)
