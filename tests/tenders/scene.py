"""A small market to test tenders in: a zone with its rules, buyers, agencies, operators, and the way of a purchase."""

import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from marketplace.accounts import groups
from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import MemberRole
from marketplace.agencies import services as agencies
from marketplace.agencies.models import Agency, Qualification, ServiceOffer
from marketplace.catalogue import services as catalogue
from marketplace.catalogue.models import QualificationType, ServiceItem
from marketplace.core import clock, deadlines
from marketplace.core.clock import ZONE
from marketplace.core.models import Zone
from marketplace.tenders import services
from marketplace.tenders.documents import Document
from marketplace.tenders.models import Bid, HeldBid, Tender
from tests.factories import OrganisationFactory, member, staff

ITEM = "ZJ-030"  # combined survey: needs a surveying qualification, grade 乙级
FREE_ITEM = "ZJ-040"  # traffic impact: no qualification
MONDAY = datetime(2026, 3, 16, 9, 0, tzinfo=ZONE)
CLOSE = datetime(2026, 3, 19, 17, 0, tzinfo=ZONE)  # three working days after MONDAY


def set_up() -> None:
    """The zone and its catalogue, as `manage.py setup` makes them."""
    Zone.objects.create(
        name="示范经济技术开发区",
        owner="示范经济技术开发区管理委员会",
        region_code="430500",
        region_name="邵阳市",
        supervision_phone="0739-5220000",
    )
    catalogue.load_catalogue(by=Actor.system())
    groups.ensure()


def buyer(**organisation: Any) -> Actor:
    """A verified enterprise and its commissioned buyer."""
    firm = OrganisationFactory(**{"legal_person": "王买方", "phone": "0739-5551234"} | organisation)
    return member(MemberRole.BUYER, organisation=firm)


def item(code: str = ITEM) -> ServiceItem:
    return ServiceItem.objects.get(code=code)


def agency(
    code: str = ITEM,
    *,
    grade: str = "甲级",
    valid_until: date | None = date(2030, 1, 1),
    organisation: Organisation | None = None,
    **fields: Any,
) -> Agency:
    """An admitted agency that offers the item and, where one is needed, holds its qualification."""
    firm = organisation or OrganisationFactory()
    values = {"state": Agency.State.ACTIVE, "legal_person": f"李{firm.pk}", "credit_score": 80} | fields
    found = Agency.objects.create(organisation=firm, **values)
    offered = item(code)
    ServiceOffer.objects.create(agency=found, item=offered, price=Decimal(50000), days=10)
    for needed in offered.qualifications.filter(merit_only=False):
        certify(found, needed.type, grade=grade, valid_until=valid_until)
    return found


def certify(agency: Agency, kind: QualificationType, *, grade: str, valid_until: date | None) -> Qualification:
    """A verified certificate."""
    return Qualification.objects.create(
        agency=agency,
        type=kind,
        grade=grade if grade in kind.grades else "",
        number=f"CH-{agency.pk}-{kind.pk}",
        issuer="自然资源厅",
        issued_on=date(2025, 1, 1),
        valid_until=valid_until,
        state=Qualification.State.VERIFIED,
    )


def author(agency: Agency) -> Actor:
    """Somebody who writes bids for the agency."""
    return member(MemberRole.BID_AUTHOR, organisation=agency.organisation)


def draft(by: Actor, code: str = ITEM, **fields: Any) -> Tender:
    """A draft in which nothing is missing."""
    values = {"ceiling": Decimal(100000), "days": 10, "content": "按规范完成联合测绘并提交成果。"} | fields
    return services.create_draft(item=item(code), by=by, **values)


def published(by: Actor | None = None, *, at: datetime = MONDAY, code: str = ITEM, **fields: Any) -> Tender:
    """A published tender; public money passes the operator's check on the way."""
    with clock.at(at):
        by = by or buyer()
        tender = services.publish(draft(by, code, **fields), by=by)
        if tender.state == Tender.State.CHECKING:
            tender = services.pass_check(tender, by=staff("operator"))
        deadlines.apply_due("tenders.announcement", tender)
    tender.refresh_from_db(fields=["market_size", "eligible_count"])
    return tender


def bid(
    tender: Tender, price: str | Decimal, *, of: Agency | None = None, at: datetime | None = None, **more: Any
) -> Bid:
    """A sealed bid by an agency (a new eligible one), an hour before the close."""
    agency_ = of or agency(tender.item.code)
    papers = (Document("方案.pdf", b"%PDF-1.4"),) if tender.method == "proposal" else ()
    offer = services.Offer(Decimal(price), more.get("days", 8), more.get("note", ""), documents=papers)
    assert tender.closes_at is not None
    with clock.at(at or tender.closes_at - timedelta(hours=1)):
        by = more.get("by") or author(agency_)
        return services.place_bid(tender, agency_, offer, idempotency_key=more.get("key") or uuid.uuid4(), by=by)


def held(tender: Tender, price: str | Decimal, *, at: datetime, note: str = "") -> HeldBid:
    """A sealed bid of a new agency that waits for its release by a second person."""
    firm = agency(tender.item.code)
    by = author(firm)
    member(MemberRole.RELEASER, organisation=firm.organisation)
    agencies.set_second_person(firm, True, by=member(MemberRole.ADMINISTRATOR, organisation=firm.organisation))
    firm.refresh_from_db()
    with clock.at(at):
        return services.hold_bid(
            tender, firm, services.Offer(Decimal(price), 8, note), idempotency_key=uuid.uuid4(), by=by
        )


def opened(tender: Tender) -> Tender:
    """The tender after its opening."""
    assert tender.closes_at is not None
    with clock.at(tender.closes_at):
        services.open_bids(str(tender.pk))
    tender.refresh_from_db()
    return tender


def noticed(tender: Tender) -> Tender:
    """The tender after its publicity."""
    tender.refresh_from_db()
    assert tender.publicity_until is not None
    with clock.at(tender.publicity_until):
        services.end_publicity(str(tender.pk))
    tender.refresh_from_db()
    return tender
