"""What projects put on desks: for the owner, the agent officer and their chief."""

from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole, StaffRole
from marketplace.core.desk import Task
from marketplace.core.rules import Alert
from marketplace.projects import officers, queries, situation
from marketplace.projects.models import Handover, Project
from marketplace.projects.situation import Ball, Situation


def tasks(actor: Actor) -> Iterable[Task]:
    """Everything that waits for this actor in projects."""
    if actor.user is None:
        return
    if actor.has_staff_role(StaffRole.CHIEF, StaffRole.OFFICER):
        yield from requests()
    if actor.has_staff_role(StaffRole.CHIEF):
        yield from _without_deputy()
    if actor.has_staff_role(StaffRole.OFFICER):
        yield from _handovers(actor)
        for project in queries.with_route(queries.of_officer(actor.user)):
            yield from _of_officer(project)
    if actor.organisation and actor.acts_for(actor.organisation, MemberRole.BUYER):
        mine = Project.objects.filter(owner=actor.organisation).exclude(state=Project.State.DONE)
        for project in queries.with_route(mine):
            yield from _of_owner(project)


def requests() -> Iterable[Task]:
    """Requests to take on, within two working days."""
    for project in queries.waiting_requests():
        yield Task(
            title=project.name,
            act=_("受理"),
            url=project.get_absolute_url(),
            due_at=project.accept_by,
            group=_("代办申请"),
            subject=project.owner.name,
            level=situation.level_of(project.requested_at, project.accept_by),
        )


def _without_deputy() -> Iterable[Task]:
    for officer in officers.without_deputy():
        address = reverse("officer_profile", args=[officer.pk])
        yield Task(str(officer), _("设置代理人"), address, group=_("代办员管理"), subject=_("没有代理人，不能指派项目"))


def _handovers(actor: Actor) -> Iterable[Task]:
    mine = Q(taker=actor.user, taken_at=None) | Q(giver=actor.user, given_at=None)
    for each in Handover.objects.filter(mine, state=Handover.State.OPEN).select_related("project", "giver", "taker"):
        address = reverse("project_handover", args=[each.project.code])
        yield Task(
            each.project.name, _("签署交接"), address, group=_("项目交接"), subject=f"{each.giver} → {each.taker}"
        )


def task_of(ball: Ball, act: str = "") -> Task:
    """A turn as a row of a desk."""
    project = ball.step.project
    return Task(
        title=ball.what,
        act=act or _act_of(ball),
        url=ball.url,
        due_at=ball.due_at,
        group=str(situation.HOLDERS[ball.holder]),
        subject=f"{project.name} · {ball.who}",
        level=ball.level,
    )


def _of_officer(project: Project) -> Iterable[Task]:
    if project.state == Project.State.MANDATED:
        yield Task(
            project.name, _("生成路线图"), project.get_absolute_url(), group=_("代办项目"), subject=project.owner.name
        )
    for ball in Situation(project).balls:
        if ball.holder == situation.OFFICER:
            yield task_of(ball)
        elif ball.step.paused_at and ball.service is None:
            yield task_of(ball, _("跟进，恢复计时"))
        elif ball.holder == situation.AUTHORITY and ball.level != Alert.QUIET:
            yield task_of(ball, _("催办"))


def _of_owner(project: Project) -> Iterable[Task]:
    address = project.get_absolute_url()
    if project.state == Project.State.RETURNED:
        yield Task(project.name, _("补正重报"), address, group=_("投资项目"), subject=project.return_reason[:60])
    elif not project.is_public and not project.answers:
        yield Task(project.name, _("填写问卷"), address, group=_("投资项目"), subject=_("据此生成审批路线图"))
    if project.state == Project.State.ACCEPTED:
        subject = _("代办员 %(officer)s 已受理") % {"officer": project.officer}
        yield Task(project.name, _("签署授权"), address, group=_("投资项目"), subject=subject)
    for ball in Situation(project).owed:
        yield task_of(ball)


def _act_of(ball: Ball) -> str:
    if ball.step.paused_at and ball.service is None:
        return _("补正")
    if ball.service is not None:
        return _("完善并发布") if ball.service.tender_id and ball.service.state == "tendering" else _("发起采购")
    return _("登记办结") if ball.step.state == "running" else _("开始办理") if ball.step.own else _("提交办件")
