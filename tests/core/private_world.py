"""One of everything that is not public, each with words that must never reach a stranger's page."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction

from cms.services import ensure_site
from marketplace.accounts import services as accounts
from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Membership
from marketplace.approvals.models import ApprovalItem
from marketplace.approvals.services import load_approvals
from marketplace.core import clock, files, inbox
from marketplace.core.models import Message, StoredFile, Zone
from marketplace.supervision import services as supervision
from tests.agencies import scene as agencies
from tests.contracts import scene as contracts
from tests.core import uploads
from tests.factories import ClaimFactory, OrganisationFactory, member
from tests.payments import scene as payments
from tests.projects import scene as projects
from tests.tenders import scene as tenders

DRAFT_TEXT = "尚未发布的采购内容甲"
BID_NOTE = "密封报价里的说明乙"
BID_PRICE = Decimal("61234.57")
DELIVERY_NOTE = "交付时写的话丙"
PROJECT = "未公开的投资项目丁"
COMPLAINT = "投诉里写的事实戊，涉及某窗口人员"
MESSAGE = "只写给一个人的消息己"
APPLICANT = "尚未公示的申请机构庚"
CONTACT = "13866667777"
CONTACT_NAME, CONTACT_PHONE = "联系人辛", "13855554444"


@dataclass
class World:
    """The objects, by what an address calls them."""

    objects: dict[str, Any] = field(default_factory=dict)

    # Words of theirs that no stranger's page may hold; money as it is shown.
    secrets = (
        DRAFT_TEXT,
        BID_NOTE,
        "61,234.57",
        "61234.57",
        DELIVERY_NOTE,
        PROJECT,
        COMPLAINT,
        MESSAGE,
        APPLICANT,
        CONTACT,
        CONTACT_NAME,
        CONTACT_PHONE,
        "76,543.21",
    )

    def __getitem__(self, name: str) -> Any:
        return self.objects[name]


def build() -> World:
    """Everything, made through the services as far as the scenes of the packages do."""
    tenders.set_up()
    zone = Zone.current()
    assert zone is not None
    ensure_site(zone)
    world = World()
    _people(world)
    _tenders(world)
    _agency(world)
    _contract(world)
    _project(world)
    load_approvals(by=Actor.system())
    world.objects["approval"] = ApprovalItem.objects.first()
    complaint, _code = supervision.file_complaint(text=COMPLAINT)
    world.objects["complaint"] = complaint
    return world


def _people(world: World) -> None:
    holder = member()
    accounts.invite(holder.organisation, contact=CONTACT, name="", roles=["buyer"], by=holder)
    with transaction.atomic():
        inbox.register(test__secret=inbox.Kind("%(words)s", "", mail=False))
        inbox.tell([holder.user], "test.secret", words=MESSAGE)
    upload = uploads.upload("授权书.pdf", uploads.PDF)
    world.objects |= {
        "membership": Membership.objects.get(user=holder.user),
        "invitation": holder.organisation.invitations.get(),
        "message": Message.objects.get(),
        "file": files.store(upload, purpose="accounts.authorisation", by=holder),
        "claim": ClaimFactory(),
    }


def _tenders(world: World) -> None:
    buyer, moment = tenders.buyer(), clock.now()
    world.objects["draft"] = tenders.draft(buyer, content=DRAFT_TEXT)
    world.objects["tender"] = tender = tenders.published(buyer, at=moment)
    world.objects["bid"] = tenders.bid(tender, BID_PRICE, at=moment, note=BID_NOTE)
    world.objects["held"] = tenders.held(tender, BID_PRICE, at=moment, note=BID_NOTE)


def _agency(world: World) -> None:
    author = agencies.author(organisation=OrganisationFactory(name=APPLICANT))
    agency = agencies.submitted(author)
    world.objects |= {
        "agency": agency,
        "qualification": agency.qualifications.get(),
        "offer": agency.offers.get(),
        "certificate": StoredFile.objects.filter(purpose="agencies.certificate").latest("created_at"),
    }


def _contract(world: World) -> None:
    deal = contracts.in_force(number="ZJ-2020-000001")
    with clock.at(contracts.at("2026-03-09")):
        contracts.deliver(deal, DELIVERY_NOTE)
    world.objects |= {
        "contract": deal.contract,
        "deliverable": deal.last_round,
        "deliverable_file": StoredFile.objects.filter(purpose="contracts.deliverable").get(),
        "payment": payments.debt().payment,
    }


def _project(world: World) -> None:
    scene = projects.mapped(name="已公开名称的项目", contact_name=CONTACT_NAME, contact_phone=CONTACT_PHONE)
    asked = projects.requested(name=PROJECT, code="2602-430599-04-01-318025")
    step = scene.fresh().steps.filter(services__isnull=False).first()
    world.objects |= {
        "project": scene.fresh(),
        "request": asked.fresh(),
        "step": step,
        "step_service": step.services.first(),
    }
