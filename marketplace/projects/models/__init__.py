"""Investment projects, their agent officer, and the route map of their approval."""

from marketplace.projects.models.entries import DeskEntry
from marketplace.projects.models.feeds import CalendarFeed
from marketplace.projects.models.forecast import ProjectForecast, StepLength
from marketplace.projects.models.project import Project
from marketplace.projects.models.steps import Step, StepPause, StepService
from marketplace.projects.models.talk import MessageTemplate, ProjectMessage, StepReminder
from marketplace.projects.models.templates import RouteTemplate

__all__ = [
    "CalendarFeed",
    "DeskEntry",
    "MessageTemplate",
    "Project",
    "ProjectForecast",
    "ProjectMessage",
    "RouteTemplate",
    "Step",
    "StepLength",
    "StepPause",
    "StepReminder",
    "StepService",
]
