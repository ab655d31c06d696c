"""What people and deadlines do with tenders: one function per use case."""

from marketplace.tenders.services.again import announce_again
from marketplace.tenders.services.amendments import amend, pass_amendment, return_amendment, tell_of_amendment
from marketplace.tenders.services.bidding import place_bid, place_sealed, withdraw_bid
from marketplace.tenders.services.checks import is_lawful, offered, overridden, problems, related_purchases
from marketplace.tenders.services.choosing import choose, choose_none, end_choice, remind_to_choose
from marketplace.tenders.services.confirming import confirm_bid
from marketplace.tenders.services.direct import accept_award, decline_award, end_acceptance
from marketplace.tenders.services.drafts import create_draft, discard_draft, save_draft, start_again
from marketplace.tenders.services.explaining import decide, end_explanation, explain
from marketplace.tenders.services.failing import cancel
from marketplace.tenders.services.following import follow_contract
from marketplace.tenders.services.inviting import invite, remind_the_invited
from marketplace.tenders.services.missing import declare_missing
from marketplace.tenders.services.objections import (
    answer_objection,
    decide_objection,
    end_answer,
    escalate_objection,
    file_objection,
    withdraw_objection,
)
from marketplace.tenders.services.offers import Offer
from marketplace.tenders.services.opening import open_bids
from marketplace.tenders.services.permission import register_mandate
from marketplace.tenders.services.picking import end_pick, pick
from marketplace.tenders.services.publicity import end_publicity
from marketplace.tenders.services.publishing import pass_check, publish, return_check
from marketplace.tenders.services.questions import answer, ask, tell_the_answer
from marketplace.tenders.services.reading import open_anonymous, open_documents
from marketplace.tenders.services.recusing import declare_recusal
from marketplace.tenders.services.rehearsing import ensure_rehearsal, rehearse
from marketplace.tenders.services.relaxing import relax
from marketplace.tenders.services.releasing import (
    hold_bid,
    hold_sealed,
    release_bid,
    return_held,
    take_back_held,
    was_amended_since,
)
from marketplace.tenders.services.reviewing import accept as accept_review
from marketplace.tenders.services.reviewing import end_review, name_reviewer, save_sheet, take_back_reviewer
from marketplace.tenders.services.reviewing import recuse as recuse_reviewer
from marketplace.tenders.services.rostering import set_roster
from marketplace.tenders.services.seeding import give_value
from marketplace.tenders.services.sheets import total as total_of
from marketplace.tenders.services.sources import choose_source
from marketplace.tenders.services.succession import (
    accept_substitution,
    decline_substitution,
    end_offer,
    give_up,
    lapse_award,
)
from marketplace.tenders.services.telling import remind_the_market, tell_the_market

__all__ = [
    "Offer",
    "accept_award",
    "accept_review",
    "accept_substitution",
    "amend",
    "announce_again",
    "answer",
    "answer_objection",
    "ask",
    "cancel",
    "choose",
    "choose_none",
    "choose_source",
    "confirm_bid",
    "create_draft",
    "decide",
    "decide_objection",
    "declare_missing",
    "declare_recusal",
    "decline_award",
    "decline_substitution",
    "discard_draft",
    "end_acceptance",
    "end_answer",
    "end_choice",
    "end_explanation",
    "end_offer",
    "end_pick",
    "end_publicity",
    "end_review",
    "ensure_rehearsal",
    "escalate_objection",
    "explain",
    "file_objection",
    "follow_contract",
    "give_up",
    "give_value",
    "hold_bid",
    "hold_sealed",
    "invite",
    "is_lawful",
    "lapse_award",
    "name_reviewer",
    "offered",
    "open_anonymous",
    "open_bids",
    "open_documents",
    "overridden",
    "pass_amendment",
    "pass_check",
    "pick",
    "place_bid",
    "place_sealed",
    "problems",
    "publish",
    "recuse_reviewer",
    "register_mandate",
    "rehearse",
    "related_purchases",
    "relax",
    "release_bid",
    "remind_the_invited",
    "remind_the_market",
    "remind_to_choose",
    "return_amendment",
    "return_check",
    "return_held",
    "save_draft",
    "save_sheet",
    "set_roster",
    "start_again",
    "take_back_held",
    "take_back_reviewer",
    "tell_of_amendment",
    "tell_the_answer",
    "tell_the_market",
    "total_of",
    "was_amended_since",
    "withdraw_bid",
    "withdraw_objection",
]
