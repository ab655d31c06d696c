"""The states of a contract, its milestones, deliverables and reviews, as tables.

Source: supermarket §3.5, §3.6. Filing and checking pass by themselves, and the log says so.
"""

from marketplace.core.states import Machine

UNSIGNED = ("drafting", "signed_buyer", "signed_agency")
LIVE = (*UNSIGNED, "signed_both", "filed", "checked", "performing", "amended", "disputed")

CONTRACT = Machine(
    [
        ("revise", UNSIGNED, "drafting"),
        ("sign_buyer_first", ["drafting"], "signed_buyer"),
        ("sign_agency_first", ["drafting"], "signed_agency"),
        ("sign_buyer_second", ["signed_agency"], "signed_both"),
        ("sign_agency_second", ["signed_buyer"], "signed_both"),
        ("file", ["signed_both"], "filed"),
        ("check", ["filed"], "checked"),
        ("begin", ["checked"], "performing"),
        ("propose_amendment", ["performing"], "amended"),
        ("decide_amendment", ["amended"], "performing"),
        ("dispute", ["performing"], "disputed"),
        ("settle", ["disputed"], "performing"),
        ("complete", ["performing"], "completed"),
        (
            "terminate",
            [*UNSIGNED, "signed_both", "filed", "checked", "performing", "amended", "disputed"],
            "terminated",
        ),
    ]
)

MILESTONE = Machine(
    [
        ("deliver", ["open", "returned"], "delivered"),
        ("return", ["delivered"], "returned"),
        ("dispute", ["delivered"], "disputed"),
        ("accept", ["delivered", "disputed"], "accepted"),
        ("again", ["disputed"], "returned"),
    ]
)

DELIVERABLE = Machine(
    [
        ("accept", ["submitted"], "accepted"),
        ("silence", ["submitted"], "accepted"),
        ("return", ["submitted"], "returned"),
        ("accept_after_all", ["returned"], "accepted"),
    ]
)

REVIEW = Machine(
    [
        ("write", ["due"], "submitted"),
        ("edit", ["submitted"], "submitted"),
        ("audit", ["submitted"], "audited"),
        ("publish", ["audited"], "published"),
        ("default", ["due"], "published"),
        ("reply", ["published"], "replied"),
        ("appeal", ["published", "replied"], "appealed"),
        ("keep", ["appealed"], "kept"),
        ("remove", ["appealed"], "removed"),
    ]
)

TONES = {
    "drafting": "draft",
    "signed_buyer": "waiting",
    "signed_agency": "waiting",
    "signed_both": "info",
    "filed": "info",
    "checked": "info",
    "performing": "running",
    "amended": "waiting",
    "completed": "done",
    "terminated": "failed",
    "disputed": "alert",
    "open": "plain",
    "delivered": "notice",
    "submitted": "notice",
    "returned": "warn",
    "accepted": "done",
    "due": "waiting",
    "audited": "notice",
    "published": "ok",
    "replied": "ok",
    "appealed": "alert",
    "kept": "ok",
    "removed": "failed",
}
