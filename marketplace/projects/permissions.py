"""Who may do what to a project: questions with a yes or no, asked by services, pages and desks alike."""

from datetime import date

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole, StaffRole
from marketplace.projects import officers
from marketplace.projects.models import Project, Step

BUYERS = (MemberRole.BUYER,)


def is_owner(project: Project, actor: Actor | None) -> bool:
    """Whether the actor acts for the project's owner and may bind it."""
    return actor is not None and actor.acts_for(project.owner_id, *BUYERS)


def is_officer(project: Project, actor: Actor | None) -> bool:
    """Whether the actor is the project's agent officer, their deputy while they are away, or a chief."""
    if actor is None:
        return False
    if actor.has_staff_role(StaffRole.CHIEF):
        return True
    if actor.user is None or not actor.has_staff_role(StaffRole.OFFICER):
        return False
    return project.officer_id == actor.user.pk or officers.stands_in(actor.user, project.officer_id)


def may_take_on(actor: Actor | None) -> bool:
    """Whether the actor accepts or returns requests."""
    return actor is not None and actor.has_staff_role(StaffRole.CHIEF, StaffRole.OFFICER)


def may_take_step(step: Step, actor: Actor | None) -> bool:
    """Whether the actor begins and ends this step: the officer, and the owner where it is the owner's own."""
    return is_officer(step.project, actor) or (step.own and is_owner(step.project, actor))


def may_pause_step(step: Step, actor: Actor | None) -> bool:
    """Whether the actor stops or resumes the step's clock now: the officer, while an authority decides it."""
    return (
        step.state == Step.State.RUNNING and not step.own and not step.together_with and is_officer(step.project, actor)
    )


def may_buy(project: Project, actor: Actor | None, on: date) -> bool:
    """Whether the actor opens tenders for the project's steps: the owner, and the officer while the mandate says so."""
    if is_owner(project, actor):
        return True
    as_officer = actor is not None and actor.has_staff_role(StaffRole.OFFICER) and is_officer(project, actor)
    return as_officer and project.mandate_holds(on)
