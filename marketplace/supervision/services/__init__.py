"""What supervision does: watch the time limits, take complaints and answer them."""

from marketplace.supervision.services.cards import ensure_sweep, sweep
from marketplace.supervision.services.complaints import (
    accept_complaint,
    decide_complaint,
    file_complaint,
    is_query_code,
    reject_complaint,
)

__all__ = [
    "accept_complaint",
    "decide_complaint",
    "ensure_sweep",
    "file_complaint",
    "is_query_code",
    "reject_complaint",
    "sweep",
]
