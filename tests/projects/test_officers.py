"""Officers: profiles, deputies, absences, and to whom a project is assigned."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from marketplace.accounts.models import Shareholding
from marketplace.core import clock, desk
from marketplace.core.errors import Incomplete, NotAllowed
from marketplace.core.models import LogEntry, Message
from marketplace.projects import officers, permissions, queries, services
from marketplace.projects.errors import NoDeputy, OfficerConcerned
from marketplace.projects.models import Project
from marketplace.projects.rules.assignment import Candidate, Reason, Wanted, rank
from tests.factories import MembershipFactory, staff
from tests.projects.scene import MONDAY, mapped, requested

AREAS = ["430100", "430599", "440100"]


@given(
    st.lists(st.tuples(st.sets(st.sampled_from(AREAS)), st.booleans()), min_size=1, max_size=6),
    st.lists(st.tuples(st.integers(1, 40), st.sampled_from(AREAS)), max_size=40),
)
def test_loads_stay_within_one_heaviest_project(people: list[Any], projects: list[tuple[int, str]]) -> None:
    loads, heaviest = dict.fromkeys(range(len(people)), 0), 0
    for weight, region in projects:
        heaviest = max(heaviest, weight)
        found = [
            Candidate(key, loads[key], frozenset(areas), ("汽车",) if cars else ())
            for key, (areas, cars) in enumerate(people)
        ]
        chosen = rank(found, Wanted(weight, heaviest, region, "汽车零部件"))[0].candidate.key
        loads[chosen] += weight
        assert max(loads.values()) - min(loads.values()) <= heaviest


def test_area_and_industry_decide_within_reach_and_a_tie_goes_to_the_lower_number() -> None:
    far, near, near_too = (
        Candidate(1, 0, frozenset({"440100"})),
        Candidate(3, 5, frozenset({"430000"}), ("汽车",)),
        Candidate(2, 5, frozenset({"430500"}), ("汽车",)),
    )
    ranked = rank([far, near, near_too], Wanted(10, 20, "430599", "汽车零部件制造"))
    assert [each.candidate.key for each in ranked] == [2, 3, 1]
    assert ranked[0].reasons == (Reason.AREA, Reason.INDUSTRY, Reason.LOADED)
    heavy = rank([far, Candidate(2, 15, frozenset({"430500"}))], Wanted(10, 20, "430599"))
    assert heavy[0].candidate.key == 1


@pytest.mark.parametrize(
    "bar", [{"has_deputy": False}, {"absent_until": MONDAY.date()}, {"conflict": "是该单位的成员"}], ids=str
)
def test_who_is_barred_comes_last_however_idle(bar: dict[str, Any]) -> None:
    ranked = rank([Candidate(1, 0, **bar), Candidate(2, 90)], Wanted(10, 20))
    assert [each.candidate.key for each in ranked] == [2, 1]
    assert not ranked[1].is_eligible


@pytest.mark.django_db
def test_an_officer_without_a_deputy_is_not_assigned_and_the_chief_is_told() -> None:
    scene, lonely = requested(), staff("officer")
    with pytest.raises(NoDeputy):
        services.accept_project(scene.project, officer=lonely.person, by=scene.chief, reason="熟悉")
    with pytest.raises(NoDeputy):
        services.accept_project(scene.project, officer=lonely.person, by=lonely)
    assert [task.title for task in desk.tasks(scene.chief) if task.act == "设置代理人"] == [str(lonely.user)]


@pytest.mark.django_db
def test_another_than_the_proposed_one_needs_a_reason_which_is_logged() -> None:
    scene = requested()
    first, second = (each.officer for each in officers.proposals(scene.project)[:2])
    with pytest.raises(Incomplete, match="改派"):
        services.accept_project(scene.project, officer=second, by=scene.chief)
    services.accept_project(scene.project, officer=second, by=scene.chief, reason="企业指定")
    data = LogEntry.objects.get(action="project.accept").data
    assert (data["officer"], data["proposed"], data["reason"]) == (second.pk, first.pk, "企业指定")


@pytest.mark.django_db
@pytest.mark.parametrize("interest", ["member", "shareholder", "declared"])
def test_an_officer_with_an_interest_in_the_owner_is_refused(interest: str) -> None:
    scene = requested()
    officer, owner = scene.officer.person, scene.project.owner
    if interest == "member":
        MembershipFactory(user=officer, organisation=owner)
    elif interest == "shareholder":
        Shareholding.objects.create(organisation=owner, holder_name=officer.name, percent=5)
    else:
        deputy = officer.officer_profile.deputy
        services.save_profile(officer, deputy=deputy, conflicts=[owner], by=scene.chief)
    with pytest.raises(OfficerConcerned):
        services.accept_project(scene.project, officer=officer, by=scene.chief)
    assert officers.proposals(scene.project)[0].officer != officer


@pytest.mark.django_db
def test_where_the_zone_says_so_a_request_is_assigned_by_itself() -> None:
    chief = staff("chief")
    services.set_policy(automatic=True, by=chief)
    scene = requested()
    assert scene.fresh().state == Project.State.ACCEPTED
    assert scene.fresh().officer == scene.officer.user


@pytest.mark.django_db
def test_with_nobody_to_assign_the_chief_is_told() -> None:
    chief = staff("chief")
    services.set_policy(automatic=True, by=chief)
    scene = requested(industry="化工")
    other = Project.objects.get(pk=scene.project.pk)
    assert other.officer is not None
    for person in (scene.officer.person, scene.officer.person.officer_profile.deputy):
        MembershipFactory(user=person, organisation=scene.project.owner)
    services.return_project(scene.fresh(), "缺材料", by=chief)
    services.resubmit_project(scene.fresh(), {}, by=scene.owner)
    assert Message.objects.filter(kind="projects.unassigned", recipient=chief.user).exists()


@pytest.mark.django_db
def test_while_an_officer_is_away_the_deputy_sees_acts_and_is_told() -> None:
    with clock.at(MONDAY):
        scene = mapped()
        deputy_user = scene.officer.person.officer_profile.deputy
        deputy = type(scene.officer).of(deputy_user)
        assert not queries.visible_to(deputy).filter(pk=scene.project.pk).exists()
        assert not permissions.is_officer(scene.project, deputy)
        day = clock.today()
        away = services.add_absence(
            scene.officer.person, starts_on=day, ends_on=day + timedelta(days=2), reason="培训", by=scene.chief
        )
        assert list(queries.visible_to(deputy)) == list(queries.of_officer(deputy_user)) == [scene.project]
        ready = scene.project.steps.filter(state="ready", own=False).first()
        services.start_step(ready, "受理-1", by=deputy)
        services.finish_step(ready, by=deputy)
        assert Message.objects.filter(kind="projects.step_finished", recipient=deputy_user).exists()
    with clock.at(MONDAY + timedelta(days=3)):
        assert not permissions.is_officer(scene.project, deputy)
        assert not queries.visible_to(deputy).filter(pk=scene.project.pk).exists()
    services.end_absence(away, by=scene.chief)


@pytest.mark.django_db
def test_an_absence_needs_a_deputy_who_is_here() -> None:
    with clock.at(MONDAY):
        scene, day = requested(), MONDAY.date()
        officer, deputy = scene.officer.person, scene.officer.person.officer_profile.deputy
        with pytest.raises(NoDeputy):
            services.add_absence(staff("officer").person, starts_on=day, ends_on=day, reason="病假", by=scene.chief)
        services.add_absence(deputy, starts_on=day, ends_on=day, reason="病假", by=scene.chief)
        with pytest.raises(Exception, match="代理人也外出"):
            services.add_absence(officer, starts_on=day, ends_on=day, reason="病假", by=scene.chief)
        with pytest.raises(NotAllowed):
            services.save_profile(officer, deputy=deputy, by=scene.officer)


@pytest.mark.django_db
def test_the_chiefs_pages(client: Client) -> None:
    scene = requested()
    client.force_login(scene.chief.person)
    page = client.get(f"/projects/{scene.project.code}/").content.decode()
    assert "建议指派" in page
    assert "负荷最轻" in page
    assert client.get("/desk/officers/").status_code == 200
    assert client.post("/desk/officers/", {"automatic": "1"}).status_code == 302
    assert officers.is_automatic()
    lonely = staff("officer")
    given = {"deputy": scene.officer.person.pk, "industries": "汽车\n化工", "conflicts": "", "regions": []}
    assert client.post(f"/desk/officers/{lonely.person.pk}/", given).status_code == 302
    assert lonely.person.officer_profile.industries == ["汽车", "化工"]
    away = {"starts_on": "2026-03-02", "ends_on": "2026-03-01", "reason": "会议"}
    refused = client.post(f"/desk/officers/{lonely.person.pk}/absences/", away)
    assert "不早于" in refused.content.decode()
    away["ends_on"] = "2026-03-03"
    assert client.post(f"/desk/officers/{lonely.person.pk}/absences/", away).status_code == 302
    assert client.get(f"/desk/officers/{lonely.person.pk}/").content.decode().count("取消外出") == 1
    client.force_login(scene.officer.person)
    assert client.get("/desk/officers/").status_code == 403
