"""What this app does when something happened below."""

from marketplace.accounts.actors import Actor
from marketplace.contracts import services
from marketplace.tenders.events import AwardNoticed
from marketplace.tenders.models import Award


def draft(event: AwardNoticed) -> None:
    """An award notice has gone out: its contract is drafted."""
    award = Award.objects.select_related("tender__buyer", "tender__item", "tender__ruleset", "agency").get(
        pk=event.award_id
    )
    services.draft_contract(award, by=Actor.system())
