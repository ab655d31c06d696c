"""The states of a purchase and of a bid (supermarket §3.3, §3.4)."""

from marketplace.core.states import Machine

PROCUREMENT = Machine(
    [
        ("submit", ["draft"], "checking"),  # public money: an operator looks first
        ("return_check", ["checking"], "draft"),
        ("pass_check", ["checking"], "scheduled"),
        ("schedule", ["draft"], "scheduled"),  # private money needs no check
        ("publish", ["scheduled"], "published"),
        ("close", ["published"], "closed"),
        ("open", ["closed"], "selecting"),
        ("select", ["selecting"], "selected"),
        ("publicise", ["selected"], "publicity"),
        ("object", ["publicity"], "suspended"),
        ("dismiss_objection", ["suspended"], "publicity"),
        ("reselect", ["publicity", "suspended", "notified"], "selecting"),
        ("annul", ["suspended"], "cancelled"),
        ("notify", ["publicity"], "notified"),
        ("contract", ["notified"], "contracted"),
        ("start_service", ["contracted"], "in_service"),
        ("accept", ["in_service"], "accepted"),
        ("finish", ["accepted"], "closed_ok"),
        ("terminate", ["notified", "contracted", "in_service"], "terminated"),
        ("fail", ["closed", "selecting", "publicity", "notified"], "failed"),
        ("cancel", ["draft", "checking", "scheduled", "published", "closed"], "cancelled"),
    ]
)

# What the contract tells downward, and the act of the purchase that it is.
FOLLOWED: dict[str, str] = {
    "contracted": "contract",
    "in_service": "start_service",
    "accepted": "accept",
    "closed_ok": "finish",
    "terminated": "terminate",
}

BID = Machine(
    [
        ("seal", ["draft"], "sealed"),
        ("withdraw", ["sealed"], "withdrawn"),
        ("replace", ["sealed"], "replaced"),
        ("open", ["sealed"], "opened"),
        ("void", ["sealed", "opened", "valid", "winner", "substitute", "lost"], "void"),
        ("find_valid", ["opened"], "valid"),
        ("find_invalid", ["opened"], "invalid"),
        ("shortlist", ["valid"], "shortlisted"),
        ("win", ["valid", "shortlisted", "substitute", "lost"], "winner"),
        ("stand_by", ["valid", "shortlisted", "lost"], "substitute"),
        ("lose", ["valid", "shortlisted"], "lost"),
        ("give_up", ["winner"], "given_up"),
    ]
)
