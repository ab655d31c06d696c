"""New versions of the rules: proposed by one operator, approved by another."""

from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.accounts import queries as accounts
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import StaffRole
from marketplace.catalogue import queries
from marketplace.catalogue.loading import DEFAULT_REGION
from marketplace.catalogue.models import RuleSet
from marketplace.catalogue.rules import RuleData, differences
from marketplace.core import clock, deadlines, inbox, locks, log
from marketplace.core.errors import AlreadyDone, DomainError, NotAllowed, WrongState
from marketplace.core.models import Zone
from marketplace.core.rules import closing


class SamePerson(NotAllowed):
    """Rules take effect only when a second person has read them."""

    code = "same_person"
    message = gettext_lazy("规则须由另一位运营人员批准，提出人不能自己批准。")


@transaction.atomic
def propose_ruleset(data: dict[str, Any], effective_from: date, *, by: Actor, region_code: str = "") -> RuleSet:
    """Write the next version of a region's rules (the zone's, when none is named) as a draft.

    RuleDataError names every wrong key; DomainError when the date is past. NotAllowed for anybody but an operator.
    """
    by.require_staff(StaffRole.OPERATOR)
    checked = RuleData.from_json(data).to_json()
    if effective_from < clock.today():
        raise DomainError(_("生效日期不能早于今天。"), field="effective_from")
    zone = Zone.current()
    region = region_code or (zone.region_code if zone else DEFAULT_REGION)
    locks.counter(f"ruleset.{region}")
    last = RuleSet.objects.filter(region_code=region).order_by("-version").first()
    ruleset = RuleSet.objects.create(
        region_code=region,
        version=last.version + 1 if last else 1,
        data=checked,
        effective_from=effective_from,
        proposed_by=by.user,
    )
    log.record("catalogue.ruleset_proposed", ruleset, by=by, data={"version": ruleset.version, "rules": checked})
    others = [person for person in accounts.staff(StaffRole.OPERATOR) if person != by.user]
    url = reverse("ruleset:inspect", args=[ruleset.pk])
    inbox.tell(others, "catalogue.ruleset_proposed", url=url, version=ruleset.version, person=by.label)
    return ruleset


@transaction.atomic
def approve_ruleset(ruleset: RuleSet, *, by: Actor) -> RuleSet:
    """Let a proposed version take effect from its day on. SamePerson for its proposer; AlreadyDone, WrongState."""
    by.require_staff(StaffRole.OPERATOR)
    ruleset = _waiting(ruleset)
    if by.user is not None and ruleset.proposed_by_id == by.user.pk:
        raise SamePerson()
    ruleset.state, ruleset.approved_by = RuleSet.State.APPROVED, by.user
    ruleset.effective_from = max(ruleset.effective_from, clock.today())
    ruleset.save(update_fields=["state", "approved_by", "effective_from"])
    before = queries.predecessor(ruleset)
    changed = differences(RuleData.from_json(before.data) if before else None, RuleData.from_json(ruleset.data))
    data = {"version": ruleset.version, "effective_from": ruleset.effective_from.isoformat()}
    log.record("catalogue.ruleset_approved", ruleset, by=by, data={**data, "changed": [d.path for d in changed]})
    log.make_public("catalogue.ruleset_approved", ruleset, by=by, data={**data, "rules": ruleset.data})
    if ruleset.effective_from <= clock.today():
        retire_older(str(ruleset.pk))
    else:
        deadlines.put("catalogue.ruleset_in_force", ruleset, closing(ruleset.effective_from).replace(hour=0))
    return ruleset


@transaction.atomic
def refuse_ruleset(ruleset: RuleSet, reason: str, *, by: Actor) -> RuleSet:
    """Put a proposed version aside, with the reason."""
    by.require_staff(StaffRole.OPERATOR)
    ruleset = _waiting(ruleset)
    if not reason.strip():
        raise DomainError(_("请写明不予批准的原因。"), field="reason")
    ruleset.state = RuleSet.State.REFUSED
    ruleset.save(update_fields=["state"])
    log.record("catalogue.ruleset_refused", ruleset, by=by, data={"reason": reason})
    inbox.tell([ruleset.proposed_by], "catalogue.ruleset_refused", version=ruleset.version, reason=reason)
    return ruleset


@transaction.atomic
def retire_older(pk: str) -> None:
    """When a version takes effect, the ones before it are over; tenders keep the version of their day."""
    ruleset = locks.exclusive(RuleSet, pk)
    older = RuleSet.objects.filter(region_code=ruleset.region_code, version__lt=ruleset.version)
    for old in older.filter(state=RuleSet.State.APPROVED):
        old.state = RuleSet.State.RETIRED
        old.save(update_fields=["state"])
        log.record("catalogue.ruleset_retired", old, by=Actor.system(), data={"successor": ruleset.version})


def _waiting(ruleset: RuleSet) -> RuleSet:
    found = locks.exclusive(RuleSet, ruleset.pk)
    if found.state == RuleSet.State.APPROVED:
        raise AlreadyDone()
    if found.state != RuleSet.State.DRAFT:
        raise WrongState()
    return found
