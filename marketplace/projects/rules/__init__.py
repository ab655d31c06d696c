"""The rules of projects: states, conditions, templates, graph, limits, forecast and map; no database, no clock."""

from marketplace.projects.rules.states import (
    ACCEPT_DAYS,
    CASE,
    CASE_TONES,
    FOLLOWING,
    MANDATE_YEARS,
    SERVICE,
    SERVICE_TONES,
    STEP,
    STEP_TONES,
)
from marketplace.projects.rules.template import RoutePlan, ServicePlan, StepPlan

__all__ = [
    "ACCEPT_DAYS",
    "CASE",
    "CASE_TONES",
    "FOLLOWING",
    "MANDATE_YEARS",
    "SERVICE",
    "SERVICE_TONES",
    "STEP",
    "STEP_TONES",
    "RoutePlan",
    "ServicePlan",
    "StepPlan",
]
