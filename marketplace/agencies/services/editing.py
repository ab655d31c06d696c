"""The agency's own words about itself: basics and the commitment."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole
from marketplace.agencies import rules
from marketplace.agencies.models import Agency
from marketplace.agencies.services.access import ByRequest, changed, differences, editable
from marketplace.catalogue.models import Region
from marketplace.core import clock, log
from marketplace.core.errors import DomainError, NotAllowed
from marketplace.core.models import StoredFile

BASICS = (
    "legal_person",
    "contact_name",
    "contact_phone",
    "contact_email",
    "address",
    "region",
    "founded_on",
    "employees",
    "website",
    "business_scope",
)
KEY_BASICS = ("legal_person", "address", "region")


@transaction.atomic
def start_admission(*, by: Actor) -> Agency:
    """The organisation's agency profile, begun when there is none; one that was closed or rejected begins again."""
    if by.organisation is None:
        raise NotAllowed(_("请先登记单位，再办理机构入驻。"))
    by.require_member(by.organisation, MemberRole.BID_AUTHOR)
    organisation = by.organisation
    defaults = {"legal_person": organisation.legal_person, "address": organisation.address}
    agency, made = Agency.objects.get_or_create(organisation=organisation, defaults=defaults)
    if made:
        log.record("agency.started", agency, by=by)
    elif rules.ADMISSION.may(agency.state, "restart"):
        before = rules.ADMISSION.move(agency, "restart")
        agency.return_reasons = []
        agency.save(update_fields=["state", "return_reasons"])
        log.record("agency.restarted", agency, by=by, data={"from": before, "to": agency.state})
    return agency


@transaction.atomic
def save_basics(agency: Agency, data: Mapping[str, Any], *, by: Actor) -> Agency:
    """Write the given basics (names of BASICS; `region` a Region, its code, or None); others stay.

    ByRequest when an admitted agency's key data would change; UnderReview, NotAllowed.
    """
    agency = editable(agency, by)
    values = {name: data[name] for name in BASICS if name in data}
    if "region" in values:
        values["region"] = region_of(values["region"])
    difference = differences(agency, values)
    if agency.is_admitted and (fixed := [name for name in KEY_BASICS if name in difference]):
        raise ByRequest(field=fixed[0])
    founded = values.get("founded_on")
    if founded is not None and founded > clock.today():
        raise DomainError(_("成立日期不能晚于今天。"), field="founded_on")
    if difference:
        for name, value in values.items():
            setattr(agency, name, value)
        agency.save(update_fields=list(values))
        changed(agency, "agency.basics_saved", by=by, changed=difference)
    return agency


@transaction.atomic
def save_commitment(agency: Agency, commitment: StoredFile | None, *, agreed: bool, by: Actor) -> Agency:
    """Keep the stamped commitment letter, and when it was agreed to."""
    agency = editable(agency, by)
    agency.commitment = commitment
    agency.committed_at = clock.now() if agreed and commitment is not None else None
    agency.save(update_fields=["commitment", "committed_at"])
    changed(agency, "agency.commitment_saved", by=by, commitment=commitment, agreed=agreed)
    return agency


def region_of(value: Region | str | None) -> Region | None:
    """The region by itself or by its code. DomainError on the field `region` for an unknown code."""
    if value is None or isinstance(value, Region):
        return value
    if not value:
        return None
    region = Region.objects.filter(code=value).first()
    if region is None:
        raise DomainError(_("没有代码为 %(code)s 的地区。") % {"code": value}, field="region")
    return region
