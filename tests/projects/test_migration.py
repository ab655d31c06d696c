"""A running project under a newer version of its route map."""

import copy

import pytest
from django.urls import reverse

from marketplace.core import clock
from marketplace.core.errors import AlreadyDone, NotAllowed, WrongState
from marketplace.core.models import LogEntry, Message
from marketplace.projects import rules, services
from marketplace.projects.models import RouteTemplate, Step
from marketplace.projects.rules.differences import differences
from marketplace.projects.services import migrating
from tests.factories import staff
from tests.projects.scene import MONDAY, Scene, mapped, template
from tests.projects.test_pages import client_of, text_of

pytestmark = pytest.mark.django_db


def next_version() -> RouteTemplate:
    """The factory route with a step more, one less and one slower."""
    data = copy.deepcopy(template().data)
    steps = {step["key"]: step for step in data["steps"]}
    steps["site_design"]["promised"] = 9
    steps["planning_permit"]["after"] = ["traffic"]
    data["steps"] = [step for step in data["steps"] if step["key"] != "utilities"]
    traffic = {
        "key": "traffic",
        "stage": "工程建设许可",
        "name": "交通组织审查",
        "unit": "交警",
        "limit": 10,
        "promised": 4,
    }
    data["steps"].append({**traffic, "after": ["site_design"], "services": [{"code": "ZJ-040"}]})
    return services.save_template(data, by=staff("operator"))


def under_way() -> Scene:
    with clock.at(MONDAY):
        scene = mapped()
        scene.take("filing", "land_planning")
        services.start_step(scene.step("site_design"), "LS-1", by=scene.officer)
    return scene


def test_the_diff_names_steps_added_removed_and_changed() -> None:
    scene = under_way()
    old = rules.RoutePlan.from_json(template().data)
    new = rules.RoutePlan.from_json(next_version().data)
    found = differences(old.steps, new.steps)
    assert [step.key for step in found.added] == ["traffic"]
    assert [step.key for step in found.removed] == ["utilities"]
    changes = {each.step.key: [(c.label, c.before, c.after) for c in each.changes] for each in found.changed}
    assert changes == {
        "site_design": [("承诺工作日", "7", "9")],
        "planning_permit": [("前置环节", "site_design、land_planning", "traffic")],
    }
    assert not differences(old.steps, old.steps)
    assert scene.fresh().template != template()


def test_a_project_keeps_its_version_until_somebody_takes_it_over() -> None:
    scene = under_way()
    before, new = scene.step("filing"), next_version()
    assert scene.fresh().template_id != new.pk
    with clock.at(MONDAY):
        services.migrate_route(scene.fresh(), new, by=scene.officer)
    after = scene.step("filing")
    assert (after.case_number, after.finished_at, after.due_at) == (
        before.case_number,
        before.finished_at,
        before.due_at,
    )
    running = scene.step("site_design")
    assert (running.state, running.case_number, running.promised_days) == ("running", "LS-1", 9)
    assert running.due_at is not None
    assert clock.local(running.due_at).strftime("%m-%d") == "03-24"
    assert scene.step("traffic").state == Step.State.WAITING
    assert scene.step("planning_permit").after == ["traffic"]
    assert not Step.objects.filter(project=scene.project, key="utilities").exists()
    assert all("utilities" not in step.after for step in Step.objects.filter(project=scene.project))
    entry = LogEntry.objects.get(action="project.migrate_route")
    assert [each["key"] for each in entry.data["removed"]] == ["utilities"]
    assert Message.objects.filter(recipient=scene.owner.user, kind="projects.route_migrated").exists()
    with pytest.raises(AlreadyDone):
        services.migrate_route(scene.fresh(), new, by=scene.officer)


def test_a_step_that_has_begun_stays_though_the_new_version_lacks_it() -> None:
    with clock.at(MONDAY):
        scene = mapped()
        scene.take("filing", "land_planning", "site_design", "planning_permit")
        services.start_step(scene.step("utilities"), "SY-1", by=scene.officer)
        new = next_version()
        assert migrating.look_ahead(scene.fresh(), new).kept == ("utilities",)
        services.migrate_route(scene.fresh(), new, by=scene.officer)
    assert scene.step("utilities").state == Step.State.RUNNING
    assert scene.step("traffic").state == Step.State.READY  # what it waits for was done before
    while ready := Step.objects.filter(project=scene.project, state=Step.State.READY).first():
        scene.take(ready.key)
    services.finish_step(scene.step("utilities"), by=scene.officer)
    assert scene.fresh().state == "done"


def test_only_the_officer_takes_over_and_only_to_the_version_in_force() -> None:
    scene = under_way()
    new = next_version()
    with pytest.raises(NotAllowed):
        services.migrate_route(scene.fresh(), new, by=scene.owner)
    newest = services.save_template({**new.data, "name": "再一版"}, by=staff("operator"))
    with pytest.raises(WrongState):
        services.migrate_route(scene.fresh(), new, by=scene.officer)
    services.migrate_route(scene.fresh(), newest, by=scene.officer)


def test_the_page_shows_the_diff_asks_what_is_new_and_takes_over() -> None:
    scene = under_way()
    data = copy.deepcopy(template().data)
    data["questionnaire"].append({"key": "pier", "ask": "是否建码头", "type": "boolean"})
    pier = {
        "key": "pier",
        "stage": "工程建设许可",
        "name": "港口岸线审批",
        "unit": "交通运输",
        "limit": 20,
        "promised": 9,
    }
    data["steps"].append({**pier, "after": ["filing"], "if": "pier"})
    services.save_template(data, by=staff("operator"))
    client, address = client_of(scene.officer), reverse("project_migrate", args=[scene.project.code])
    assert address in text_of(client.get(scene.project.get_absolute_url()))
    assert "是否建码头" in text_of(client.get(address))
    assert client.post(address, {}).status_code == 200
    assert client.post(address, {"pier": "yes"}).status_code == 302
    assert scene.step("pier").state == Step.State.READY
    assert scene.fresh().answers["pier"] is True
    assert address not in text_of(client.get(scene.project.get_absolute_url()))
    assert client_of(scene.owner).get(address).status_code == 403


def test_the_page_shows_what_would_change() -> None:
    scene = under_way()
    next_version()
    text = text_of(client_of(scene.officer).get(reverse("project_migrate", args=[scene.project.code])))
    assert "交通组织审查" in text
    assert "取消环节" in text
    assert "<del>7</del>" in text
