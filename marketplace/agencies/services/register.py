"""The agency's people, past work and offers, written by itself; people count when an operator has looked at them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts import queries as accounts
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole, StaffRole
from marketplace.agencies.models import COUNTING_STATES, Agency, PastWork, Practitioner, Qualification, ServiceOffer
from marketplace.agencies.services.access import changed, editable, require_as_shown, reviewed, today
from marketplace.agencies.services.editing import region_of
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import ServiceItem
from marketplace.core import clock, inbox, locks
from marketplace.core.errors import AlreadyDone, DomainError

PROVED = ("name", "licence", "licence_number", "valid_until", "scan")  # what an operator compares with the scan
PERSON = ("name", "licence", "licence_number", "title", "valid_until", "scan")
WORK = ("item", "title", "client", "industry", "amount", "started_on", "finished_on", "evidence")
OFFER = ("item", "price_mode", "price", "unit", "price_rule", "days", "content", "is_active")


class Clash(DomainError):
    """The person's licence stands on another agency's register: one person, one agency."""

    code = "clash"


@transaction.atomic
def save_practitioner(
    agency: Agency, data: Mapping[str, Any], *, by: Actor, practitioner: Practitioner | None = None
) -> Practitioner:
    """Write a licensed person (fields of PERSON). Of an admitted agency it goes to an operator and counts afterwards;
    a changed licence goes there again. Clash."""
    agency = editable(agency, by)
    row = agency.practitioners.get(pk=practitioner.pk) if practitioner is not None else Practitioner(agency=agency)
    before = [getattr(row, f"{name}_id" if name == "scan" else name) for name in PROVED]
    for name in PERSON:
        if name in data:
            setattr(row, name, data[name])
    is_same = row.is_active and before == [getattr(row, f"{name}_id" if name == "scan" else name) for name in PROVED]
    if row.valid_until is not None and row.valid_until < today():
        said = {"day": row.valid_until.isoformat()}
        raise DomainError(_("该执业证书已于 %(day)s 到期，请更新后再登记。") % said, field="valid_until")
    if agency.is_admitted:
        if other := holder_of(row):
            sentence = _("该证书已在“%(agency)s”在册，请本人先办理转注册。")
            raise Clash(sentence % {"agency": other}, field="licence_number")
        if not is_same:
            row.is_active, row.submitted_at, row.verified_at, row.reason = False, clock.now(), None, ""
    row.save()
    changed(agency, "agency.practitioner_saved", by=by, about=row, number=row.licence_number)
    if row.is_waiting:
        url = reverse("agencies_practitioner", args=[row.pk])
        people = accounts.staff(StaffRole.OPERATOR)
        inbox.tell(people, "agencies.practitioner_waiting", url=url, agency=str(agency), name=str(row))
    return row


@transaction.atomic
def verify_practitioner(practitioner: Practitioner, *, shown: str, by: Actor) -> Practitioner:
    """Put a person of an admitted agency on its register, as they were `shown_as` to the operator.

    ChangedMeanwhile, Clash, AlreadyDone, NotAllowed.
    """
    agency, row = _waiting(practitioner, shown, by)
    if other := holder_of(row):
        raise Clash(_("该证书已在“%(agency)s”在册，请退回。") % {"agency": other})
    if row.valid_until is not None and row.valid_until < today():
        raise DomainError(_("该执业证书已过期，请退回并要求更新。"))
    row.is_active, row.verified_at = True, clock.now()
    row.save(update_fields=["is_active", "verified_at"])
    changed(agency, "agency.practitioner_verified", by=by, about=row, number=row.licence_number)
    _tell(agency, "agencies.practitioner_verified", name=str(row))
    return row


@transaction.atomic
def reject_practitioner(practitioner: Practitioner, reason: str, *, shown: str, by: Actor) -> Practitioner:
    """Leave a person off the register, with the reason. ChangedMeanwhile, AlreadyDone, NotAllowed, DomainError."""
    agency, row = _waiting(practitioner, shown, by)
    if not reason.strip():
        raise DomainError(_("请写明未通过的原因。"), field="reason")
    row.submitted_at, row.reason = None, reason.strip()[:300]
    row.save(update_fields=["submitted_at", "reason"])
    changed(agency, "agency.practitioner_rejected", by=by, about=row, reason=row.reason)
    _tell(agency, "agencies.practitioner_rejected", name=str(row), reason=row.reason)
    return row


def _waiting(practitioner: Practitioner, shown: str, by: Actor) -> tuple[Agency, Practitioner]:
    agency = reviewed(practitioner.agency, by)
    row = locks.exclusive(Practitioner, practitioner.pk)
    if not row.is_waiting:
        raise AlreadyDone()
    require_as_shown(row, shown)
    return agency, row


def _tell(agency: Agency, kind: str, **params: str) -> None:
    people = accounts.people_of(agency.organisation, MemberRole.ADMINISTRATOR, MemberRole.BID_AUTHOR)
    inbox.tell(people, kind, url=reverse("agency_practitioners"), agency=str(agency), **params)


@transaction.atomic
def remove_practitioner(practitioner: Practitioner, *, by: Actor) -> None:
    """A person leaves the register; a row of a draft goes away."""
    agency = editable(practitioner.agency, by)
    row = agency.practitioners.filter(pk=practitioner.pk).first()
    if row is None or row.left_on is not None:
        return
    changed(agency, "agency.practitioner_removed", by=by, about=row, number=row.licence_number)
    if not row.is_active:
        row.delete()
        return
    row.is_active, row.left_on = False, today()
    row.save(update_fields=["is_active", "left_on"])


def enter_practitioners(agency: Agency) -> list[Practitioner]:
    """Put an admitted agency's people on the register; returns those who stand on another one and stay off."""
    clashing = []
    for row in agency.practitioners.filter(is_active=False, left_on=None):
        if holder_of(row):
            clashing.append(row)
        else:
            row.is_active, row.verified_at = True, clock.now()
            row.save(update_fields=["is_active", "verified_at"])
    return clashing


def holder_of(row: Practitioner) -> Agency | None:
    """The other agency on whose register this licence number stands."""
    same = Practitioner.objects.filter(licence=row.licence, licence_number=row.licence_number, is_active=True)
    found = same.exclude(agency=row.agency).select_related("agency__organisation").first()
    if found is None and same.exclude(pk=row.pk).exists():
        raise Clash(_("该人员已登记，不用重复添加。"), field="licence_number")
    return found.agency if found else None


@transaction.atomic
def save_past_work(agency: Agency, data: Mapping[str, Any], *, by: Actor, work: PastWork | None = None) -> PastWork:
    """Write declared past work (fields of WORK; `item` or its code, or None). DomainError names the field."""
    agency = editable(agency, by)
    row = agency.past_work.get(pk=work.pk) if work is not None else PastWork(agency=agency)
    if row.contract_number:
        raise DomainError(_("这项业绩来自本平台合同，不能修改。"))
    for name in WORK:
        if name in data:
            setattr(row, name, item_of(data[name]) if name == "item" and data[name] else data[name])
    if row.finished_on > today():
        raise DomainError(_("完成日期不能晚于今天；未完成的项目不算业绩。"), field="finished_on")
    if row.finished_on < row.started_on:
        raise DomainError(_("完成日期不能早于开始日期。"), field="finished_on")
    if row.amount <= 0:
        raise DomainError(_("请填写合同金额，单位为元。"), field="amount")
    row.save()
    changed(agency, "agency.past_work_saved", by=by, about=row, amount=row.amount)
    return row


@transaction.atomic
def remove_past_work(work: PastWork, *, by: Actor) -> None:
    """Take back declared past work; work under this market's contracts stays."""
    agency = editable(work.agency, by)
    row = agency.past_work.filter(pk=work.pk).first()
    if row is None:
        return
    if row.contract_number:
        raise DomainError(_("这项业绩来自本平台合同，不能删除。"))
    changed(agency, "agency.past_work_removed", by=by, about=row)
    row.delete()


@transaction.atomic
def save_offer(
    agency: Agency, data: Mapping[str, Any], *, by: Actor, offer: ServiceOffer | None = None
) -> ServiceOffer:
    """Write an offer (fields of OFFER; `item` or its code; `regions` or their codes, none for the whole country).

    An admitted agency must hold one of the item's required qualifications.
    """
    agency = editable(agency, by)
    row = agency.offers.get(pk=offer.pk) if offer is not None else ServiceOffer(agency=agency)
    for name in OFFER:
        if name in data:
            setattr(row, name, item_of(data[name]) if name == "item" else data[name])
    _check_price(row)
    if agency.offers.filter(item=row.item).exclude(pk=row.pk).exists():
        raise DomainError(_("这个事项已有服务项目，请直接修改。"), field="item")
    if agency.is_admitted and row.is_active:
        _require_qualification(agency, row.item)
    row.save()
    if "regions" in data:
        row.regions.set([region for each in data["regions"] if (region := region_of(each)) is not None])
    changed(agency, "agency.offer_saved", by=by, about=row, price=row.price, days=row.days)
    return row


@transaction.atomic
def remove_offer(offer: ServiceOffer, *, by: Actor) -> None:
    """Take an offer away."""
    agency = editable(offer.agency, by)
    row = agency.offers.filter(pk=offer.pk).first()
    if row is None:
        return
    changed(agency, "agency.offer_removed", by=by, about=row)
    row.delete()


def item_of(value: ServiceItem | str) -> ServiceItem:
    """The item by itself or by its code. DomainError on the field `item`."""
    item = value if isinstance(value, ServiceItem) else catalogue.items().filter(code=value).first()
    if item is None or not item.is_active:
        raise DomainError(_("没有这个服务事项，或已停用。"), field="item")
    return item


def _check_price(row: ServiceOffer) -> None:
    if row.price_mode == ServiceOffer.PriceMode.ASK:
        row.price = None
        return
    if row.price is None or row.price <= Decimal(0):
        raise DomainError(_("请填写大于零的价格；价格要另议时选“面议”。"), field="price")
    if row.price_mode == ServiceOffer.PriceMode.UNIT and not row.unit:
        raise DomainError(_("按单位计价须写明单位，例如：元／亩。"), field="unit")


def _require_qualification(agency: Agency, item: ServiceItem) -> None:
    alternatives = catalogue.alternatives(item)
    types = {each.type_id for each in alternatives}
    held = Qualification.objects.filter(agency=agency, type__in=types, state__in=COUNTING_STATES)
    if types and not held.exists():
        names = _("或").join(each.type.name for each in alternatives)
        raise DomainError(_("这个事项须具备%(names)s，请先登记证书。") % {"names": names}, field="item")
