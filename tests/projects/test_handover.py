"""A project goes from one officer to another, with a checklist that both sign."""

from datetime import timedelta

import pytest
from django.test import Client

from marketplace.accounts.actors import Actor
from marketplace.accounts.services.staff import save_staff
from marketplace.core import clock, desk
from marketplace.core.errors import AlreadyDone, Incomplete, NotAllowed
from marketplace.core.models import Message
from marketplace.projects import permissions, services
from marketplace.projects.errors import NoDeputy, OpenProjects
from marketplace.projects.models import Handover
from marketplace.projects.services import handover as handovers
from tests.factories import staff
from tests.projects.scene import MONDAY, Scene, mapped

pytestmark = pytest.mark.django_db


def deputy_of(scene: Scene) -> Actor:
    return Actor.of(scene.officer.person.officer_profile.deputy)


def begun() -> tuple[Scene, Actor, Handover]:
    scene = mapped()
    taker = deputy_of(scene)
    return scene, taker, handovers.begin_handover(scene.project, taker=taker.person, reason="调岗", by=scene.officer)


def test_with_both_signatures_the_project_is_the_takers_and_the_owner_is_told() -> None:
    scene, taker, handover = begun()
    kinds = set(handover.points.values_list("kind", flat=True))
    assert {"step", "contact"} <= kinds
    handovers.add_point(handover, "钥匙在前台", by=scene.officer)
    handovers.sign_handover(handover, by=scene.officer)
    with pytest.raises(AlreadyDone):
        handovers.sign_handover(handover, by=scene.officer)
    with pytest.raises(Incomplete, match="没有核对"):
        handovers.sign_handover(handover, by=taker)
    assert scene.fresh().officer == scene.officer.user
    handovers.sign_handover(handover, by=taker, checked=handover.points.values_list("pk", flat=True))
    assert scene.fresh().officer == taker.user
    assert not permissions.is_officer(scene.fresh(), scene.officer)
    assert Message.objects.filter(recipient=scene.owner.user, kind="projects.handed_over").exists()


def test_the_chief_signs_only_for_an_officer_who_is_away() -> None:
    with clock.at(MONDAY):
        scene, taker, handover = begun()
        with pytest.raises(NotAllowed):
            handovers.sign_handover(handover, by=scene.chief)
        last = clock.today() + timedelta(days=1)
        services.add_absence(scene.officer.person, starts_on=clock.today(), ends_on=last, reason="病假", by=scene.chief)
        handovers.sign_handover(handover, by=scene.chief)
        handovers.sign_handover(handover, by=taker, checked=handover.points.values_list("pk", flat=True))
        assert scene.fresh().officer == taker.user


def test_nobody_without_a_deputy_takes_a_project_over() -> None:
    scene = mapped()
    with pytest.raises(NoDeputy):
        handovers.begin_handover(scene.project, taker=staff("officer").person, reason="调岗", by=scene.officer)


def test_an_officer_with_open_projects_does_not_leave() -> None:
    scene, system = mapped(), Actor.system()
    officer = scene.officer.person
    for change in ({"roles": ["officer"], "is_active": False}, {"roles": ["clerk"], "is_active": True}):
        with pytest.raises(OpenProjects, match=f"desk/officers/{officer.pk}/handover"):
            save_staff(officer, name=officer.name, email=officer.email, by=system, **change)
    save_staff(officer, name="新名", email=officer.email, roles=["officer"], is_active=True, by=system)
    taker = deputy_of(scene)
    assert handovers.hand_over_all(officer, taker=taker.person, reason="离岗", by=scene.chief) == (1, [])
    handover = Handover.objects.get()
    handovers.sign_handover(handover, by=scene.officer)
    handovers.sign_handover(handover, by=taker, checked=handover.points.values_list("pk", flat=True))
    save_staff(officer, name=officer.name, email=officer.email, roles=[], is_active=False, by=system)


def test_the_pages_lead_from_the_reason_to_the_last_signature(client: Client) -> None:
    scene = mapped()
    taker, address = deputy_of(scene), f"/projects/{scene.project.code}/handover/"
    client.force_login(taker.person)
    assert client.get(address).status_code == 404
    client.force_login(scene.officer.person)
    assert "生成交接单" in client.get(address).content.decode()
    client.post(address, {"taker": taker.person.pk, "reason": "调岗"})
    client.post(address, {"act": "add", "text": "下周现场踏勘"})
    assert "下周现场踏勘" in client.get(address).content.decode()
    client.post(address, {"act": "sign"})
    client.force_login(taker.person)
    assert [task.act for task in desk.tasks(taker) if task.url == address] == ["签署交接"]
    points = list(Handover.objects.get().points.values_list("pk", flat=True))
    client.post(address, {"act": "sign", "point": points})
    assert scene.fresh().officer == taker.user
    assert "代办员变更" in client.get(f"/projects/{scene.project.code}/").content.decode()
    client.force_login(scene.chief.person)
    page = client.get(f"/desk/officers/{taker.person.pk}/handover/").content.decode()
    assert scene.project.name in page
    client.post(f"/desk/officers/{taker.person.pk}/handover/", {"taker": scene.officer.person.pk, "reason": "离岗"})
    assert Handover.objects.filter(state="open").count() == 1
    client.post(address, {"act": "cancel"})
    assert not Handover.objects.filter(state="open").exists()
