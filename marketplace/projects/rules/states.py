"""The states of a project, a step and a step's service as data (supermarket §3.8), and how their chips look."""

from collections.abc import Mapping

from marketplace.core.states import Machine

# requested → accepted (2 working days) → mandate signed → route map made → running → done | returned
CASE = Machine(
    [
        ("accept", ["requested"], "accepted"),
        ("return", ["requested", "accepted"], "returned"),
        ("resubmit", ["returned"], "requested"),
        ("sign_mandate", ["accepted"], "mandated"),
        ("make_route", ["mandated"], "mapped"),
        ("run", ["mapped"], "running"),
        ("finish", ["running"], "done"),
    ]
)

STEP = Machine(
    [
        ("open", ["waiting"], "ready"),
        ("start", ["ready"], "running"),
        ("finish", ["running"], "done"),
    ]
)

SERVICE = Machine(
    [
        ("tender", ["needed", "tendering"], "tendering"),
        ("contract", ["needed", "tendering", "contracted"], "contracted"),
        ("deliver", ["needed", "tendering", "contracted", "delivered"], "delivered"),
        ("provide", ["needed"], "provided"),
        ("release", ["tendering", "contracted", "needed"], "needed"),
    ]
)

# The tender's state → what happens to the step's service that it was opened for.
FOLLOWING: Mapping[str, str] = {
    "draft": "tender",
    "checking": "tender",
    "scheduled": "tender",
    "published": "tender",
    "closed": "tender",
    "selecting": "tender",
    "publicity": "tender",
    "suspended": "tender",
    "notified": "tender",
    "contracted": "contract",
    "in_service": "contract",
    "accepted": "deliver",
    "closed_ok": "deliver",
    "failed": "release",
    "cancelled": "release",
    "terminated": "release",
}

CASE_TONES: Mapping[str, str] = {
    "requested": "waiting",
    "accepted": "notice",
    "mandated": "notice",
    "mapped": "running",
    "running": "running",
    "done": "done",
    "returned": "warn",
}
STEP_TONES: Mapping[str, str] = {"waiting": "draft", "ready": "notice", "running": "running", "done": "done"}
SERVICE_TONES: Mapping[str, str] = {
    "needed": "waiting",
    "tendering": "notice",
    "contracted": "running",
    "delivered": "done",
    "provided": "done",
}

ACCEPT_DAYS = 2  # working days to accept or return a request (supermarket §3.8)
MANDATE_YEARS = 2  # how long a mandate lasts when nothing else is said
