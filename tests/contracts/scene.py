"""An award with its tender, buyer and agency, made row by row, and a person who acts for each side."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfWriter

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole
from marketplace.agencies.models import Agency
from marketplace.catalogue import loading
from marketplace.catalogue.models import RuleSet, ServiceItem
from marketplace.contracts import services
from marketplace.contracts.models import Contract, Deliverable, Milestone
from marketplace.core import clock, files
from marketplace.core.models import StoredFile
from marketplace.tenders.models import Award, Tender
from tests.factories import OrganisationFactory, member

NOTICED = datetime(2026, 3, 2, 10, 0, tzinfo=clock.ZONE)  # a Monday; no holiday in the five weeks after it
PRICE = Decimal("80000.00")
DAYS = 30
GOOD = {"quality": 5, "timeliness": 5, "attitude": 4, "fee": 4, "compliance": 5}


@dataclass
class Deal:
    """Buyer and agency of one award, with a person acting for each."""

    award: Award
    buyer: Actor
    agency: Actor

    @property
    def contract(self) -> Contract:
        """The contract as it is now."""
        return Contract.objects.get(award=self.award)

    @property
    def milestone(self) -> Milestone:
        """The first milestone as it is now."""
        return self.contract.milestones.get(position=1)

    @property
    def last_round(self) -> Deliverable:
        """The newest deliverable of the first milestone."""
        return self.milestone.deliverables.order_by("round").last()


def at(day: str, hour: int = 10, minute: int = 0) -> datetime:
    """`at("2026-03-09", 17)`: that hour on the zone's clock."""
    return datetime.combine(date.fromisoformat(day), time(hour, minute), clock.ZONE)


def ruleset() -> RuleSet:
    """The default rules, approved."""
    found = RuleSet.objects.filter(state="approved").first()
    return found or RuleSet.objects.create(
        region_code=loading.DEFAULT_REGION,
        version=1,
        data=loading.default_rules(),
        state="approved",
        effective_from=date(2020, 1, 1),
    )


def item() -> ServiceItem:
    """A service item."""
    return ServiceItem.objects.get_or_create(
        code="ZJ-005",
        defaults={
            "name": "建设项目环境影响报告书（表）编制",
            "category": "环保",
            "kind": "D",
            "basis": "《环境影响评价法》",
            "days": 30,
            "price_low": 30000,
            "price_high": 120000,
        },
    )[0]


def awarded(price: Decimal = PRICE, days: int = DAYS, number: str = "ZJ-2026-000412") -> Deal:
    """A noticed award between two new organisations; nobody has drafted the contract."""
    buyer, agency_org = (
        OrganisationFactory(),
        OrganisationFactory(bank_name="示范银行开发区支行", bank_account="6222020200112233"),
    )
    people = (member(MemberRole.BUYER, organisation=buyer), member(MemberRole.BID_AUTHOR, organisation=agency_org))
    agency = Agency.objects.create(organisation=agency_org, state="active")
    tender = Tender.objects.create(
        number=number,
        buyer=buyer,
        created_by=people[0].user,
        item=item(),
        title="年产 12 万套热管理系统项目环境影响报告表编制",
        days=days,
        state="notified",
        ruleset=ruleset(),
        published_at=NOTICED,
    )
    award = Award.objects.create(
        tender=tender, agency=agency, price=price, days=days, noticed_at=NOTICED, notice_number=f"{number}-T"
    )
    return Deal(award, *people)


def drafted(**kwargs: object) -> Deal:
    """An award whose contract is drafted on the day of the notice."""
    deal = awarded(**kwargs)  # type: ignore[arg-type]
    with clock.at(NOTICED):
        services.draft_contract(deal.award, by=Actor.system())
    return deal


def in_force(**kwargs: object) -> Deal:
    """A contract that both sides have confirmed on the day of the notice."""
    deal = drafted(**kwargs)
    with clock.at(NOTICED):
        for by in (deal.buyer, deal.agency):
            services.confirm(deal.contract, version=deal.contract.version, by=by)
    return deal


def completed(**kwargs: object) -> Deal:
    """A contract whose only milestone was delivered and accepted on 2026-03-16."""
    deal = in_force(**kwargs)
    with clock.at(at("2026-03-16")):
        deliver(deal)
        services.accept(deal.last_round, by=deal.buyer)
    return deal


def deliver(deal: Deal, note: str = "") -> Deliverable:
    """The agency delivers the first milestone."""
    return services.deliver(deal.milestone, deliverable_file(deal.agency), note, by=deal.agency)


def pdf(name: str = "报告.pdf", text: str = "") -> SimpleUploadedFile:
    """A real, small PDF; `text` makes its bytes differ from others'."""
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    writer.add_metadata({"/Title": text or name})
    stream = BytesIO()
    writer.write(stream)
    return SimpleUploadedFile(name, stream.getvalue(), content_type="application/pdf")


def deliverable_file(by: Actor, text: str = "") -> StoredFile:
    """A stored deliverable."""
    return files.store(pdf(text=text), purpose="contracts.deliverable", by=by, accepted=files.DELIVERABLES)
