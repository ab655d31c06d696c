"""From the request to the mandate and the route map."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.actors import Actor, NotVerified
from marketplace.accounts.roles import MemberRole
from marketplace.core import clock
from marketplace.core.errors import AlreadyDone, Incomplete, NotAllowed, WrongState
from marketplace.core.models import LogEntry, Message
from marketplace.projects import services
from marketplace.projects.errors import BadProjectCode, ForeignProjectCode, NotAnOfficer, ProjectCodeTaken
from marketplace.projects.models import Project, Step
from marketplace.projects.rules.errors import Unanswered
from tests.factories import MembershipFactory, OrganisationFactory, member, staff
from tests.projects.scene import CODE, LARGE, MONDAY, SMALL, give_deputy, mandated, mapped, requested, template, zone

pytestmark = pytest.mark.django_db


def test_a_request_waits_two_working_days_and_chiefs_are_told() -> None:
    chief = staff("chief")
    with clock.at(MONDAY):
        scene = requested()
    assert scene.project.state == Project.State.REQUESTED
    assert clock.local(scene.project.accept_by).isoformat() == "2026-03-04T17:00:00+08:00"
    assert Message.objects.filter(recipient=chief.user, kind="projects.requested").exists()


@pytest.mark.parametrize(
    "code", ["2601-430599-04-01", "2613-430599-04-01-318024", "not a code", "1999-430599-04-01-318024"]
)
def test_a_text_that_is_no_project_code_is_refused_on_its_field(code: str) -> None:
    with pytest.raises(BadProjectCode) as caught:
        requested(code=code)
    assert caught.value.field == "code"


def test_the_old_form_of_the_code_is_taken() -> None:
    assert requested(code="2019-430599-04-01-318024").project.code == "2019-430599-04-01-318024"


def test_a_code_of_another_region_must_be_confirmed() -> None:
    with pytest.raises(ForeignProjectCode, match="440300"):
        requested(code="2601-440300-04-01-318024")
    assert requested(code="2601-440300-04-01-318024", region_confirmed=True).project.code.startswith("2601-440300")


def test_a_project_is_registered_once_and_a_stranger_learns_only_that() -> None:
    scene = requested()
    with pytest.raises(ProjectCodeTaken, match="已经登记过"):
        services.register_project(
            code=CODE, name="重复", investment=Decimal(1), owner=scene.owner.organisation, by=scene.owner
        )
    other = member(MemberRole.BUYER)
    with pytest.raises(ProjectCodeTaken, match="其他单位") as caught:
        services.register_project(code=CODE, name="重复", investment=Decimal(1), owner=other.organisation, by=other)
    assert scene.owner.organisation.name not in str(caught.value)


def test_an_organisation_that_nobody_vouched_for_holds_no_code_against_its_owner() -> None:
    """Anybody who signed up could register the codes of foreign projects, and their owners were told they are taken."""
    zone()
    squatter = Actor.of(MembershipFactory(organisation__verified_at=None).user)
    given = {"code": CODE, "name": "占位", "investment": Decimal(1)}
    with pytest.raises(NotVerified):
        services.register_project(**given, owner=squatter.organisation, by=squatter)
    client = Client()
    client.force_login(squatter.person, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("project_new")).status_code == 403
    owner = member(MemberRole.BUYER)
    assert services.register_project(**given, owner=owner.organisation, by=owner).owner == owner.organisation


def test_a_bid_author_registers_nothing() -> None:
    zone()
    author = member(MemberRole.BID_AUTHOR)
    with pytest.raises(NotAllowed):
        services.register_project(code=CODE, name="甲", investment=Decimal(1), owner=author.organisation, by=author)


def test_an_officer_takes_on_for_themselves_and_a_chief_for_anybody() -> None:
    scene = requested()
    colleague = staff("officer")
    with pytest.raises(NotAllowed):
        services.accept_project(scene.project, officer=colleague.user, by=scene.officer)
    with pytest.raises(NotAnOfficer):
        services.accept_project(scene.project, officer=scene.chief.user, by=scene.chief)
    with pytest.raises(NotAllowed):
        services.accept_project(scene.project, officer=scene.officer.user, by=scene.owner)
    services.accept_project(scene.project, officer=scene.officer.user, by=scene.officer)
    assert scene.fresh().officer == scene.officer.user
    with pytest.raises(AlreadyDone):
        services.accept_project(scene.project, officer=scene.officer.user, by=scene.officer)


def test_a_returned_request_says_why_and_comes_back_mended() -> None:
    scene = requested()
    with pytest.raises(Incomplete):
        services.return_project(scene.project, "  ", by=scene.chief)
    services.return_project(scene.project, "总投资与备案证明不一致", by=scene.chief)
    assert scene.fresh().return_reason == "总投资与备案证明不一致"
    assert Message.objects.filter(recipient=scene.owner.user, kind="projects.returned").exists()
    services.resubmit_project(scene.project, {"investment": Decimal("180000000")}, by=scene.owner)
    again = scene.fresh()
    assert (again.state, again.investment, again.return_reason) == ("requested", Decimal("180000000"), "")


def test_nobody_signs_for_an_organisation_that_was_not_looked_at() -> None:
    zone()
    owner = member(MemberRole.BUYER, organisation=OrganisationFactory())
    project = services.register_project(code=CODE, name="甲", investment=Decimal(1), owner=owner.organisation, by=owner)
    owner.organisation.verified_at = None  # taken back since
    owner.organisation.save()
    officer = staff("officer")
    give_deputy(officer, staff("chief"))
    services.accept_project(project, officer=officer.user, by=officer)
    with pytest.raises(NotVerified):
        services.sign_mandate(project, True, by=owner)


def test_a_mandate_ends_and_can_be_changed_while_the_project_runs() -> None:
    with clock.at(MONDAY):
        scene = mapped(may_tender=True)
        assert scene.fresh().mandate_until == date(2028, 3, 2)
        services.sign_mandate(scene.project, False, until=date(2026, 12, 31), by=scene.owner)
        assert not scene.fresh().mandate_holds(clock.today())
        with pytest.raises(Incomplete):
            services.sign_mandate(scene.project, True, until=date(2026, 3, 1), by=scene.owner)
        services.sign_mandate(scene.project, True, until=date(2026, 3, 31), by=scene.owner)
    assert scene.fresh().mandate_holds(date(2026, 3, 31))
    assert not scene.fresh().mandate_holds(date(2026, 4, 1))
    assert scene.fresh().state == Project.State.RUNNING


def test_no_mandate_before_somebody_takes_the_project_on() -> None:
    scene = requested()
    with pytest.raises(WrongState):
        services.sign_mandate(scene.project, True, by=scene.owner)


def test_the_route_map_is_frozen_with_its_services_and_the_first_step_is_ready() -> None:
    scene = mapped(answers=LARGE)
    steps = {step.key: step for step in Step.objects.filter(project=scene.project)}
    assert len(steps) == 32
    assert [step.key for step in steps.values() if step.state == Step.State.READY] == ["filing"]
    assert steps["eia"].statutory_days == 60
    assert steps["eia"].limit_unit == "calendar"
    assert steps["land_planning"].together_with == "land_contract"
    assert list(steps["eia"].services.order_by("pk").values_list("item__code", "by_authority")) == [
        ("ZJ-005", False),
        ("ZJ-006", True),
    ]
    passed = LogEntry.objects.get(action="project.run")
    assert passed.data["passed_by_itself"] is True


def test_a_running_project_keeps_its_version_of_the_route_map() -> None:
    scene = mapped()
    old = template()
    data = {**old.data, "name": "另一个名字"}
    new = services.save_template(data, by=staff("operator"))
    assert (new.version, new.is_active) == (2, True)
    assert scene.fresh().template == old
    assert not type(old).objects.get(pk=old.pk).is_active
    assert services.save_template(data, by=staff("operator")) == new  # nothing new, no new version


def test_loading_the_routes_again_changes_nothing() -> None:
    zone()
    before = template().pk
    zone()
    assert template().pk == before


def test_only_its_officer_or_a_chief_makes_the_map_and_only_once() -> None:
    scene = mandated()
    for stranger in (scene.owner, staff("officer"), staff("operator")):
        with pytest.raises(NotAllowed):
            services.make_route(scene.fresh(), template(), {}, by=stranger)
    services.make_route(scene.fresh(), template(), {}, by=scene.chief)
    with pytest.raises(WrongState):
        services.make_route(scene.fresh(), template(), {}, by=scene.officer)


def test_a_map_needs_all_answers() -> None:
    scene = mandated(answers=SMALL)
    Project.objects.filter(pk=scene.project.pk).update(answers={})
    with pytest.raises(Unanswered):
        services.make_route(scene.fresh(), template(), {}, by=scene.officer)
    assert scene.fresh().state == Project.State.MANDATED
    assert not Step.objects.filter(project=scene.project).exists()


def test_answers_can_be_mended_until_the_map_is_made() -> None:
    scene = mandated(answers=SMALL)
    services.answer_questions(scene.fresh(), {**SMALL, "eia": "form"}, by=scene.owner)
    services.make_route(scene.fresh(), template(), {}, by=scene.officer)
    assert scene.step("eia").statutory_days == 30
    with pytest.raises(WrongState):
        services.answer_questions(scene.fresh(), SMALL, by=scene.owner)


def test_a_government_project_gets_its_own_route() -> None:
    scene = requested(funds="public")
    assert scene.project.template.key == "public_building"


def test_the_year_of_a_leap_day_mandate_is_no_trap(clock_at: object) -> None:
    with clock.at(MONDAY.replace(year=2028, month=2, day=29)):
        scene = mapped()
        assert scene.fresh().mandate_until - clock.today() > timedelta(days=700)
