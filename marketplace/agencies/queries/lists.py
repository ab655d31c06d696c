"""Which agencies, certificates and requests somebody may see."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from marketplace.accounts.roles import StaffRole
from marketplace.agencies.models import (
    ADMITTED_STATES,
    PUBLIC_STATES,
    Agency,
    ChangeRequest,
    Practitioner,
    Qualification,
)

if TYPE_CHECKING:
    from marketplace.accounts.actors import Actor


def public() -> QuerySet[Agency]:
    """Agencies that anybody may see, with organisation and region."""
    return Agency.objects.filter(state__in=PUBLIC_STATES).select_related("organisation", "region")


def in_publicity() -> QuerySet[Agency]:
    """Agencies whose admission is public for objections."""
    return Agency.objects.filter(state=Agency.State.PUBLIC_NOTICE).select_related("organisation", "region")


def visible_to(actor: "Actor | None") -> QuerySet[Agency]:
    """What this actor may see: operators and supervisors all, others the public ones and their own."""
    everything = Agency.objects.select_related("organisation", "region")
    if actor is not None and actor.has_staff_role(StaffRole.OPERATOR, StaffRole.SUPERVISOR):
        return everything
    seen = everything.filter(state__in=PUBLIC_STATES)
    if actor is not None and actor.organisation is not None:
        seen = seen | everything.filter(organisation=actor.organisation)
    return seen


def of_actor(actor: "Actor | None") -> Agency | None:
    """The agency profile of the organisation for which the actor acts."""
    if actor is None or actor.organisation is None:
        return None
    found = Agency.objects.select_related("organisation", "region", "commitment")
    return found.filter(organisation=actor.organisation).first()


def admissions_waiting() -> QuerySet[Agency]:
    """Applications to review, the oldest first."""
    waiting = Agency.objects.filter(state=Agency.State.SUBMITTED)
    return waiting.select_related("organisation", "region").order_by("submitted_at")


def changes_waiting() -> QuerySet[ChangeRequest]:
    """Change requests to decide, the oldest first."""
    waiting = ChangeRequest.objects.filter(state=ChangeRequest.State.SUBMITTED)
    return waiting.select_related("agency__organisation").order_by("created_at")


def practitioners_waiting() -> QuerySet[Practitioner]:
    """People of admitted agencies to verify, the oldest first."""
    waiting = Practitioner.objects.filter(agency__state__in=ADMITTED_STATES, is_active=False, left_on=None)
    return waiting.exclude(submitted_at=None).select_related("agency__organisation", "scan").order_by("submitted_at")


def certificates_waiting() -> QuerySet[Qualification]:
    """Certificates of admitted agencies to verify, the oldest first."""
    waiting = Qualification.objects.filter(
        agency__state__in=ADMITTED_STATES, state__in=[Qualification.State.SUBMITTED, Qualification.State.MANUAL_CHECK]
    )
    return waiting.select_related("agency__organisation", "type", "replaces__type", "scan").order_by("submitted_at")
