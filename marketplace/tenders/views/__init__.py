"""The pages of tenders."""

from marketplace.tenders.views.amending import amend, confirm
from marketplace.tenders.views.answering import accept, decline
from marketplace.tenders.views.asking import answer, ask
from marketplace.tenders.views.bidding import bid, receipt, receipt_check, receipt_file, withdraw
from marketplace.tenders.views.buying import again, cancel
from marketplace.tenders.views.contracting import ocds_json
from marketplace.tenders.views.desks import my_bids, my_tenders
from marketplace.tenders.views.drafting import begin, check, discard, edit, preview, screen
from marketplace.tenders.views.explaining import decide, explain
from marketplace.tenders.views.inspecting import inspection, inspection_csv, inspection_record, inspections
from marketplace.tenders.views.inviting import choose, invite
from marketplace.tenders.views.objecting import object_to, objection, withdraw_objection
from marketplace.tenders.views.opening import opening, opening_json, opening_stages
from marketplace.tenders.views.picking import pick
from marketplace.tenders.views.reading import bid_documents
from marketplace.tenders.views.recusing import recuse, recused
from marketplace.tenders.views.releasing import held_bid
from marketplace.tenders.views.reviewing import panel, review, review_documents
from marketplace.tenders.views.showing import notice, notice_pdf, record, result, tender
from marketplace.tenders.views.sourcing import draw_source
from marketplace.tenders.views.succeeding import give_up, substitute
from marketplace.tenders.views.verifying import verify, verify_file

__all__ = [
    "accept",
    "again",
    "amend",
    "answer",
    "ask",
    "begin",
    "bid",
    "bid_documents",
    "cancel",
    "check",
    "choose",
    "confirm",
    "decide",
    "decline",
    "discard",
    "draw_source",
    "edit",
    "explain",
    "give_up",
    "held_bid",
    "inspection",
    "inspection_csv",
    "inspection_record",
    "inspections",
    "invite",
    "my_bids",
    "my_tenders",
    "notice",
    "notice_pdf",
    "object_to",
    "objection",
    "ocds_json",
    "opening",
    "opening_json",
    "opening_stages",
    "panel",
    "pick",
    "preview",
    "receipt",
    "receipt_check",
    "receipt_file",
    "record",
    "recuse",
    "recused",
    "result",
    "review",
    "review_documents",
    "screen",
    "substitute",
    "tender",
    "verify",
    "verify_file",
    "withdraw",
    "withdraw_objection",
]
