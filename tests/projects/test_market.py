"""A step's service in the market: the tender it opens, and how its state follows."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.core import clock, events
from marketplace.core.errors import AlreadyDone, NotAllowed, WrongState
from marketplace.core.models import LogEntry, Message
from marketplace.projects import queries, services
from marketplace.projects.errors import ByAuthority, NoMandate, NotDoneByOneself
from marketplace.projects.models import Project, StepService
from marketplace.projects.situation import Situation
from marketplace.tenders import services as tenders
from marketplace.tenders.events import TenderChanged
from marketplace.tenders.models import Tender
from marketplace.tenders.queries import of_buyer, sees_everything_of, visible_to
from tests.factories import StoredFileFactory, member, staff
from tests.projects.scene import LARGE, MONDAY, Scene, mapped, requested

pytestmark = pytest.mark.django_db


def changed(tender: Tender, state: str) -> None:
    """Let a tender come into a state, as its own services would say it."""
    from django.db import transaction

    with transaction.atomic():
        Tender.objects.filter(pk=tender.pk).update(
            state=state, number=tender.number or f"ZJ-2026-{tender.pk:06d}", published_at=clock.now()
        )
        events.publish(TenderChanged(tender.pk, state, tender.project_reference))
    events.dispatch()


def opened() -> tuple[Scene, Tender]:
    scene = mapped(answers=LARGE)
    tender = services.open_tender(scene.service("eia", "ZJ-005"), by=scene.officer)
    return scene, tender


def test_a_tender_is_filled_in_from_project_item_and_owner() -> None:
    scene, tender = opened()
    assert tender.state == "draft"
    assert (tender.project_code, tender.project_name) == (scene.project.code, scene.project.name)
    assert tender.title == "年产 12 万套热管理系统项目 建设项目环境影响报告书（表）编制"
    assert (tender.buyer, tender.agent) == (scene.owner.organisation, scene.officer.user)
    assert (tender.funds, tender.days, tender.item.code) == ("private", 30, "ZJ-005")
    assert tender.project_reference == scene.service("eia", "ZJ-005").reference
    assert tender.contact_name == "陈工"
    assert "环境影响" in tender.content
    assert scene.service("eia", "ZJ-005").state == "tendering"
    assert scene.service("eia", "ZJ-005").tender == tender


def test_an_officer_whose_mandate_was_taken_back_can_do_nothing_more_with_the_tender() -> None:
    """Found by trying: a draft opened under the mandate could still be published after it was withdrawn."""
    scene, tender = opened()
    services.sign_mandate(scene.fresh(), False, by=scene.owner)
    for act in (
        lambda: tenders.publish(tender, by=scene.officer),
        lambda: tenders.discard_draft(tender, by=scene.officer),
    ):
        with pytest.raises(NotAllowed):
            act()
    services.sign_mandate(scene.fresh(), True, by=scene.owner)
    tenders.discard_draft(tender, by=scene.officer)


def test_requirements_come_from_the_item() -> None:
    scene = mapped(answers=LARGE)
    tender = services.open_tender(scene.service("survey", "ZJ-026"), by=scene.owner)
    assert [(r.type.name, r.minimum_grade) for r in tender.requirements.all()] == [("工程勘察资质", "乙级")]
    assert tender.agent is None


def test_a_long_project_name_still_fits_the_title() -> None:
    scene = mapped(answers=LARGE, name="长" * 200)
    tender = services.open_tender(scene.service("eia", "ZJ-005"), by=scene.owner)
    assert len(tender.title) == 200
    assert tender.title.endswith("建设项目环境影响报告书（表）编制")


def test_a_second_click_opens_no_second_tender() -> None:
    scene, _tender = opened()
    with pytest.raises(AlreadyDone):
        services.open_tender(scene.service("eia", "ZJ-005"), by=scene.owner)
    assert Tender.objects.count() == 1


def test_without_a_mandate_only_the_owner_opens_tenders() -> None:
    scene = mapped(answers=LARGE, may_tender=False)
    service = scene.service("eia", "ZJ-005")
    with pytest.raises(NoMandate):
        services.open_tender(service, by=scene.officer)
    for stranger in (member(), staff("officer"), staff("operator")):
        with pytest.raises(NotAllowed):
            services.open_tender(service, by=stranger)
    assert services.open_tender(service, by=scene.owner).agent is None


def test_a_mandate_that_is_over_opens_nothing() -> None:
    with clock.at(MONDAY):
        scene = mapped(answers=LARGE)
        services.sign_mandate(scene.project, True, until=clock.today(), by=scene.owner)
    with clock.at(MONDAY.replace(day=3)), pytest.raises(NoMandate):
        services.open_tender(scene.service("eia", "ZJ-005"), by=scene.officer)


def test_what_the_authority_buys_the_enterprise_does_not() -> None:
    scene = mapped(answers=LARGE)
    service = StepService.objects.get(step__project=scene.project, item__code="ZJ-006")
    with pytest.raises(ByAuthority):
        services.open_tender(service, by=scene.owner)


def test_a_step_that_is_over_needs_no_tender() -> None:
    scene = mapped(answers=LARGE)
    scene.take("filing", "eia")
    with pytest.raises(WrongState):
        services.open_tender(scene.service("eia", "ZJ-005"), by=scene.owner)


def test_the_step_follows_its_tender_to_the_end() -> None:
    scene, tender = opened()
    for state, expected in [
        ("published", "tendering"),
        ("publicity", "tendering"),
        ("notified", "tendering"),
        ("contracted", "contracted"),
        ("in_service", "contracted"),
        ("accepted", "delivered"),
        ("closed_ok", "delivered"),
    ]:
        changed(tender, state)
        assert scene.service("eia", "ZJ-005").state == expected


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_a_tender_that_came_to_nothing_frees_the_service(state: str) -> None:
    scene, tender = opened()
    changed(tender, state)
    assert scene.service("eia", "ZJ-005").state == "needed"
    again = services.open_tender(scene.service("eia", "ZJ-005"), by=scene.officer)
    assert scene.service("eia", "ZJ-005").tender == again


def test_a_second_announcement_takes_the_first_ones_place_whatever_arrives_last() -> None:
    scene, first = opened()
    changed(first, "published")
    second = Tender.objects.get(pk=first.pk)
    second.pk, second.number, second.attempt, second.state = None, "ZJ-2026-900001", 2, "published"
    second.save()
    changed(second, "published")
    changed(first, "failed")  # the older news comes late
    service = scene.service("eia", "ZJ-005")
    assert (service.state, service.tender) == ("tendering", second)


def test_an_event_told_twice_changes_nothing_more() -> None:
    scene, tender = opened()
    changed(tender, "contracted")
    entries = LogEntry.objects.filter(action="step_service.follow").count()
    changed(tender, "contracted")
    assert LogEntry.objects.filter(action="step_service.follow").count() == entries
    assert scene.service("eia", "ZJ-005").state == "contracted"


def test_a_tender_of_nobodys_step_is_nobodys_business() -> None:
    scene, tender = opened()
    for reference in ("", "projects.stepservice:999999", "elsewhere:1", "projects.stepservice:x"):
        services.follow_tender(TenderChanged(tender.pk, "failed", reference))
    assert scene.service("eia", "ZJ-005").state == "tendering"


def test_an_accepted_deliverable_becomes_the_steps_material_under_its_hash() -> None:
    from marketplace.contracts.events import DeliverableAccepted

    scene, tender = opened()
    changed(tender, "in_service")
    report = StoredFileFactory(name="环评报告表.pdf", purpose="contracts.deliverable", sha256="ab" * 32)
    services.link_deliverable(DeliverableAccepted(1, tender.pk, str(report.pk)))
    changed(tender, "accepted")
    service = scene.service("eia", "ZJ-005")
    assert service.state == "delivered"
    assert service.deliverable is not None
    assert (service.deliverable.sha256, service.deliverable.name) == ("ab" * 32, "环评报告表.pdf")
    assert service.deliverable.pk != report.pk
    assert Message.objects.filter(recipient=scene.officer.user, kind="projects.deliverable_linked").exists()
    for reader in (scene.owner, scene.officer, scene.chief, staff("supervisor")):
        assert queries.may_read_material(reader, service.deliverable)
    for stranger in (None, member(), staff("officer"), staff("editor")):
        assert not queries.may_read_material(stranger, service.deliverable)


def test_the_work_under_a_projects_contract_is_known_by_the_projects_industry() -> None:
    from marketplace.agencies.models import PastWork
    from marketplace.contracts.events import ContractChanged
    from tests.search import market

    scene, tender = opened()
    changed(tender, "accepted")
    Project.objects.filter(pk=scene.project.pk).update(industry="汽车零部件制造")
    done = market.agency("甲公司")
    for number in ("HT-1", "HT-2"):
        market.work(done, "环评", contract_number=number)
    for _twice in range(2):
        services.follow_contract(ContractChanged(1, "HT-1", tender.pk, "completed"))
    services.follow_contract(ContractChanged(2, "", tender.pk, "completed"))
    assert list(PastWork.objects.order_by("contract_number").values_list("industry", flat=True)) == [
        "汽车零部件制造",
        "",
    ]
    assert LogEntry.objects.filter(action="agency.work_industry").count() == 1


def test_what_may_be_done_by_oneself_can_be_handed_in() -> None:
    scene = mapped(answers=LARGE)
    file = StoredFileFactory(purpose="projects.material")
    services.provide_own(scene.service("eia", "ZJ-005"), file, by=scene.owner)
    assert scene.service("eia", "ZJ-005").state == "provided"
    with pytest.raises(NotDoneByOneself):
        services.provide_own(scene.service("survey", "ZJ-026"), file, by=scene.owner)
    with pytest.raises(AlreadyDone):
        services.provide_own(scene.service("eia", "ZJ-005"), file, by=scene.owner)
    with pytest.raises(NotAllowed):
        services.provide_own(scene.service("energy", "ZJ-003"), file, by=member())


def test_who_has_the_ball_is_said_by_name() -> None:
    scene = mapped(answers=LARGE)
    scene.take("filing")
    services.start_step(scene.step("eia"), "HP-1", by=scene.officer)
    tender = services.open_tender(scene.service("eia", "ZJ-005"), by=scene.officer)

    def look() -> Situation:
        return Situation(queries.with_route(Project.objects.filter(pk=scene.project.pk)).get())

    def holders(key: str) -> set[str]:
        return {ball.holder for ball in look().balls if ball.step.key == key}

    assert holders("eia") == {"officer", "authority"}  # the draft to publish, and the decision
    changed(tender, "published")
    assert holders("eia") == {"agency", "authority"}
    services.finish_step(scene.step("eia"), by=scene.officer)
    assert holders("eia") == set()
    services.sign_mandate(scene.project, False, by=scene.owner)
    assert holders("energy") == {"enterprise"}  # the service is still to be bought, and not by the officer
    assert look().first is not None


def test_the_forecast_moves_with_what_happens() -> None:
    with clock.at(MONDAY):
        scene = mapped()
        before = Situation(queries.with_route(Project.objects.filter(pk=scene.project.pk)).get())
        assert before.permit_on is not None
        assert before.forecast.finish_on > before.permit_on > clock.today()
    with clock.at(MONDAY.replace(day=30)):  # four weeks in which nothing was done
        after = Situation(queries.with_route(Project.objects.filter(pk=scene.project.pk)).get())
        assert after.forecast.finish_on > before.forecast.finish_on


def test_eligible_agencies_are_counted_by_their_certificates() -> None:
    from datetime import date

    from marketplace.agencies.models import Agency, Qualification, ServiceOffer
    from marketplace.catalogue.models import QualificationType, ServiceItem
    from tests.factories import OrganisationFactory

    requested()
    item = ServiceItem.objects.get(code="ZJ-026")
    kind = QualificationType.objects.get(name="工程勘察资质")
    for grade, until, state in [
        ("甲级", None, "active"),
        ("乙级", date(2099, 1, 1), "active"),
        ("乙级", date(2020, 1, 2), "active"),
        ("丙级", None, "active"),
        ("甲级", None, "frozen"),
    ]:
        agency = Agency.objects.create(organisation=OrganisationFactory(), state=state)
        ServiceOffer.objects.create(agency=agency, item=item, price=Decimal(1000), days=10)
        Qualification.objects.create(
            agency=agency,
            type=kind,
            grade=grade,
            number=f"KC-{agency.pk}",
            issuer="住建",
            issued_on=date(2019, 1, 1),
            valid_until=until,
            state="verified",
        )
    assert queries.eligible_counts([item]) == {item.pk: 2}


def test_an_officer_whose_mandate_was_taken_back_reads_no_draft_any_more() -> None:
    scene, tender = opened()
    client, path = Client(), reverse("tender_edit", args=[tender.pk])
    client.force_login(scene.officer.person)
    assert client.get(path).status_code == 302
    assert tender in of_buyer(scene.officer)
    assert tender in visible_to(scene.officer)
    services.sign_mandate(scene.fresh(), False, by=scene.owner)
    assert client.get(path).status_code == 404
    assert tender not in of_buyer(scene.officer)
    assert tender not in visible_to(scene.officer)
    Tender.objects.filter(pk=tender.pk).update(method="invited")
    tender.refresh_from_db()
    assert not sees_everything_of(tender, scene.officer)
    services.sign_mandate(scene.fresh(), True, by=scene.owner)
    assert sees_everything_of(tender, scene.officer)
    assert client.get(path).status_code == 302
