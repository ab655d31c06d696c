"""The life of an agency's admission and of a certificate: every state and act.

Sources: supermarket §3.1 (admission) and §3.2 (qualification record).
"""

from marketplace.core.states import Machine

ADMISSION = Machine(
    [
        ("submit", ["draft", "returned"], "submitted"),
        ("return", ["submitted"], "returned"),
        ("pass", ["submitted"], "public_notice"),
        ("admit", ["public_notice"], "active"),
        ("object", ["public_notice"], "rejected"),
        ("close", ["returned"], "withdrawn"),
        ("doze", ["active"], "dormant"),
        ("wake", ["dormant"], "active"),
        ("freeze", ["active", "dormant"], "frozen"),
        ("unfreeze", ["frozen"], "active"),
        ("expel", ["active", "dormant", "frozen"], "expelled"),
        ("withdraw", ["draft", "submitted", "returned", "public_notice", "active", "dormant"], "withdrawn"),
        ("restart", ["withdrawn", "rejected"], "draft"),
    ]
)

QUALIFICATION = Machine(
    [
        ("submit", ["draft"], "submitted"),
        ("check_by_hand", ["submitted"], "manual_check"),
        ("hand_back", ["submitted", "manual_check"], "draft"),
        ("verify", ["submitted", "manual_check"], "verified"),
        ("reject", ["submitted", "manual_check"], "rejected"),
        ("mend", ["rejected"], "draft"),
        ("near_end", ["verified"], "expiring"),
        ("expire", ["verified", "expiring"], "expired"),
        ("supersede", ["verified", "expiring", "expired"], "superseded"),
        ("revoke", ["verified", "expiring", "expired", "challenged"], "revoked"),
        ("challenge", ["verified", "expiring"], "challenged"),
        ("clear", ["challenged"], "verified"),
        ("find_false", ["challenged"], "fraud"),
    ]
)

CHANGE = Machine([("accept", ["submitted"], "accepted"), ("refuse", ["submitted"], "refused")])
