"""The agent officers' mandates, as the storey that keeps them answers: an owner may take one back at any time.

Who had opened a purchase for its buyer acts for it, and reads what isn't public of it, only while the mandate holds.
"""

from collections.abc import Callable, Iterable

from django.db.models import Q

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import StaffRole
from marketplace.tenders.models import Tender

Mandate = Callable[[Iterable[str], Actor], set[str]]
_mandates: dict[str, Mandate] = {}


def register_mandate(name: str, mandate: Mandate) -> None:
    """Let a storey say which of these project references the actor may act for now."""
    _mandates[name] = mandate


def holds(tender: Tender, by: Actor | None) -> bool:
    """Whether the actor opened the tender as agent officer and may still act for its buyer."""
    if by is None or by.user is None or tender.agent_id != by.user.pk or not by.has_staff_role(StaffRole.OFFICER):
        return False
    return bool(_of([tender.project_reference], by))


def theirs(by: Actor | None, prefix: str = "") -> Q:
    """The tenders that the actor opened as agent officer and may still act for; `prefix` leads to the tender.

    Nobody else asks the database anything for it.
    """
    if by is None or by.user is None or not by.has_staff_role(StaffRole.OFFICER):
        return Q(pk__in=[])
    opened = Tender.objects.filter(agent=by.user).order_by().values_list("project_reference", flat=True)
    held = _of(opened.distinct(), by)
    return Q(**{f"{prefix}agent": by.user, f"{prefix}project_reference__in": held})


def _of(references: Iterable[str], by: Actor) -> set[str]:
    asked = {each for each in references if each}
    return {each for mandate in _mandates.values() for each in mandate(asked, by)} if asked else set()
