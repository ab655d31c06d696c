"""Certificates: refused with the field named, verified by an operator, ended by their own date."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplace.accounts.actors import Actor
from marketplace.agencies import queries, services, tasks
from marketplace.agencies.models import Agency, Qualification
from marketplace.agencies.rules import Need, Needs, eligibility
from marketplace.core import clock, files
from marketplace.core.errors import AlreadyDone, DomainError, NotAllowed
from marketplace.core.models import Message
from tests.agencies import scene
from tests.factories import MembershipFactory, UserFactory, staff

pytestmark = pytest.mark.django_db
Drain = Callable[[], int]


@pytest.fixture(autouse=True)
def catalogue(db: Any) -> None:
    scene.catalogue()


@pytest.fixture
def by() -> Actor:
    return scene.author()


@pytest.fixture
def operator() -> Actor:
    return staff()


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"valid_until": clock.today() - timedelta(days=1)}, "valid_until", "到期"),
        ({"valid_until": None}, "valid_until", "有效期"),
        ({"issued_on": clock.today() + timedelta(days=1)}, "issued_on", "不能晚于今天"),
        ({"grade": "丁级"}, "grade", "甲级、乙级"),
        ({"grade": ""}, "grade", "甲级、乙级"),
        ({"type": "zhaobiao-daili", "grade": "甲级"}, "type", "已取消"),
        ({"type": "kuaijishi-shiwusuo", "grade": "甲级"}, "grade", "不分等级"),
        ({"type": "no-such-type"}, "type", "没有这类资质"),
    ],
)
def test_a_wrong_certificate_is_refused_on_its_field(
    by: Actor, changes: dict[str, Any], field: str, words: str
) -> None:
    agency = services.start_admission(by=by)
    with pytest.raises(DomainError, match=words) as error:
        services.save_qualification(agency, scene.certificate(by, **changes), by=by)
    assert error.value.field == field
    assert not agency.qualifications.exists()


def test_a_certificate_that_ends_today_is_taken(by: Actor) -> None:
    agency = services.start_admission(by=by)
    row = services.save_qualification(agency, scene.certificate(by, valid_until=clock.today()), by=by)
    assert row.state == "draft"


def test_a_certificate_without_an_end_is_taken_where_the_type_has_none(by: Actor) -> None:
    agency = services.start_admission(by=by)
    data = scene.certificate(by, type="kuaijishi-shiwusuo", grade="", valid_until=None)
    assert services.save_qualification(agency, data, by=by).valid_until is None


def test_a_certificate_expires_when_its_last_day_is_over(by: Actor, operator: Actor, drain: Drain) -> None:
    agency = scene.admitted(by, operator, drain)
    row = scene.only(agency)
    assert row.valid_until is not None
    end = datetime.combine(row.valid_until, datetime.max.time(), clock.ZONE)
    with clock.at(end):
        drain()
    row.refresh_from_db()
    assert row.state == Qualification.State.EXPIRING
    with clock.at(end + timedelta(microseconds=1)):
        drain()
    row.refresh_from_db()
    assert row.state == Qualification.State.EXPIRED
    assert Message.objects.filter(kind="agencies.certificate_expired", recipient=by.user).exists()


def test_reminders_come_90_30_and_7_days_before(by: Actor, operator: Actor, drain: Drain) -> None:
    agency = scene.admitted(by, operator, drain)
    end = scene.only(agency).valid_until
    assert end is not None
    seen = []
    for days in range(100, 0, -1):
        with clock.at(datetime.combine(end - timedelta(days=days), datetime.min.time(), clock.ZONE)):
            drain()
        seen = list(Message.objects.filter(kind="agencies.certificate_expiring").order_by("id"))
    assert [message.params["days"] for message in seen] == [90, 30, 7]


def test_an_expired_certificate_no_longer_makes_eligible(by: Actor, operator: Actor, drain: Drain) -> None:
    agency = scene.admitted(by, operator, drain)
    needs = Needs("ZJ-016", ((Need("cehui", "测绘资质", ("甲级", "乙级"), "乙级"),),))
    today = clock.today()
    assert all(check.ok for check in eligibility(queries.facts(agency), needs, today))
    later = clock.now() + timedelta(days=1200)
    with clock.at(later):
        drain()
        check = eligibility(queries.facts(agency), needs, clock.today())[2]
    assert check.ok is False
    assert "过期" in str(check.mend)


def test_a_renewal_waits_for_an_operator_and_then_replaces_the_old_one(
    by: Actor, operator: Actor, drain: Drain
) -> None:
    agency = scene.admitted(by, operator, drain)
    old = scene.only(agency)
    data = scene.certificate(by, grade="甲级", number="甲测资字43110099")
    new = services.save_qualification(agency, data, by=by, qualification=old)
    old.refresh_from_db()
    assert (new.replaces, new.state, old.state) == (old, "submitted", "verified")
    assert list(queries.certificates_waiting()) == [new]
    with pytest.raises(NotAllowed):
        services.verify_qualification(new, shown=scene.shown(new), by=by)
    services.verify_qualification(new, shown=scene.shown(new), by=operator)
    old.refresh_from_db()
    new.refresh_from_db()
    assert (new.state, old.state) == ("verified", "superseded")
    assert [c.grade for c in queries.facts(agency).certificates] == ["甲级"]


def test_a_certificate_that_changed_under_the_operators_eyes_is_not_decided(
    by: Actor, operator: Actor, drain: Drain
) -> None:
    """The scan of grade B was looked at; meanwhile the row became grade A, and was verified."""
    agency = scene.admitted(by, operator, drain)
    row = services.save_qualification(agency, scene.certificate(by, number="乙测资字43110099"), by=by)
    seen = scene.shown(row)
    services.save_qualification(agency, scene.certificate(by, grade="甲级", number="甲1"), by=by, qualification=row)
    for act in (
        lambda shown: services.verify_qualification(row, shown=shown, by=operator),
        lambda shown: services.reject_qualification(row, "不清晰", shown=shown, by=operator),
    ):
        with pytest.raises(services.ChangedMeanwhile, match="修改了这份资料"):
            act(seen)
        with pytest.raises(services.ChangedMeanwhile):
            act("")
    row.refresh_from_db()
    assert row.state == "submitted"
    services.verify_qualification(row, shown=scene.shown(row), by=operator)


def test_a_person_counts_when_an_operator_has_looked_at_the_licence(by: Actor, operator: Actor, drain: Drain) -> None:
    """An admitted agency wrote ten surveyors down and could bid at once where ten were asked for."""
    agency = scene.admitted(by, operator, drain)
    person = services.save_practitioner(agency, scene.person(), by=by)
    assert (person.is_active, queries.facts(agency).practitioners) == (False, ())
    assert list(queries.practitioners_waiting()) == [person]
    assert "核验人员" in [task.act for task in tasks.desk_tasks(operator)]
    seen = scene.shown(person)
    with pytest.raises(NotAllowed):
        services.verify_practitioner(person, shown=seen, by=by)
    services.save_practitioner(agency, scene.person(licence_number="CH9"), by=by, practitioner=person)
    with pytest.raises(services.ChangedMeanwhile):
        services.verify_practitioner(person, shown=seen, by=operator)
    services.verify_practitioner(person, shown=scene.shown(person), by=operator)
    assert [p.licence for p in queries.facts(agency).practitioners] == ["注册测绘师"]
    with pytest.raises(AlreadyDone):
        services.verify_practitioner(person, shown=scene.shown(person), by=operator)


def test_another_licence_is_looked_at_again_and_another_title_is_not(by: Actor, operator: Actor, drain: Drain) -> None:
    agency = scene.admitted(by, operator, drain)
    person = services.save_practitioner(agency, scene.person(), by=by)
    services.verify_practitioner(person, shown=scene.shown(person), by=operator)
    same = services.save_practitioner(agency, scene.person(title="高级工程师"), by=by, practitioner=person)
    assert same.is_active
    other = services.save_practitioner(agency, scene.person(licence="注册造价工程师"), by=by, practitioner=person)
    assert not other.is_active
    assert queries.facts(agency).practitioners == ()


def test_a_refused_person_stays_off_with_the_reason(by: Actor, operator: Actor, drain: Drain) -> None:
    agency = scene.admitted(by, operator, drain)
    person = services.save_practitioner(agency, scene.person(), by=by)
    services.reject_practitioner(person, "证书看不清", shown=scene.shown(person), by=operator)
    person.refresh_from_db()
    assert (person.is_active, person.is_waiting, person.reason) == (False, False, "证书看不清")
    assert Message.objects.filter(recipient=by.user, kind="agencies.practitioner_rejected").exists()


def test_a_renewal_under_the_same_number_replaces_too(by: Actor, operator: Actor, drain: Drain) -> None:
    agency = scene.admitted(by, operator, drain)
    old = scene.only(agency)
    data = scene.certificate(by, valid_until=clock.today() + timedelta(days=1800))
    new = services.save_qualification(agency, data, by=by, qualification=old)
    services.verify_qualification(new, shown=scene.shown(new), by=operator)
    old.refresh_from_db()
    assert old.state == "superseded"


def test_a_rejected_certificate_says_why_and_may_be_mended(by: Actor, operator: Actor, drain: Drain) -> None:
    agency = scene.admitted(by, operator, drain)
    row = services.save_qualification(agency, scene.certificate(by, number="乙测资字43119999"), by=by)
    with pytest.raises(DomainError, match="原因"):
        services.reject_qualification(row, " ", shown=scene.shown(row), by=operator)
    services.reject_qualification(row, "扫描件缺页", shown=scene.shown(row), by=operator)
    row.refresh_from_db()
    assert (row.state, row.reason) == ("rejected", "扫描件缺页")
    again = services.save_qualification(
        agency, scene.certificate(by, number="乙测资字43119999"), by=by, qualification=row
    )
    assert (again.pk, again.state, again.reason) == (row.pk, "submitted", "")


def test_a_verified_certificate_is_not_deleted(by: Actor, operator: Actor, drain: Drain) -> None:
    agency = scene.admitted(by, operator, drain)
    with pytest.raises(DomainError, match="不能删除"):
        services.remove_qualification(scene.only(agency), by=by)


def test_a_revoked_certificate_ends_at_once_and_is_told(by: Actor, operator: Actor, drain: Drain) -> None:
    agency = scene.admitted(by, operator, drain)
    services.revoke_qualification(scene.only(agency), "发证机关决定", by=staff("supervisor"))
    assert Message.objects.filter(kind="agencies.certificate_revoked", recipient=by.user).exists()
    assert scene.only(agency).state == "revoked"
    assert queries.facts(agency).certificates == ()


def test_a_challenged_certificate_counts_until_decided(by: Actor, operator: Actor, drain: Drain) -> None:
    agency = scene.admitted(by, operator, drain)
    row = services.challenge_qualification(scene.only(agency), "有人举报", by=operator)
    assert len(queries.facts(agency).certificates) == 1
    services.decide_challenge(row, is_false=True, by=operator)
    assert scene.only(agency).state == "fraud"
    assert queries.facts(agency).certificates == ()


def test_scans_are_read_by_their_own_people_and_by_operators_only(by: Actor, operator: Actor, drain: Drain) -> None:
    scan = scene.only(scene.admitted(by, operator, drain)).scan
    assert scan is not None
    colleague = MembershipFactory(organisation=by.organisation).user
    assert files.may_read(Actor.of(colleague), scan)
    assert files.may_read(operator, scan)
    assert files.may_read(staff("supervisor"), scan)
    for stranger in (None, scene.author(), staff("editor"), Actor.of(UserFactory())):
        assert not files.may_read(stranger, scan)


def test_the_desk_says_30_days_before_that_a_certificate_ends(by: Actor, operator: Actor, drain: Drain) -> None:
    agency = scene.admitted(by, operator, drain)
    end = scene.only(agency).valid_until
    assert end is not None

    def acts(days: int) -> list[str]:
        with clock.at(datetime.combine(end - timedelta(days=days), datetime.min.time(), clock.ZONE)):
            return [str(task.act) for task in tasks.desk_tasks(by)]

    assert acts(31) == []
    assert acts(30) == ["上传延续后的证书"]
    services.save_qualification(
        agency, scene.certificate(by, number="乙测资字43110077"), by=by, qualification=scene.only(agency)
    )
    assert acts(30) == []


def test_the_desk_of_an_agency_and_of_an_operator(by: Actor, operator: Actor) -> None:
    agency = services.start_admission(by=by)
    assert [str(task.act) for task in tasks.desk_tasks(by)] == ["继续填写"]
    assert list(tasks.desk_tasks(operator)) == []
    agency = scene.submitted(by)
    assert list(tasks.desk_tasks(by)) == []
    (task,) = tasks.desk_tasks(operator)
    assert (task.act, task.title) == ("审核入驻", str(agency))
    services.return_admission(agency, ["扫描件不清晰"], by=operator)
    (task,) = tasks.desk_tasks(by)
    assert task.due_at is not None
    assert task.subject == "扫描件不清晰"
    assert list(tasks.desk_tasks(operator)) == []


def test_facts_of_many_take_a_constant_number_of_queries(
    by: Actor, operator: Actor, drain: Drain, django_assert_num_queries: Any
) -> None:
    scene.admitted(by, operator, drain)
    with django_assert_num_queries(6):
        one = queries.facts_many(queries.public())
    for _n in range(3):
        scene.admitted(scene.author(), operator, drain)
    with django_assert_num_queries(6):
        many = queries.facts_many(queries.public())
    assert (len(one), len(many)) == (1, 4)
    assert all(facts.offers == {"ZJ-016": frozenset({"430500"})} for facts in many.values())


def test_the_public_page_takes_a_constant_number_of_queries(by: Actor, operator: Actor, drain: Drain) -> None:
    agency = scene.admitted(by, operator, drain)

    def add(n: int) -> None:
        person = services.save_practitioner(agency, scene.person(licence_number=f"CH{n:06d}"), by=by)
        services.verify_practitioner(person, shown=scene.shown(person), by=operator)
        services.save_past_work(agency, scene.work(title=f"项目 {n}"), by=by)

    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            queries.public_page(agency.credit_code)
        return len(asked)

    add(0)
    before = count()
    for n in range(1, 6):
        add(n)
    assert count() <= before < 15
    page = queries.public_page(agency.credit_code)
    assert page is not None
    assert page.practitioners == (("注册测绘师", 6),)
    assert len(page.works) == 6


def test_nobody_sees_the_page_of_an_agency_that_is_not_public(by: Actor) -> None:
    assert queries.public_page(scene.submitted(by).credit_code) is None


def test_what_an_actor_may_see(by: Actor, operator: Actor) -> None:
    agency = scene.submitted(by)
    assert agency in queries.visible_to(by)
    assert agency in queries.visible_to(operator)
    assert agency not in queries.visible_to(scene.author())
    assert agency not in queries.visible_to(None)


def test_the_first_day_counts_from_the_issue(by: Actor) -> None:
    agency = services.start_admission(by=by)
    with pytest.raises(DomainError) as error:
        services.save_qualification(
            agency, scene.certificate(by, issued_on=date(2026, 1, 1), valid_until=date(2026, 1, 1)), by=by
        )
    assert error.value.field == "valid_until"
    assert Agency.objects.count() == 1
