"""The roster of an item: kept by operators in versions that are public; who has won goes to its end."""

import hashlib
from collections.abc import Sequence

import rfc8785
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import StaffRole
from marketplace.agencies import queries as agencies
from marketplace.agencies.models import Agency
from marketplace.catalogue.models import ServiceItem
from marketplace.core import clock, locks, log
from marketplace.core.errors import AlreadyDone, DomainError
from marketplace.tenders.models import Roster, Tender
from marketplace.tenders.rules import Problem
from marketplace.tenders.services import wording

METHOD = "rotation"


class BadRoster(DomainError):
    """A roster that names somebody twice, or somebody who isn't admitted."""

    code = "bad_roster"
    status = 422
    message = gettext_lazy("名册不能这样保存。")
    field = "agencies"


class ChangedMeanwhile(BadRoster):
    """The roster has a newer version than the one that was edited."""

    code = "changed_meanwhile"
    message = gettext_lazy("名册已有新的版本（可能有机构刚刚中选），请刷新后重新编制。")


def current(item: ServiceItem) -> Roster | None:
    """The version that counts now."""
    return Roster.objects.filter(item=item).order_by("-version").first()


def missing(item: ServiceItem) -> list[Agency]:
    """Admitted agencies that offer the item and are not on its roster, in the order of their admission."""
    roster = current(item)
    offering = agencies.public().filter(state=Agency.State.ACTIVE, offers__item=item, offers__is_active=True)
    listed = roster.agencies if roster else []
    return list(offering.exclude(organisation__credit_code__in=listed).distinct().order_by("pk"))


@transaction.atomic
def set_roster(item: ServiceItem, codes: Sequence[str], reason: str, *, after: int, by: Actor) -> Roster:
    """A new version, made from version `after` (0: none), with a reason that is public.

    BadRoster, ChangedMeanwhile, AlreadyDone (nothing changed), ReasonMissing, NotAllowed.
    """
    by.require_staff(StaffRole.OPERATOR)
    locks.counter(_lock(item))
    before = current(item)
    codes = list(codes)
    if before is not None and list(before.agencies) == codes:
        raise AlreadyDone()
    if (before.version if before else 0) != after:
        raise ChangedMeanwhile()
    if not codes:
        raise BadRoster(_("名册不能是空的。"))
    if len(set(codes)) < len(codes):
        raise BadRoster(_("名册中有重复的机构。"))
    known = set(
        agencies.public()
        .filter(organisation__credit_code__in=codes)
        .values_list("organisation__credit_code", flat=True)
    )
    if unknown := [code for code in codes if code not in known]:
        raise BadRoster(_("没有找到在驻机构：%(codes)s。") % {"codes": "、".join(unknown)})
    return _write(item, codes, wording.required(reason, 1000, field="reason"), by)


def turn(tender: Tender, code: str) -> None:
    """Who has won goes to the end of the roster as it is now. Inside the award's transaction; once an award."""
    if tender.method != METHOD:
        return
    locks.counter(_lock(tender.item))
    before = current(tender.item)
    if before is None or code not in before.agencies or before.agencies[-1] == code:
        return
    codes = [each for each in before.agencies if each != code] + [code]
    reason = _("%(code)s 在采购项目 %(number)s 中选，排到名册末位。") % {"code": code, "number": tender.number}
    _write(tender.item, codes, reason, Actor.system())


def frozen(tender: Tender) -> dict[str, object]:
    """The tender's settings with the roster of this moment, as the announcement fixes it."""
    roster = current(tender.item)
    if tender.method != METHOD or roster is None:
        return dict(tender.method_settings)
    return tender.method_settings | {"roster": list(roster.agencies), "roster_version": roster.version}


def problems(tender: Tender) -> list[Problem]:
    """What stands against a rotation: an item without a roster."""
    if tender.method != METHOD or current(tender.item) is not None:
        return []
    sentence = _("该事项还没有轮候名册，不能用轮候方式。请换一种选取方式，或请运营人员先编制名册。")
    return [Problem("roster_missing", "method", sentence)]


def _write(item: ServiceItem, codes: list[str], reason: str, by: Actor) -> Roster:
    before = current(item)
    roster = Roster.objects.create(
        item=item,
        version=(before.version if before else 0) + 1,
        agencies=codes,
        reason=reason,
        made_at=clock.now(),
        made_by=by.user,
    )
    digest = hashlib.sha256(rfc8785.dumps(codes)).hexdigest()
    told = {"item": item.code, "version": roster.version, "agencies": codes, "sha256": digest, "reason": reason}
    log.record("roster.changed", roster, by=by, data=told)
    log.make_public("roster.changed", roster, by=by, data=told)
    return roster


def _lock(item: ServiceItem) -> str:
    return f"roster-{item.code}"
