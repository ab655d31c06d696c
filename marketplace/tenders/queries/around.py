"""What stands around a tender: who may see, and who may act."""

from django.db.models import QuerySet

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole, StaffRole
from marketplace.agencies.models import Agency
from marketplace.tenders.models import Amendment, Bid, Objection, PriceExplanation, Question, SubstituteOffer, Tender
from marketplace.tenders.queries.bids import NOT_OPENED
from marketplace.tenders.selection import registry

RANKABLE = (Bid.State.VALID, Bid.State.SHORTLISTED, Bid.State.WINNER, Bid.State.SUBSTITUTE, Bid.State.LOST)


def may_object(tender: Tender, agency: Agency) -> bool:
    """Whether the agency had a part in the purchase; where nobody responds, whether it offers the item."""
    if registry.get(tender.method).takes_bids:
        return tender.bids.filter(agency=agency).exclude(state__in=NOT_OPENED).exists()
    offers = agency.offers.filter(item=tender.item, is_active=True)
    return agency.state == Agency.State.ACTIVE and agency.pk != tender.chosen_agency_id and offers.exists()


def rankable(tender: Tender) -> QuerySet[Bid]:
    """The responses that count in the present ranking, the best first."""
    found = Bid.objects.filter(tender=tender, state__in=RANKABLE).select_related("agency__organisation")
    return found.defer("ciphertext", "opened").order_by("rank", "pk")


def questions(tender: Tender) -> QuerySet[Question]:
    """All questions about a tender, for its buyer; who asked is not read."""
    return Question.objects.filter(tender=tender).defer("asked_by", "asked_for", "key").order_by("asked_at", "pk")


def answered(tender: Tender) -> QuerySet[Question]:
    """The questions that are public, with their answers, in the order in which they were answered."""
    return questions(tender).filter(state=Question.State.ANSWERED).order_by("answered_at", "pk")


def amendments(tender: Tender) -> QuerySet[Amendment]:
    """The amendments that are in force, in their order."""
    return Amendment.objects.filter(tender=tender, state=Amendment.State.PUBLISHED).order_by("number")


def amendments_to_check(actor: Actor) -> QuerySet[Amendment]:
    """What waits for an operator's check, the oldest first."""
    if actor.user is None or not actor.has_staff_role(StaffRole.OPERATOR):
        return Amendment.objects.none()
    waiting = Amendment.objects.filter(state=Amendment.State.CHECKING, tender__state=Tender.State.PUBLISHED)
    return waiting.select_related("tender__buyer", "tender__item").order_by("made_at", "pk")


def objections(tender: Tender) -> QuerySet[Objection]:
    """All objections to a tender's results, in their order; they are public."""
    found = Objection.objects.filter(tender=tender, tender__published_at__isnull=False)
    return found.select_related("agency__organisation", "against__organisation", "evidence")


def explanations(tender: Tender) -> QuerySet[PriceExplanation]:
    """All explanations of low prices of a tender; their words are public, their files are not."""
    return PriceExplanation.objects.filter(tender=tender).select_related("agency__organisation", "file")


def may_give_up(tender: Tender, actor: Actor | None) -> bool:
    """Whether the actor acts for the winner of a tender that has no contract in force yet."""
    if tender.state not in (Tender.State.PUBLICITY, Tender.State.NOTIFIED):
        return False
    if actor is None or actor.user is None or actor.organisation is None:
        return False
    if not actor.acts_for(actor.organisation, MemberRole.BID_AUTHOR):
        return False
    if registry.get(tender.method).takes_bids:
        own = tender.bids.filter(agency__organisation=actor.organisation)
        return own.filter(state=Bid.State.WINNER).exists()
    chosen = tender.chosen_agency
    return chosen is not None and chosen.organisation_id == actor.organisation.pk


def own_offer(tender: Tender, actor: Actor | None) -> SubstituteOffer | None:
    """What the actor's agency was asked as a substitute, the last time."""
    if actor is None or actor.user is None or not actor.acts_for(actor.organisation, MemberRole.BID_AUTHOR):
        return None
    found = SubstituteOffer.objects.filter(tender=tender, bid__agency__organisation=actor.organisation)
    return found.select_related("bid__agency__organisation").last()


def own_explanation(tender: Tender, actor: Actor | None) -> PriceExplanation | None:
    """The explanation that the actor's agency was asked for, where the actor writes for it."""
    if actor is None or actor.user is None or not actor.acts_for(actor.organisation, MemberRole.BID_AUTHOR):
        return None
    return explanations(tender).filter(agency__organisation=actor.organisation).first()
