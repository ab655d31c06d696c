"""Invited quotes: a few firms are asked in one form for sealed quotes. Private money; nobody else ever sees it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from marketplace.accounts.actors import Actor
from marketplace.agencies import queries as agencies
from marketplace.agencies.models import Agency
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import ServiceItem
from marketplace.core import calendar, clock, deadlines, locks
from marketplace.core.errors import NotAllowed
from marketplace.core.models import StoredFile
from marketplace.tenders import conflicts, rules, sealing
from marketplace.tenders.eligibility import Report, needs_of, reports
from marketplace.tenders.errors import NotInvitable, NotPublishable
from marketplace.tenders.models import Invitation, Requirement, Tender
from marketplace.tenders.selection import registry
from marketplace.tenders.selection.base import text_of
from marketplace.tenders.services import disclosing, drafts, rehearsing, telling
from marketplace.tenders.services.checks import plan_of
from marketplace.tenders.services.moves import move
from marketplace.tenders.services.permission import require_verified_buyer

SERIES = "YQ"  # of the invitations' numbers: they leave no gap in those of the announcements
METHOD = "invited"
REMIND = timedelta(days=1)  # before the close


@transaction.atomic
def invite(
    invited: Sequence[Agency],
    *,
    item: ServiceItem,
    key: UUID,
    by: Actor,
    attachments: Sequence[StoredFile] = (),
    **fields: Any,
) -> Tender:
    """Ask these agencies for sealed quotes; `fields` (of drafts.FIELDS) say what else the item doesn't.

    The same form sent twice (`key`) invites once. NotPublishable names every problem with its field, NotInvitable every
    agency that may not respond, and why; nothing is sent then. NotAllowed, NotVerified.
    """
    year = clock.today().year
    locks.counter(f"{SERIES}-{year}")
    if earlier := Tender.objects.filter(chain=key).first():
        if not earlier.is_invited or earlier.buyer != by.organisation:
            raise NotAllowed()
        return earlier
    tender = drafts.create_draft(item=item, by=by, method=METHOD, funds=Tender.Funds.PRIVATE, **fields)
    require_verified_buyer(tender, by)
    tender.chain = key
    tender.save(update_fields=["chain"])
    tender.attachments.set(attachments)
    reports = _reports(tender, invited, list(tender.requirements.select_related("type")))
    Invitation.objects.bulk_create(
        Invitation(tender=tender, agency=agency, eligibility=reports[agency.pk].to_json()) for agency in invited
    )
    if found := rules.problems(plan_of(tender), catalogue.current_rules(), registry.announced()):
        raise NotPublishable(found)
    if not all(each.is_eligible for each in reports.values()):
        raise NotInvitable({agency.credit_code: reports[agency.pk] for agency in invited})
    tender.number = locks.next_number(SERIES, year)
    tender.save(update_fields=["number"])
    _send(tender, by=by)
    return tender


def reports_for(invited: Sequence[Agency], *, item: ServiceItem, by: Actor, **fields: Any) -> dict[int, Report]:
    """Whether each of these agencies may be asked for this item, by its key; nothing is written."""
    assert by.organisation is not None
    tender = Tender(item=item, buyer=by.organisation, method=METHOD, **fields)
    asked = [Requirement(group=g, type=kind, minimum_grade=grade) for g, kind, grade in drafts.usual_requirements(item)]
    return _reports(tender, invited, asked)


@transaction.atomic
def remind_the_invited(pk: str) -> None:
    """Tell all invited once more that the close is near: the same words to each, so that none says who has answered."""
    tender = Tender.objects.select_related("buyer").defer("record").get(pk=pk)
    if tender.state == Tender.State.PUBLISHED and rules.in_time(clock.now(), tender.closes_at):
        closes = telling.written(tender.closes_at)
        telling.tell_invited(tender, "tenders.invitation_closing", buyer_too=False, closes=closes)


def terms(tender: Tender) -> dict[str, Any]:
    """What all invited are told, as its hash in the public log commits to it. Who is invited stands apart."""
    ruleset = tender.ruleset
    asked = tender.requirements.select_related("type")
    return {
        "number": tender.number,
        "title": tender.title,
        "content": tender.content,
        "item": tender.item.code,
        "buyer": {"code": tender.buyer.credit_code, **tender.buyer_facts},
        "project": tender.project_code,
        "funds": tender.funds,
        "ceiling": text_of(tender.ceiling),
        "days": tender.days,
        "requirements": [{"group": r.group, "type": r.type.slug, "grade": r.minimum_grade} for r in asked],
        "closes_at": tender.closes_at.isoformat() if tender.closes_at else None,
        "ruleset": f"{ruleset.region_code}/{ruleset.version}" if ruleset else None,
        "public_key": tender.public_key,
        "attachments": sorted(tender.attachments.values_list("sha256", flat=True)),
    }


def _send(tender: Tender, *, by: Actor) -> None:
    """Freeze the rules, make the key, set the close, tell the invited."""
    moment = clock.now()
    public_key, wrapped_key = sealing.new_keys()
    rehearsing.prove_new(public_key, wrapped_key)
    closes_at = calendar.closes_at(moment, tender.response_days)
    move(tender, "schedule", by=by, itself=True)
    changes: dict[str, Any] = {
        "ruleset": catalogue.current_ruleset(),
        "invited_at": moment,
        "closes_at": closes_at,
        "public_key": public_key,
        "wrapped_key": wrapped_key,
        "buyer_facts": conflicts.facts_now(tender),
    }
    move(tender, "publish", by=by, **changes)
    disclosing.act("tender.invited", tender, by=by, data=terms(tender))
    names = tender.invitations.values_list("agency__organisation__credit_code", flat=True)
    disclosing.act("tender.invitees", tender, by=by, data={"agencies": sorted(names)})
    deadlines.put("tenders.opening", tender, closes_at)
    if closes_at - REMIND > moment:
        deadlines.put("tenders.invitation_reminder", tender, closes_at - REMIND)
    telling.tell_agencies(
        list(tender.invitations.values_list("agency_id", flat=True)),
        "tenders.invited",
        url=reverse("tender", args=[tender.number]),
        title=tender.title,
        number=tender.number,
        buyer=tender.buyer.name,
        closes=telling.written(closes_at),
    )


def _reports(tender: Tender, invited: Sequence[Agency], asked: list[Requirement]) -> dict[int, Report]:
    needs = needs_of(tender, catalogue.current_rules(), asked)
    facts = agencies.facts_many(Agency.objects.filter(pk__in=[agency.pk for agency in invited]))
    return reports(tender, needs, facts, clock.today())
