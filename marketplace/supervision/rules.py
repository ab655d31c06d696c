"""Complaints and cards: states, clocks and levels. Source: supermarket §3.7, `selection-rules`, *Periods*."""

from collections.abc import Mapping

from marketplace.core.rules import Alert
from marketplace.core.states import Machine

# received → accepted | transferred | rejected → investigating → (mediation) → decided → executed → visited → closed
COMPLAINT = Machine(
    [
        ("accept", ["received", "transferred"], "accepted"),
        ("transfer", ["received"], "transferred"),
        ("reject", ["received", "transferred"], "rejected"),
        ("investigate", ["accepted"], "investigating"),
        ("mediate", ["investigating"], "mediation"),
        ("decide", ["investigating", "mediation"], "decided"),
        ("execute", ["decided"], "executed"),
        ("visit", ["executed"], "visited"),
        ("close", ["visited", "rejected"], "closed"),
        ("reopen", ["closed"], "investigating"),
    ]
)
AFTER_DECISION = ("execute", "visit", "close")  # steps without a screen yet
OPEN_STATES = ("received", "transferred", "accepted", "investigating", "mediation")

# Working days: to accept (all kinds), and to answer, by kind.
ACCEPT_DAYS = 3
DECIDE_DAYS: Mapping[str, int] = {"objection": 3, "complaint": 15, "appeal": 10}

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that look like another
CODE_LENGTH = 8

SWEEP_MINUTES = 30
LEVELS: tuple[str, ...] = ("alert", "yellow", "red")
COMPLAINT_TONES: Mapping[str, str] = {
    "received": "waiting",
    "accepted": "notice",
    "transferred": "notice",
    "investigating": "running",
    "mediation": "running",
    "rejected": "failed",
    "decided": "done",
    "executed": "done",
    "visited": "done",
    "closed": "done",
}


def card_level(alert: Alert) -> str | None:
    """The card that belongs to a time limit standing like this; None for none."""
    return None if alert == Alert.QUIET else str(alert)


def is_higher(level: str, than: str) -> bool:
    """Whether one card weighs more than another."""
    return LEVELS.index(level) > LEVELS.index(than)


def normalise_query_code(text: str) -> str:
    """A query code as it was given out, however it is typed."""
    narrowed = "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text)
    return "".join(c for c in narrowed.upper() if c.isalnum())
