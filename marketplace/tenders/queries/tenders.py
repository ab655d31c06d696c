"""Tenders by who looks. None of these joins or counts bids."""

from django.db.models import Q, QuerySet

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import StaffRole
from marketplace.agencies.models import Agency
from marketplace.core import clock
from marketplace.tenders import mandates
from marketplace.tenders.models import Award, Invitation, Tender

HEAVY = ("record", "wrapped_key")  # not for lists


def public() -> QuerySet[Tender]:
    """Everything that was ever announced; invitations never are."""
    return Tender.objects.filter(published_at__isnull=False).defer(*HEAVY)


def not_yet_opened() -> QuerySet[Tender]:
    """Those to which responses are, or may be, sealed now; with their keys. For the house, not for a viewer."""
    waiting = (Tender.State.PUBLISHED, Tender.State.CLOSED)
    return Tender.objects.filter(state__in=waiting, closes_at__isnull=False).defer("record", "content")


def visible_to(actor: Actor | None) -> QuerySet[Tender]:
    """What this actor may see: the announced, those of their organisation or mandate, those they were invited to;
    operators all but drafts.
    """
    seen = Q(published_at__isnull=False)
    if actor is not None and actor.user is not None:
        seen |= mandates.theirs(actor)
        if actor.organisation is not None:
            seen |= Q(buyer=actor.organisation)
            invited = Invitation.objects.filter(agency__organisation=actor.organisation)
            seen |= Q(pk__in=invited.values("tender"), invited_at__isnull=False)
        if actor.has_staff_role(StaffRole.OPERATOR, StaffRole.SUPERVISOR):
            seen |= Q(number__isnull=False) & ~Q(state=Tender.State.DRAFT)
    return Tender.objects.filter(seen).defer(*HEAVY)


def of_buyer(actor: Actor) -> QuerySet[Tender]:
    """The tenders of the actor's organisation, and those of their mandates as agent officer; the newest first."""
    mine = mandates.theirs(actor)
    if actor.organisation is not None:
        mine |= Q(buyer=actor.organisation)
    return Tender.objects.filter(mine).defer(*HEAVY).select_related("item", "buyer").order_by("-created_at", "-pk")


def announced(number: str) -> QuerySet[Tender]:
    """The tender of this number that was announced and waits for its close, whether or not that has passed."""
    return Tender.objects.filter(number=number, published_at__isnull=False, state=Tender.State.PUBLISHED).order_by()


def open_now() -> QuerySet[Tender]:
    """Tenders that take responses at this moment, the nearest close first."""
    found = public().filter(state=Tender.State.PUBLISHED, closes_at__gt=clock.now())
    return found.select_related("item", "buyer", "region", "ruleset").order_by("closes_at", "pk")


def invited_to(agency: Agency) -> QuerySet[Tender]:
    """The invitations that the agency may answer at this moment, the nearest close first."""
    found = Tender.objects.filter(invitations__agency=agency, state=Tender.State.PUBLISHED, closes_at__gt=clock.now())
    return found.defer(*HEAVY).select_related("item", "buyer", "region", "ruleset").order_by("closes_at", "pk")


def sees_everything_of(tender: Tender, actor: Actor | None) -> bool:
    """Whether the actor may know all who take part in an invitation: the buyer's people and the house, not a rival."""
    if actor is None or actor.user is None:
        return False
    if actor.has_staff_role(StaffRole.OPERATOR, StaffRole.SUPERVISOR) or mandates.holds(tender, actor):
        return True
    return actor.organisation is not None and actor.organisation.pk == tender.buyer_id


def attempts(tender: Tender, actor: Actor | None) -> QuerySet[Tender]:
    """All attempts of the tender's chain that the actor may see, in their order."""
    return visible_to(actor).filter(chain=tender.chain, number__isnull=False).order_by("attempt")


def checking(actor: Actor) -> QuerySet[Tender]:
    """What waits for an operator's check, the oldest first."""
    if actor.user is None or not actor.has_staff_role(StaffRole.OPERATOR):
        return Tender.objects.none()
    waiting = Tender.objects.filter(state=Tender.State.CHECKING).defer(*HEAVY)
    return waiting.select_related("item", "buyer").order_by("submitted_at", "pk")


def awards() -> QuerySet[Award]:
    """Awards whose notice has gone out, the newest first; of what was announced, for anybody to see."""
    noticed = Award.objects.filter(noticed_at__isnull=False, ended_at=None, tender__published_at__isnull=False)
    return noticed.select_related("tender__item", "tender__buyer", "agency__organisation").order_by("-noticed_at")
