"""Agencies and tenders to find, made row by row; the catalogue is the real one."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from marketplace.accounts.actors import Actor
from marketplace.agencies.models import Agency, PastWork, Practitioner, Qualification, ServiceOffer
from marketplace.catalogue.models import QualificationType, Region, ServiceItem
from marketplace.catalogue.services import load_catalogue
from marketplace.core import clock
from marketplace.tenders.models import Tender
from tests.factories import OrganisationFactory, UserFactory

Offers = dict[str, tuple[int | None, int]]


def catalogue() -> None:
    """Items, types and regions, once."""
    if not ServiceItem.objects.exists():
        load_catalogue(by=Actor.system())


def agency(
    name: str = "",
    *,
    offers: Offers | None = None,
    papers: dict[str, str] | None = None,
    region: str = "430500",
    people: int = 0,
    contracts: int = 0,
    credit_code: str = "",
    **fields: Any,
) -> Agency:
    """`agency("甲公司", offers={"ZJ-005": (48000, 25)}, papers={"测绘资质": "甲级"})`: an active agency."""
    given = {"name": name} if name else {}
    organisation = OrganisationFactory(**given, **({"credit_code": credit_code} if credit_code else {}))
    fields = {"state": Agency.State.ACTIVE, "admitted_at": clock.now(), **fields}
    made = Agency.objects.create(organisation=organisation, region=Region.objects.get(code=region), **fields)
    for code, (price, days) in (offers or {}).items():
        offer(made, code, price, days)
    for number, (kind, grade) in enumerate((papers or {}).items()):
        Qualification.objects.create(
            agency=made,
            type=QualificationType.objects.get(name=kind),
            grade=grade,
            number=f"{made.pk}-{number}",
            issuer="主管部门",
            issued_on=date(2024, 1, 1),
            state=Qualification.State.VERIFIED,
        )
    for number in range(people):
        Practitioner.objects.create(
            agency=made, name="王五", licence="注册测绘师", licence_number=f"{made.pk}-{number}", is_active=True
        )
    for number in range(contracts):
        work(made, f"示范项目 {number} 期", contract_number=f"HT-{made.pk}-{number}")
    return made


def offer(made: Agency, code: str, price: int | None, days: int, mode: str = "") -> ServiceOffer:
    """An offer: a starting price, or by agreement without one."""
    item = ServiceItem.objects.get(code=code)
    mode = mode or ("ask" if price is None else "from")
    return ServiceOffer.objects.create(agency=made, item=item, price_mode=mode, price=price, days=days)


def work(made: Agency, title: str, **fields: Any) -> PastWork:
    """A past work of the agency."""
    dates = {"started_on": date(2025, 1, 1), "finished_on": date(2025, 3, 1)}
    return PastWork.objects.create(agency=made, title=title, client="某企业", amount=Decimal(50000), **dates, **fields)


def tender(
    title: str, *, item: str = "ZJ-005", state: str = "published", region: str = "430500", **fields: Any
) -> Tender:
    """An announced tender that closes in two days; `published_at=None` for one that nobody knows of."""
    number = Tender.objects.count() + 1
    fields = {
        "number": f"ZJ-2026-{number:06d}",
        "buyer": OrganisationFactory(),
        "created_by": UserFactory(),
        "ceiling": Decimal(80000),
        "days": 30,
        "published_at": clock.now(),
        "closes_at": clock.now() + timedelta(days=2),
        **fields,
    }
    return Tender.objects.create(
        title=title,
        item=ServiceItem.objects.get(code=item),
        state=state,
        region=Region.objects.get(code=region),
        **fields,
    )
