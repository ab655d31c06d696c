"""The way of an application: filled in, handed in, returned or passed, made public, admitted by time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole
from marketplace.agencies import queries, rules, services
from marketplace.agencies.models import Agency, Practitioner
from marketplace.core import calendar, clock
from marketplace.core.errors import AlreadyDone, DomainError, Incomplete, NotAllowed, WrongState
from marketplace.core.models import LogEntry, Message
from tests.agencies import scene
from tests.factories import member, staff

pytestmark = pytest.mark.django_db
Drain = Callable[[], int]


@pytest.fixture(autouse=True)
def catalogue(db: Any) -> None:
    scene.catalogue()


@pytest.fixture
def operator() -> Actor:
    return staff()


@pytest.fixture
def by() -> Actor:
    return scene.author()


def told(kind: str) -> list[str]:
    return [message.subject for message in Message.objects.filter(kind=kind)]


def test_an_application_is_begun_once(by: Actor) -> None:
    assert services.start_admission(by=by) == services.start_admission(by=by)


def test_a_stranger_may_not_write(by: Actor) -> None:
    agency = services.start_admission(by=by)
    for actor in (scene.author(), Actor.of(scene.author().user), staff()):  # type: ignore[arg-type]
        with pytest.raises(NotAllowed):
            services.save_basics(agency, scene.BASICS, by=actor)


def test_a_buyer_of_the_same_firm_may_not_write(by: Actor) -> None:
    agency = services.start_admission(by=by)
    with pytest.raises(NotAllowed):
        services.save_basics(agency, {}, by=member(MemberRole.BUYER, organisation=by.organisation))


def test_a_bid_author_may_fill_in_and_hand_in(by: Actor) -> None:
    colleague = member(MemberRole.BID_AUTHOR, organisation=by.organisation)
    assert scene.submitted(colleague).state == Agency.State.SUBMITTED


def test_an_empty_application_is_told_everything_at_once(by: Actor) -> None:
    agency = services.start_admission(by=by)
    with pytest.raises(Incomplete) as error:
        services.submit_admission(agency, by=by)
    said = "".join(str(problem) for problem in error.value.problems)
    for word in ("联系电话", "经营范围", "服务项目", "承诺书"):
        assert word in said


def test_handing_in_twice_is_said_to_be_done(by: Actor) -> None:
    agency = scene.submitted(by)
    with pytest.raises(AlreadyDone):
        services.submit_admission(agency, by=by)


def test_what_the_operators_look_at_does_not_change(by: Actor) -> None:
    agency = scene.submitted(by)
    with pytest.raises(services.UnderReview):
        services.save_basics(agency, {"address": "别处"}, by=by)
    with pytest.raises(services.UnderReview):
        services.save_offer(agency, scene.offer(item="ZJ-029"), by=by)


def test_operators_are_told_of_a_new_application(by: Actor, operator: Actor) -> None:
    scene.submitted(by)
    assert told("agencies.submitted") == [f"入驻申请待审核：{by.organisation}"]


def test_all_reasons_are_given_at_once_and_the_application_may_be_mended(by: Actor, operator: Actor) -> None:
    agency = services.return_admission(scene.submitted(by), ["扫描件不清晰", " ", "联系人无法核实"], by=operator)
    assert agency.return_reasons == ["扫描件不清晰", "联系人无法核实"]
    assert scene.only(agency).state == "draft"
    services.save_basics(agency, {"contact_name": "赵磊"}, by=by)
    assert services.submit_admission(agency, by=by).state == Agency.State.SUBMITTED


def test_an_application_is_not_returned_without_a_reason(by: Actor, operator: Actor) -> None:
    with pytest.raises(DomainError, match="退回原因"):
        services.return_admission(scene.submitted(by), ["  "], by=operator)


def test_what_nobody_mends_in_ten_working_days_closes(by: Actor, operator: Actor, drain: Drain) -> None:
    agency = services.return_admission(scene.submitted(by), ["扫描件不清晰"], by=operator)
    end = calendar.closes_at(clock.now(), 10)
    with clock.at(end - timedelta(seconds=1)):
        drain()
    agency.refresh_from_db()
    assert agency.state == Agency.State.RETURNED
    with clock.at(end):
        drain()
    agency.refresh_from_db()
    assert agency.state == Agency.State.WITHDRAWN
    assert services.start_admission(by=by).state == Agency.State.DRAFT


def test_what_was_handed_in_again_does_not_close(by: Actor, operator: Actor, drain: Drain) -> None:
    agency = services.return_admission(scene.submitted(by), ["扫描件不清晰"], by=operator)
    services.submit_admission(agency, by=by)
    with clock.at(clock.now() + timedelta(days=60)):
        drain()
    agency.refresh_from_db()
    assert agency.state == Agency.State.SUBMITTED


def test_without_a_confirmed_authorisation_nobody_passes(operator: Actor) -> None:
    by = scene.author()
    assert by.organisation is not None
    by.organisation.verified_at = None
    by.organisation.save()
    agency = scene.submitted(by)
    with pytest.raises(services.ClaimOpen, match="授权核验"):
        services.pass_admission(agency, by=operator)
    agency.refresh_from_db()
    assert agency.state == Agency.State.SUBMITTED


def test_only_operators_pass(by: Actor) -> None:
    agency = scene.submitted(by)
    for actor in (by, staff("editor"), staff("supervisor")):
        with pytest.raises(NotAllowed):
            services.pass_admission(agency, by=actor)


def test_an_operator_stands_back_from_their_own_firm(by: Actor) -> None:
    agency = scene.submitted(by)
    assert by.user is not None
    by.user.staff_roles = ["operator"]
    by.user.save()
    with pytest.raises(NotAllowed, match="回避"):
        services.pass_admission(agency, by=Actor.of(by.user))


def test_after_three_working_days_of_publicity_it_is_admitted_by_time(by: Actor, operator: Actor, drain: Drain) -> None:
    at = datetime(2026, 3, 13, 10, 0, tzinfo=clock.ZONE)  # a Friday
    with clock.at(at):
        agency = services.pass_admission(scene.submitted(by), by=operator)
    end = datetime(2026, 3, 18, 17, 0, tzinfo=clock.ZONE)
    assert agency.notice_until == end
    assert scene.only(agency).state == "verified"
    assert not agency.is_public
    with clock.at(end - timedelta(milliseconds=1)):
        drain()
    agency.refresh_from_db()
    assert agency.state == Agency.State.PUBLIC_NOTICE
    with clock.at(end + timedelta(hours=2)):
        drain()
    agency.refresh_from_db()
    assert (agency.state, agency.admitted_at) == (Agency.State.ACTIVE, end)
    public = LogEntry.objects.filter(log="public", action__startswith="agency.").values_list("action", flat=True)
    assert list(public) == ["agency.public_notice", "agency.admitted"]
    assert told("agencies.admitted") == [f"已入驻：{agency}"]


def test_an_upheld_objection_ends_the_publicity(by: Actor, operator: Actor, drain: Drain) -> None:
    agency = services.pass_admission(scene.submitted(by), by=operator)
    services.object_admission(agency, "业绩虚假", by=staff("supervisor"))
    with clock.at(clock.now() + timedelta(days=30)):
        drain()
    agency.refresh_from_db()
    assert agency.state == Agency.State.REJECTED


def test_a_certificate_that_ended_meanwhile_stops_the_passing(by: Actor, operator: Actor) -> None:
    agency = scene.submitted(by)
    with clock.at(clock.now() + timedelta(days=2000)), pytest.raises(Incomplete, match="有效期"):
        services.pass_admission(agency, by=operator)


def test_a_number_that_another_agency_holds_stops_the_passing(by: Actor, operator: Actor, drain: Drain) -> None:
    first = scene.admitted(by, operator, drain)
    other = scene.author()
    agency = scene.complete(other)
    row = scene.only(agency)
    services.save_qualification(
        agency, scene.certificate(other, number=scene.only(first).number), by=other, qualification=row
    )
    with pytest.raises(Incomplete, match="另一机构已登记该编号"):
        services.submit_admission(agency, by=other)


def test_two_applicants_with_one_number_are_found_at_the_second_passing(
    by: Actor, operator: Actor, drain: Drain
) -> None:
    other = scene.author()
    first, second = scene.complete(by), scene.complete(other)
    number = scene.only(first).number
    services.save_qualification(
        second, scene.certificate(other, number=number), by=other, qualification=scene.only(second)
    )
    services.submit_admission(first, by=by)
    services.submit_admission(second, by=other)
    services.pass_admission(first, by=operator)
    checks = rules.machine_checks(queries.application(second))
    assert [c.key for c in checks if c.ok is False] == ["unique"]
    with pytest.raises(Incomplete):
        services.pass_admission(second, by=operator)


def test_a_person_on_another_register_is_shown_and_stays_off(by: Actor, operator: Actor, drain: Drain) -> None:
    first = scene.admitted(by, operator, drain)
    scene.enter(first, by, operator)
    other = scene.author()
    agency = scene.complete(other)
    services.save_practitioner(agency, scene.person(), by=other)
    clash = next(c for c in rules.machine_checks(queries.application(agency)) if c.key == "clash")
    assert clash.ok is False
    assert str(first) in str(clash.mine)
    services.save_practitioner(agency, scene.person(licence_number="CH2019430002", name="王芳"), by=other)
    row = agency.practitioners.get(licence_number="CH2019430001")
    services.remove_practitioner(row, by=other)
    agency = services.submit_admission(agency, by=other)
    Practitioner.objects.create(agency=agency, name="郑浩", licence="注册测绘师", licence_number="CH2019430001")
    services.pass_admission(agency, by=operator)
    register = agency.practitioners.filter(is_active=True).values_list("licence_number", flat=True)
    assert list(register) == ["CH2019430002"]


def test_an_admitted_agency_cannot_take_a_person_from_another(by: Actor, operator: Actor, drain: Drain) -> None:
    first = scene.admitted(by, operator, drain)
    scene.enter(first, by, operator)
    other = scene.author()
    second = scene.admitted(other, operator, drain)
    with pytest.raises(services.Clash, match="转注册"):
        services.save_practitioner(second, scene.person(), by=other)
    services.remove_practitioner(first.practitioners.get(), by=by)
    assert scene.enter(second, other, operator).is_active


def test_every_step_is_in_the_audit_log(by: Actor, operator: Actor, drain: Drain) -> None:
    agency = scene.admitted(by, operator, drain)
    actions = set(
        LogEntry.objects.filter(log="audit", subject=f"agencies.agency:{agency.pk}").values_list("action", flat=True)
    )
    assert {"agency.started", "agency.basics_saved", "agency.submitted", "agency.passed", "agency.admitted"} <= actions


def test_the_yearly_confirmation_passes_by_itself_and_says_so(by: Actor, operator: Actor, drain: Drain) -> None:
    agency = scene.admitted(by, operator, drain)
    with clock.at(clock.now() + timedelta(days=400)):
        drain()
    entry = LogEntry.objects.get(action="agency.reconfirmed", subject=f"agencies.agency:{agency.pk}")
    assert entry.data == {"passed_by_itself": True}


def test_no_step_of_the_machine_leads_nowhere() -> None:
    for machine, states in ((rules.ADMISSION, Agency.State), (rules.QUALIFICATION, None)):
        known = set(states.values) if states else {t.target for t in machine.transitions.values()} | {"draft"}
        for transition in machine.transitions.values():
            assert transition.sources <= known
            assert transition.target in known


def test_an_admitted_agency_is_not_handed_in_again(by: Actor, operator: Actor, drain: Drain) -> None:
    agency = scene.admitted(by, operator, drain)
    with pytest.raises(WrongState):
        services.submit_admission(agency, by=by)
