"""What people do with projects: register and take on, make the route map, take its steps, buy what the steps need."""

from marketplace.projects.services.market import (
    follow_contract,
    follow_tender,
    link_deliverable,
    open_tender,
    provide_own,
)
from marketplace.projects.services.migrating import migrate_route
from marketplace.projects.services.officers import add_absence, end_absence, save_profile, set_policy
from marketplace.projects.services.pauses import pause_step, resume_step
from marketplace.projects.services.registration import (
    accept_project,
    answer_questions,
    register_project,
    resubmit_project,
    return_project,
    sign_mandate,
)
from marketplace.projects.services.routes import load_routes, make_route
from marketplace.projects.services.steps import finish_step, start_step
from marketplace.projects.services.templates import draft_template, publish_template, save_template

__all__ = [
    "accept_project",
    "add_absence",
    "answer_questions",
    "draft_template",
    "end_absence",
    "finish_step",
    "follow_contract",
    "follow_tender",
    "link_deliverable",
    "load_routes",
    "make_route",
    "migrate_route",
    "open_tender",
    "pause_step",
    "provide_own",
    "publish_template",
    "register_project",
    "resubmit_project",
    "resume_step",
    "return_project",
    "save_profile",
    "save_template",
    "set_policy",
    "sign_mandate",
    "start_step",
]
