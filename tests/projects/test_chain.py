"""Route map and market joined, on real services: a step opens a tender, and the deliverable comes back to it."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from marketplace.contracts import services as contracts
from marketplace.contracts.models import Contract, Deliverable
from marketplace.core import clock
from marketplace.core.models import Message
from marketplace.projects import queries, services
from marketplace.projects.models import Project
from marketplace.projects.situation import Situation
from marketplace.tenders import services as tenders
from tests.contracts.scene import deliverable_file
from tests.factories import member
from tests.projects.scene import LARGE, MONDAY, Scene, mapped
from tests.tenders import scene as market

pytestmark = pytest.mark.django_db
SERVICE = ("site_design", "ZJ-040")  # traffic impact: no qualification asked


def holders(scene: Scene) -> set[tuple[str, str]]:
    """Whose turn it is in the step's service: the side and the words."""
    look = Situation(queries.with_route(Project.objects.filter(pk=scene.project.pk)).get())
    return {(ball.holder, ball.what) for ball in look.balls if ball.service and ball.service.item.code == SERVICE[1]}


def page_of(scene: Scene) -> str:
    """The step's page as the officer sees it."""
    client = Client()
    assert scene.officer.user is not None
    client.force_login(scene.officer.user)
    return client.get(scene.step(SERVICE[0]).get_absolute_url()).content.decode()


def test_a_step_buys_its_service_and_gets_the_result_by_itself(drain: Callable[[], int]) -> None:
    with clock.at(MONDAY):
        scene = mapped(answers=LARGE, floor_area=Decimal(60000))
        tender = services.open_tender(scene.service(*SERVICE), by=scene.officer)
        drain()
        assert holders(scene) == {("officer", "交评：完善采购公告并发布")}
        tenders.save_draft(tender, {"ceiling": 100000}, by=scene.officer)
        tender = tenders.publish(tender, by=scene.officer)
        drain()
        assert holders(scene) == {("agency", "交评：采购中")}
        assert tender.number in page_of(scene)

    winner = market.agency(SERVICE[1])
    market.bid(tender, "80000", of=winner)
    tender = market.noticed(market.opened(tender))
    with clock.at(tender.award.noticed_at):
        drain()
        contract = Contract.objects.get(award__tender=tender)
        agency = member(organisation=winner.organisation)
        contracts.confirm(contract, version=1, by=agency)
        contracts.confirm(contract, version=1, by=scene.owner)
        drain()
        service = scene.service(*SERVICE)
        assert (service.state, service.contract_number) == ("contracted", contract.number)
        assert holders(scene) == {("agency", "交评：履约中")}

    with clock.at(tender.award.noticed_at + timedelta(days=3)):
        file = deliverable_file(agency)
        contracts.deliver(contract.milestones.get(), file, "成果", by=agency)
        contracts.accept(Deliverable.objects.get(), by=scene.owner)
        drain()
        service = scene.service(*SERVICE)
        assert service.state == "delivered"
        assert service.deliverable is not None
        assert service.deliverable.sha256 == file.sha256
        assert holders(scene) == set()
        assert file.name in page_of(scene)
    assert Message.objects.filter(recipient=scene.officer.user, kind="projects.deliverable_linked").count() == 1


def test_a_second_announcement_made_by_itself_stays_with_its_step(drain: Callable[[], int]) -> None:
    with clock.at(MONDAY):
        scene = mapped(answers=LARGE, floor_area=Decimal(60000))
        tender = services.open_tender(scene.service(*SERVICE), by=scene.owner)
        tenders.save_draft(tender, {"ceiling": 100000}, by=scene.owner)
        tender = tenders.publish(tender, by=scene.owner)
        drain()
    assert tender.closes_at is not None
    with clock.at(tender.closes_at):  # nobody has responded
        drain()
    service = scene.service(*SERVICE)
    assert service.tender is not None
    assert (service.state, service.tender.attempt) == ("tendering", 2)
    assert service.tender.pk != tender.pk
