"""A response's documents: anonymised for reviewers, and for the buyer after the opening; each look is logged."""

from pathlib import PurePosixPath

from django.utils.translation import gettext_lazy as _

from marketplace.accounts.actors import Actor
from marketplace.core import files, log
from marketplace.core.errors import DomainError
from marketplace.tenders import sealing
from marketplace.tenders.documents import Document, SealedDocuments
from marketplace.tenders.models import Bid, Reviewer
from marketplace.tenders.services import tracing
from marketplace.tenders.services.permission import require_buyer


class DocumentsUnreadable(DomainError):
    """An envelope that doesn't open, or isn't the one that was committed to."""

    code = "documents_unreadable"
    status = 422
    message = _("响应文件无法打开，或与封存时的承诺不一致。报价不受影响。")


def open_documents(bid: Bid, *, by: Actor) -> list[Document]:
    """The files of an opened response, for the people of its buyer. NotAllowed, DocumentsUnreadable.

    `bid` comes from `queries.opened_bids`, with its tender. Nothing is stored in the clear.
    """
    tender = bid.tender
    require_buyer(tender, by)
    log.record("bid.read_documents", bid, by=by, data={"tender": tender.number})
    committed = sealing.read(bid.opened.encode())
    stored = bid.documents
    if committed is None or committed.documents != stored.sha256:
        raise DocumentsUnreadable()
    ciphertext = files.path_of(stored.sha256).read_bytes()
    opener = sealing.Opener(bytes(tender.wrapped_key or b""))
    found = opener.open_documents(SealedDocuments(ciphertext, bytes(stored.sealed_key)))
    if found is None:
        raise DocumentsUnreadable()
    tracing.documents(bid, found, by=by)
    return found


def open_anonymous(bid: Bid, letter: str, reviewer: Reviewer) -> list[Document]:
    """The files of a response that is still sealed, under neutral names, for a reviewer. DocumentsUnreadable.

    The price envelope is opened in memory for the hash of the files alone. `bid` comes with its tender and agency.
    """
    tender, code = bid.tender, bid.agency.organisation.credit_code
    who = Actor.of(reviewer.person)
    log.record("bid.review_documents", bid, by=who, data={"tender": tender.number, "letter": letter})
    opener = sealing.Opener(bytes(tender.wrapped_key or b""))
    envelope = opener.open(bytes(bid.ciphertext), bid.commitment, tender=tender.number or "", agency=code)
    stored = bid.documents
    if envelope is None or envelope.documents != stored.sha256:
        raise DocumentsUnreadable()
    ciphertext = files.path_of(stored.sha256).read_bytes()
    found = opener.open_documents(SealedDocuments(ciphertext, bytes(stored.sealed_key)))
    if found is None:
        raise DocumentsUnreadable()
    return [
        Document(f"{letter}-{n}{PurePosixPath(one.name).suffix[:8].lower()}", one.content)
        for n, one in enumerate(found, start=1)
    ]
