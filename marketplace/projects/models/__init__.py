"""Investment projects, their agent officer, and the route map of their approval."""

from marketplace.projects.models.entries import DeskEntry
from marketplace.projects.models.feeds import CalendarFeed
from marketplace.projects.models.forecast import ProjectForecast, StepLength
from marketplace.projects.models.handover import Handover, HandoverPoint
from marketplace.projects.models.officers import Absence, AssignmentPolicy, OfficerProfile
from marketplace.projects.models.project import Project
from marketplace.projects.models.steps import Step, StepPause, StepService
from marketplace.projects.models.talk import MessageTemplate, ProjectMessage, StepReminder
from marketplace.projects.models.templates import RouteTemplate

__all__ = [
    "Absence",
    "AssignmentPolicy",
    "CalendarFeed",
    "DeskEntry",
    "Handover",
    "HandoverPoint",
    "MessageTemplate",
    "OfficerProfile",
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
