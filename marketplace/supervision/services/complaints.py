"""Complaints: taken from anybody, accepted or rejected, answered."""

import secrets
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts import queries as accounts
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import StaffRole
from marketplace.core import calendar, clock, inbox, locks, log
from marketplace.core.errors import Incomplete
from marketplace.supervision import rules
from marketplace.supervision.models import Complaint

SHORTEST = 10


@dataclass(frozen=True)
class Complainant:
    """Who complains, as the log names them: never by name."""

    user: Any = None
    organisation_code: str = ""

    @property
    def label(self) -> str:
        """The same words for everybody."""
        return str(_("投诉人"))


@transaction.atomic
def file_complaint(
    *, text: str, about: str = "", name: str = "", contact: str = "", kind: str = "complaint", by: Actor | None = None
) -> tuple[Complaint, str]:
    """Take a complaint; returns it and its query code, which is told this once and kept only as a hash.

    `by` None: anonymous. With an actor its answer is told in their inbox. Incomplete.
    """
    if len(text.strip()) < SHORTEST:
        raise Incomplete([_("请写明事实：什么时候、涉及谁、发生了什么，至少 10 个字。")], field="text")
    code = "".join(secrets.choice(rules.CODE_ALPHABET) for _n in range(rules.CODE_LENGTH))
    moment = clock.now()
    complaint = Complaint.objects.create(
        number=locks.next_number("TS", clock.local(moment).year),
        kind=kind,
        about=about.strip()[:200],
        text=text.strip(),
        name=name.strip(),
        contact=contact.strip(),
        by_user=by.user if by else None,
        query_code_hash=make_password(code),
        received_at=moment,
        accept_by=calendar.closes_at(moment, rules.ACCEPT_DAYS),
        due_at=calendar.closes_at(moment, rules.DECIDE_DAYS[kind]),
    )
    log.record("complaint.receive", complaint, by=Complainant(), data={"kind": kind, "anonymous": not name.strip()})
    inbox.tell(
        accounts.staff(StaffRole.SUPERVISOR), "supervision.complaint", url=_desk(complaint), number=complaint.number
    )
    return complaint, code


def is_query_code(complaint: Complaint | None, text: str) -> bool:
    """Whether the text is the complaint's query code. Takes as long when there is no such complaint."""
    code = rules.normalise_query_code(text)
    if complaint is None:
        make_password(code)
        return False
    return check_password(code, complaint.query_code_hash)


@transaction.atomic
def accept_complaint(complaint: Complaint, *, by: Actor) -> Complaint:
    """Accept it; the investigation begins. NotAllowed, WrongState, AlreadyDone."""
    complaint = _locked(complaint, by)
    _move(complaint, "accept", by)
    complaint.accepted_at = clock.now()
    _move(complaint, "investigate", by, passed_by_itself=True)
    complaint.save(update_fields=["state", "accepted_at"])
    _answer_told(complaint, "supervision.complaint_accepted")
    return complaint


@transaction.atomic
def reject_complaint(complaint: Complaint, reason: str, *, by: Actor) -> Complaint:
    """Reject it, with the reason and the way on. NotAllowed, Incomplete, WrongState, AlreadyDone."""
    complaint = _locked(complaint, by)
    if not reason.strip():
        raise Incomplete([_("请写明不予受理的原因，并告知其他途径。")], field="reason")
    _move(complaint, "reject", by, reason=reason.strip())
    complaint.reason, complaint.decided_at, complaint.decided_by = reason.strip(), clock.now(), by.user
    complaint.save(update_fields=["state", "reason", "decided_at", "decided_by"])
    _answer_told(complaint, "supervision.complaint_rejected")
    return complaint


@transaction.atomic
def decide_complaint(complaint: Complaint, answer: str, *, by: Actor) -> Complaint:
    """Answer it. What follows a decision has no screen yet and passes by itself. NotAllowed, Incomplete, WrongState."""
    complaint = _locked(complaint, by)
    if not answer.strip():
        raise Incomplete([_("请写明调查结果和处理意见。")], field="answer")
    _move(complaint, "decide", by)
    complaint.answer, complaint.decided_at, complaint.decided_by = answer.strip(), clock.now(), by.user
    for act in rules.AFTER_DECISION:
        _move(complaint, act, by, passed_by_itself=True)
    complaint.save(update_fields=["state", "answer", "decided_at", "decided_by"])
    _answer_told(complaint, "supervision.complaint_decided")
    return complaint


def _locked(complaint: Complaint, by: Actor) -> Complaint:
    by.require_staff(StaffRole.SUPERVISOR)
    return locks.exclusive(Complaint, complaint.pk)


def _move(complaint: Complaint, act: str, by: Actor, **data: Any) -> None:
    before = rules.COMPLAINT.move(complaint, act)
    log.record(f"complaint.{act}", complaint, by=by, data={"from": before, "to": complaint.state, **data})


def _answer_told(complaint: Complaint, kind: str) -> None:
    if complaint.by_user:
        url = complaint.get_absolute_url()
        inbox.tell([complaint.by_user], kind, url=url, number=complaint.number)


def _desk(complaint: Complaint) -> str:
    return reverse("complaint_handle", args=[complaint.number])
