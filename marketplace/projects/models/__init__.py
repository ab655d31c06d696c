"""Investment projects, their agent officer, and the route map of their approval."""

from marketplace.projects.models.forecast import ProjectForecast, StepLength
from marketplace.projects.models.handover import Handover, HandoverPoint
from marketplace.projects.models.officers import Absence, AssignmentPolicy, OfficerProfile
from marketplace.projects.models.project import Project
from marketplace.projects.models.steps import Step, StepPause, StepService
from marketplace.projects.models.templates import RouteTemplate

__all__ = [
    "Absence",
    "AssignmentPolicy",
    "Handover",
    "HandoverPoint",
    "OfficerProfile",
    "Project",
    "ProjectForecast",
    "RouteTemplate",
    "Step",
    "StepLength",
    "StepPause",
    "StepService",
]
