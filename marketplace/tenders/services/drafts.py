"""Drafts: begin one, save it as it goes, put it aside, and begin anew after a failure."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation, User
from marketplace.accounts.roles import MemberRole, StaffRole
from marketplace.accounts.rules import is_mobile
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import QualificationType, Region, ServiceItem
from marketplace.core import locks, log
from marketplace.core.errors import NotAllowed, WrongState
from marketplace.core.models import StoredFile, Zone
from marketplace.tenders.models import Requirement, Tender
from marketplace.tenders.services import sources, tracing
from marketplace.tenders.services.moves import move
from marketplace.tenders.services.permission import require_buyer

FIELDS = (
    "item",
    "title",
    "content",
    "project_code",
    "project_name",
    "funds",
    "budget",
    "ceiling",
    "floor",
    "days",
    "payment_terms",
    "region",
    "local_only",
    "practitioners_needed",
    "method",
    "method_settings",
    "chosen_agency",
    "choice_reason",
    "draw_source",
    "draw_choice",
    "response_days",
    "contact_name",
    "contact_phone",
    "complaint_phone",
    "lint_reason",
    "splitting_reason",
)
Asked = tuple[int, QualificationType, str]  # group, type, minimum grade


@transaction.atomic
def create_draft(
    *,
    item: ServiceItem,
    by: Actor,
    project_code: str = "",
    project_name: str = "",
    project_reference: str = "",
    agent: User | None = None,
    buyer: Organisation | None = None,
    **fields: Any,
) -> Tender:
    """Begin a purchase of an item, filled in from the item; `fields` (of FIELDS) say otherwise.

    For the actor's own organisation, or by an agent officer (`agent`) for a `buyer`: who opens that door (`projects`)
    has checked the mandate. NotAllowed.
    """
    buyer = buyer or by.organisation
    if buyer is None or by.user is None:
        raise NotAllowed()
    as_agent = agent is not None and agent == by.user and by.has_staff_role(StaffRole.OFFICER)
    if not as_agent:
        by.require_member(buyer, MemberRole.BUYER)
    values = _defaults(item, buyer, by.user, fields.get("funds", Tender.Funds.PRIVATE)) | _known(fields)
    tender = Tender.objects.create(
        item=item,
        buyer=buyer,
        agent=agent,
        created_by=by.user,
        project_code=project_code,
        project_name=project_name,
        project_reference=project_reference,
        **{"title": _title(project_name, item)} | values,
    )
    _ask(tender, usual_requirements(item))
    log.record("tender.draft", tender, by=by, data={"item": item.code, "reference": project_reference})
    return tender


@transaction.atomic
def save_draft(
    tender: Tender,
    fields: dict[str, Any],
    requirements: Sequence[Asked] | None = None,
    attachments: Iterable[StoredFile] | None = None,
    *,
    by: Actor,
) -> Tender:
    """Write what is filled in so far; None leaves requirements or attachments as they are. WrongState."""
    tender = _locked_draft(tender, by)
    values = _known(fields)
    before = _kept(tender, values)
    for name, value in values.items():
        setattr(tender, name, value)
    tender.save(update_fields=list(values))
    if requirements is not None:
        tender.requirements.all().delete()
        _ask(tender, requirements)
    if attachments is not None:
        tender.attachments.set(attachments)
    tracing.edited(tender, before, _kept(tender, values), by=by)
    log.record("tender.save", tender, by=by, data={"fields": sorted(values)})
    return tender


@transaction.atomic
def discard_draft(tender: Tender, *, by: Actor) -> Tender:
    """Put a draft aside; it stays in the log."""
    tender = _locked_draft(tender, by)
    move(tender, "cancel", by=by, cancel_reason=_("草稿作废"))
    return tender


@transaction.atomic
def start_again(tender: Tender, *, by: Actor) -> Tender:
    """A new draft from a failed or cancelled tender, in the same chain as its next attempt; WrongState for others.

    An open draft of the chain is returned instead of making a second one.
    """
    tender = locks.exclusive(Tender, tender.pk)
    require_buyer(tender, by)
    if tender.state not in (Tender.State.FAILED, Tender.State.CANCELLED) or by.user is None or tender.is_invited:
        raise WrongState()
    chain = Tender.objects.filter(chain=tender.chain)
    if draft := chain.filter(state=Tender.State.DRAFT).first():
        return draft
    if chain.exclude(state__in=[Tender.State.FAILED, Tender.State.CANCELLED]).exists():
        raise WrongState()
    return copy_of(tender, by=by)


def copy_of(tender: Tender, *, by: Actor) -> Tender:
    """A draft with everything of the tender, as its chain's next attempt. Inside a transaction."""
    last = Tender.objects.filter(chain=tender.chain).aggregate(last=Max("attempt"))["last"] or 0
    again = Tender.objects.create(
        chain=tender.chain,
        attempt=last + 1,
        buyer=tender.buyer,
        created_by=by.user or tender.created_by,
        agent=tender.agent,
        project_reference=tender.project_reference,
        **{name: getattr(tender, name) for name in FIELDS} | sources.for_another_time(tender),
    )
    _ask(again, [(r.group, r.type, r.minimum_grade) for r in tender.requirements.select_related("type")])
    again.attachments.set(tender.attachments.all())
    log.record("tender.draft", again, by=by, data={"item": again.item.code, "after": tender.number or ""})
    return again


def usual_requirements(item: ServiceItem) -> list[Asked]:
    """What is lawfully asked for an item: its qualifications, which are alternatives of one another."""
    return [(1, each.type, each.minimum_grade) for each in catalogue.alternatives(item)]


def _defaults(item: ServiceItem, buyer: Organisation, user: User, funds: str) -> dict[str, Any]:
    zone, data = Zone.current(), catalogue.current_rules()
    return {
        "days": item.days,
        "response_days": data.periods.response,
        "draw_source": sources.usual(funds, data),
        "region": Region.objects.filter(code=zone.region_code).first() if zone else None,
        "practitioners_needed": 1 if item.kind == ServiceItem.Kind.PERSONS else 0,
        "contact_name": user.name,
        "contact_phone": buyer.phone or (user.username if is_mobile(user.username) else ""),
        "complaint_phone": zone.supervision_phone if zone else "",
    }


def _title(project_name: str, item: ServiceItem) -> str:
    return f"{project_name} {item.name}".strip()[:200]


def _known(fields: dict[str, Any]) -> dict[str, Any]:
    if unknown := set(fields) - set(FIELDS):
        raise TypeError(f"a tender has no fields {', '.join(sorted(unknown))}")
    return fields


def _locked_draft(tender: Tender, by: Actor) -> Tender:
    tender = locks.exclusive(Tender, tender.pk)
    require_buyer(tender, by)
    if tender.state != Tender.State.DRAFT:
        raise WrongState()
    return tender


def _kept(tender: Tender, names: Iterable[str]) -> dict[str, Any]:
    """What the inspectors' record compares: these fields, the requirements and the attachments as they stand."""
    asked = tender.requirements.select_related("type")
    return {name: tracing.plain(getattr(tender, name)) for name in names} | {
        "requirements": [[one.group, one.type.name, one.minimum_grade] for one in asked],
        "attachments": sorted(tender.attachments.values_list("sha256", flat=True)),
    }


def _ask(tender: Tender, requirements: Iterable[Asked]) -> None:
    """Write the requirements, a type once: the last that names it stands."""
    rows = {kind.pk: Requirement(tender=tender, group=g, type=kind, minimum_grade=m) for g, kind, m in requirements}
    Requirement.objects.bulk_create(rows.values())
