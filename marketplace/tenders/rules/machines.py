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
        ("resume", ["suspended"], "publicity"),  # the objection was dismissed, rejected or taken back
        ("reselect", ["publicity", "suspended", "notified"], "selecting"),
        ("notify", ["publicity", "selected"], "notified"),  # invited quotes have no publicity
        ("contract", ["notified"], "contracted"),
        ("start_service", ["contracted"], "in_service"),
        ("accept", ["in_service"], "accepted"),
        ("finish", ["accepted"], "closed_ok"),
        ("terminate", ["notified", "contracted", "in_service"], "terminated"),
        ("fail", ["closed", "selecting", "publicity", "suspended", "notified"], "failed"),
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
        ("give_up", ["winner", "substitute"], "given_up"),
        ("judge_again", ["valid", "shortlisted", "winner", "substitute", "lost"], "opened"),
    ]
)

REVIEWER = Machine(
    [
        ("accept", ["asked"], "ready"),
        ("submit", ["ready"], "submitted"),
        ("recuse", ["asked", "ready"], "recused"),
        ("miss", ["asked", "ready"], "late"),
        ("take_back", ["asked", "ready"], "taken_back"),  # before the review begins
    ]
)

EXPLANATION = Machine(
    [
        ("explain", ["asked"], "given"),
        ("accept", ["given"], "accepted"),
        ("reject", ["given"], "rejected"),
        ("miss", ["asked"], "missed"),
        ("drop", ["asked", "given"], "dropped"),  # a new outcome in which it doesn't win any more
    ]
)

OBJECTION = Machine(
    [
        ("dismiss", ["filed"], "dismissed"),  # by the buyer
        ("uphold", ["filed", "with_department"], "upheld"),
        ("escalate", ["filed", "dismissed"], "with_department"),  # from `filed`: the buyer kept silent
        ("reject", ["with_department"], "rejected"),  # by the department
        ("withdraw", ["filed", "with_department"], "withdrawn"),
    ]
)

SUBSTITUTE = Machine(
    [
        ("accept", ["asked"], "accepted"),
        ("decline", ["asked"], "declined"),
        ("miss", ["asked"], "missed"),
    ]
)

QUESTION = Machine([("answer", ["asked"], "answered")])

AMENDMENT = Machine(
    [
        ("pass", ["checking"], "published"),
        ("return", ["checking"], "returned"),
        ("lapse", ["checking"], "lapsed"),  # not checked before the close
    ]
)
