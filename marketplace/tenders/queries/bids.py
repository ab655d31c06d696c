"""Bids: until the opening only for the people of their author's own organisation, afterwards for everybody."""

from django.db.models import QuerySet

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole
from marketplace.agencies.models import Agency, Practitioner
from marketplace.tenders.models import Bid, Tender

NOT_OPENED = (Bid.State.SEALED, Bid.State.REPLACED, Bid.State.WITHDRAWN, Bid.State.DRAFT)


def receipts_of(actor: Actor | None) -> QuerySet[Bid]:
    """The responses of the actor's organisation, whatever became of them."""
    if actor is None or actor.user is None or not actor.acts_for(actor.organisation, MemberRole.BID_AUTHOR):
        return Bid.objects.none()
    own = Bid.objects.filter(agency__organisation=actor.organisation)
    return own.select_related("tender__item", "tender__buyer", "agency__organisation", "author")


def bids_of(actor: Actor | None) -> QuerySet[Bid]:
    """The organisation's last word on each tender, the newest first."""
    return receipts_of(actor).exclude(state=Bid.State.REPLACED).defer("ciphertext", "opened").order_by("-submitted_at")


def live_bid(tender: Tender, agency: Agency) -> Bid | None:
    """The agency's sealed response that counts now. For its own people only: who asks sees to it."""
    return Bid.objects.filter(tender=tender, agency=agency, state=Bid.State.SEALED).first()


def opened_bids(tender: Tender) -> QuerySet[Bid]:
    """What the opening of this tender found, ranked first; nothing before it, nor when it was left sealed."""
    found = Bid.objects.filter(tender=tender, tender__opened_at__isnull=False).exclude(state__in=NOT_OPENED)
    return (
        found.select_related("agency__organisation", "documents")
        .defer("ciphertext")
        .order_by("rank", "invalid_reason", "pk")
    )


def team_of(agency: Agency) -> QuerySet[Practitioner]:
    """Whom the agency may name in an offer: those on its register."""
    return Practitioner.objects.filter(agency=agency, is_active=True).order_by("name", "pk")
