"""Bids: until the opening only for the people of their author's own organisation, afterwards for everybody."""

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole
from marketplace.agencies.models import Agency, Practitioner
from marketplace.tenders.models import Bid, HeldBid, Tender

UNDECIDED = (
    Tender.State.CLOSED,
    Tender.State.SELECTING,
    Tender.State.SELECTED,
    Tender.State.PUBLICITY,
    Tender.State.SUSPENDED,
)
MAY_WIN = (Bid.State.SEALED, Bid.State.VALID, Bid.State.SHORTLISTED, Bid.State.WINNER, Bid.State.SUBSTITUTE)
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


def held_of(actor: Actor | None) -> QuerySet[HeldBid]:
    """What the actor's organisation has sealed for release, for those who write or release its responses."""
    writes = actor is not None and actor.acts_for(actor.organisation, MemberRole.BID_AUTHOR, MemberRole.RELEASER)
    if actor is None or actor.user is None or not writes:
        return HeldBid.objects.none()
    own = HeldBid.objects.filter(agency__organisation=actor.organisation)
    return own.select_related("tender__item", "tender__buyer", "agency__organisation", "author", "ended_by", "bid")


def waiting_bid(tender: Tender, agency: Agency) -> HeldBid | None:
    """What the agency has sealed and not released yet. For its own people only: who asks sees to it."""
    return HeldBid.objects.filter(tender=tender, agency=agency, state=HeldBid.State.WAITING).first()


def to_release(actor: Actor) -> QuerySet[HeldBid]:
    """What waits for this person's release while the tender is open: sealed by somebody else of the agency."""
    if actor.user is None or not actor.acts_for(actor.organisation, MemberRole.RELEASER):
        return HeldBid.objects.none()
    waiting = held_of(actor).filter(state=HeldBid.State.WAITING, tender__state=Tender.State.PUBLISHED)
    return waiting.exclude(author=actor.user).order_by("tender__closes_at", "pk")


def may_answer(tender: Tender, actor: Actor | None) -> bool:
    """Whether the actor may answer now for the directly chosen agency; in time or not, its service says."""
    agency = tender.chosen_agency
    if actor is None or actor.user is None or agency is None or tender.state != Tender.State.SELECTING:
        return False
    return actor.acts_for(agency.organisation, MemberRole.BID_AUTHOR)


def obstacles(agency: Agency) -> list[str]:
    """Why the agency can't leave yet, in sentences for its own people: responses that may still win."""
    sealed = Bid.objects.filter(agency=agency, state=Bid.State.SEALED, tender__state=Tender.State.PUBLISHED).count()
    waiting = Bid.objects.filter(agency=agency, state__in=MAY_WIN, tender__state__in=UNDECIDED).count()
    waiting += Tender.objects.filter(chosen_agency=agency, state__in=UNDECIDED, bids=None).count()
    found = []
    if sealed:
        found.append(_("还有 %(n)d 份响应尚未开标，请先撤回。") % {"n": sealed})
    if waiting:
        found.append(_("还有 %(n)d 个项目的选取结果尚未确定，请等候中选通知。") % {"n": waiting})
    return found


def opened_bids(tender: Tender) -> QuerySet[Bid]:
    """What the opening of this tender found, ranked first; nothing before it, nor when it was left sealed."""
    found = Bid.objects.filter(tender=tender, tender__opened_at__isnull=False).exclude(state__in=NOT_OPENED)
    return (
        found.select_related("agency__organisation", "documents")
        .defer("ciphertext")
        .order_by(F("rank").asc(nulls_last=True), "invalid_reason", "pk")
    )


def team_of(agency: Agency) -> QuerySet[Practitioner]:
    """Whom the agency may name in an offer: those on its register."""
    return Practitioner.objects.filter(agency=agency, is_active=True).order_by("name", "pk")
