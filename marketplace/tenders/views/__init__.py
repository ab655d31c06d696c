"""The pages of tenders."""

from marketplace.tenders.views.answering import accept, decline
from marketplace.tenders.views.bidding import bid, receipt, receipt_check, receipt_file, withdraw
from marketplace.tenders.views.buying import again, begin, cancel, discard, edit, preview
from marketplace.tenders.views.desks import my_bids, my_tenders
from marketplace.tenders.views.reading import bid_documents
from marketplace.tenders.views.showing import notice, notice_pdf, record, result, tender

__all__ = [
    "accept",
    "again",
    "begin",
    "bid",
    "bid_documents",
    "cancel",
    "decline",
    "discard",
    "edit",
    "my_bids",
    "my_tenders",
    "notice",
    "notice_pdf",
    "preview",
    "receipt",
    "receipt_check",
    "receipt_file",
    "record",
    "result",
    "tender",
    "withdraw",
]
