"""What this app does when something happened below."""

from marketplace.accounts.actors import Actor
from marketplace.contracts import services
from marketplace.tenders.events import AwardEnded, AwardNoticed
from marketplace.tenders.models import Award


def draft(event: AwardNoticed) -> None:
    """An award notice has gone out: its contract is drafted."""
    award = Award.objects.select_related("tender__buyer", "tender__item", "tender__ruleset", "agency").get(
        pk=event.award_id
    )
    services.draft_contract(award, by=Actor.system())


def end(event: AwardEnded) -> None:
    """Its winner has given up: the contract that nobody has signed ends with the award."""
    services.end_with_award(Award.objects.get(pk=event.award_id))
