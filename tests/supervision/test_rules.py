"""States, clocks and codes of supervision."""

import pytest

from marketplace.core.errors import WrongState
from marketplace.core.rules import Alert
from marketplace.supervision import rules


def test_a_complaint_goes_from_receipt_to_its_end() -> None:
    state = "received"
    for act in ("accept", "investigate", "decide", *rules.AFTER_DECISION):
        state = rules.COMPLAINT.target(state, act)
    assert state == "closed"
    assert rules.COMPLAINT.target("closed", "reopen") == "investigating"


def test_nothing_is_answered_before_it_is_accepted() -> None:
    with pytest.raises(WrongState):
        rules.COMPLAINT.target("received", "decide")


def test_every_state_has_a_tone() -> None:
    from marketplace.supervision.models import Complaint

    assert set(rules.COMPLAINT_TONES) == set(Complaint.State.values)


def test_cards_weigh_alert_yellow_red() -> None:
    assert rules.card_level(Alert.QUIET) is None
    assert rules.card_level(Alert.RED) == "red"
    assert rules.is_higher("yellow", "alert")
    assert not rules.is_higher("alert", "alert")


def test_a_query_code_is_taken_however_it_is_typed() -> None:
    assert rules.normalise_query_code(" ab2-cd３ｅ ") == "AB2CD3E"
    assert not set("01IOL") & set(rules.CODE_ALPHABET)
