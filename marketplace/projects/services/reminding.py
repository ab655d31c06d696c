"""Reminding those who have an account here and whose turn it is: the enterprise, and the agency under contract."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts import queries as accounts
from marketplace.accounts.actors import Actor
from marketplace.accounts.models import User
from marketplace.accounts.roles import MemberRole
from marketplace.contracts.models import Contract
from marketplace.core import clock, inbox, locks, log
from marketplace.core.errors import AlreadyDone, NotAllowed
from marketplace.projects import permissions
from marketplace.projects.errors import NobodyToRemind
from marketplace.projects.models import MessageTemplate, Project, StepReminder
from marketplace.projects.rules import placeholders
from marketplace.projects.situation import AGENCY, ENTERPRISE, Ball


@dataclass
class Reminded:
    """What became of many reminders: sent, sent already today, nobody here to be told."""

    sent: int = 0
    again: int = 0
    nobody: int = 0


def may_be_reminded(ball: Ball) -> bool:
    """Whether somebody with an account here has the turn."""
    return ball.holder == ENTERPRISE or (
        ball.holder == AGENCY and ball.service is not None and bool(ball.service.contract_number)
    )


@transaction.atomic
def remind(ball: Ball, *, by: Actor, template: MessageTemplate | None = None) -> StepReminder:
    """Tell whoever has the turn, once a day for each step. NotAllowed, NobodyToRemind, AlreadyDone (today)."""
    project = locks.exclusive(Project, ball.step.project_id)
    if by.user is None or not permissions.is_officer(project, by):
        raise NotAllowed()
    people = _people(ball, project)
    if not people:
        raise NobodyToRemind()
    moment = clock.now()
    today = clock.local(moment).date()
    if StepReminder.objects.filter(step=ball.step, sent_on=today).exists():
        raise AlreadyDone(_("“%(step)s”今天已经催办过，同一环节每天最多一次。") % {"step": ball.step.name})
    text = placeholders.fill(template.text, values_of(ball)) if template else ""
    reminder = StepReminder.objects.create(
        step=ball.step, holder=ball.holder, text=text, sent_on=today, sent_at=moment, sent_by=by.user
    )
    data = {"holder": ball.holder, "what": ball.what, "text": text, "people": len(people)}
    log.record("step.remind", ball.step, by=by, data=data)
    kind = "projects.reminded_with" if text else "projects.reminded"
    inbox.tell(
        people,
        kind,
        url=ball.url,
        project=project.name,
        what=ball.what,
        due=clock.local(ball.due_at).date().isoformat() if ball.due_at else "—",
        text=text,
        officer=str(project.officer or by.user),
    )
    return reminder


def remind_all(balls: Iterable[Ball], *, by: Actor, template: MessageTemplate | None = None) -> Reminded:
    """Remind of several turns, one message each; what cannot be sent is counted. NotAllowed."""
    found = Reminded()
    for ball in balls:
        try:
            remind(ball, by=by, template=template)
            found.sent += 1
        except AlreadyDone:
            found.again += 1
        except NobodyToRemind:
            found.nobody += 1
    return found


def values_of(ball: Ball) -> dict[str, str]:
    """What the placeholders of ready words stand for in this turn."""
    project = ball.step.project
    return {
        "项目": project.name,
        "企业": project.owner.name,
        "环节": ball.step.name,
        "事项": ball.what,
        "期限": clock.local(ball.due_at).date().isoformat() if ball.due_at else "",
        "代办员": str(project.officer or ""),
    }


def _people(ball: Ball, project: Project) -> list[User]:
    if not may_be_reminded(ball):
        return []
    if ball.holder == ENTERPRISE:
        return accounts.people_of(project.owner, MemberRole.BUYER)
    assert ball.service is not None
    contract = Contract.objects.select_related("agency__organisation").get(number=ball.service.contract_number)
    return accounts.people_of(contract.agency.organisation)
