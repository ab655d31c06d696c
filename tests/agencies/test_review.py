"""The operators' pages in Wagtail's admin: what they show, and what they decide."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts import groups
from marketplace.accounts.actors import Actor
from marketplace.agencies import services
from marketplace.agencies.models import Agency
from marketplace.core.models import LogEntry, Message
from tests.agencies import scene
from tests.agencies.test_desk import logged_in
from tests.factories import staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def catalogue(db: Any) -> None:
    scene.catalogue()
    groups.ensure()


@pytest.fixture
def by() -> Actor:
    return scene.author()


@pytest.fixture
def operator() -> Actor:
    return staff()


@pytest.fixture
def desk(operator: Actor) -> Client:
    return logged_in(operator)


def test_an_application_stands_beside_its_scans(desk: Client, by: Actor) -> None:
    agency = scene.complete(by)
    services.save_practitioner(agency, scene.person(), by=by)
    services.save_past_work(agency, scene.work(), by=by)
    services.submit_admission(agency, by=by)
    answer = desk.get(reverse("agencies_review", args=[agency.pk]))
    text = answer.content.decode()
    scan = scene.only(agency).scan
    assert scan is not None
    assert f'<iframe src="{reverse("file", args=[scan.pk])}#navpanes=0"' in text
    for words in ("证书在有效期内", "编号未被其他机构使用", "未在其他机构注册", "金额合理", "有所需资质", "审核通过"):
        assert words in text
    assert "agency-ok" in text
    letter = answer.context["scans"][-1][1]
    other = desk.get(reverse("agencies_review", args=[agency.pk]), {"scan": str(letter.pk)})
    assert other.context["scan"] == letter


def test_what_a_machine_cannot_confirm_is_marked(desk: Client, by: Actor) -> None:
    agency = scene.complete(by)
    services.save_past_work(agency, scene.work(), by=by)  # without evidence
    services.submit_admission(agency, by=by)
    answer = desk.get(reverse("agencies_review", args=[agency.pk]))
    assert answer.context["unsure"] == 1
    assert "agency-look" in answer.content.decode()


def test_returning_takes_reasons_from_the_list_and_in_words(desk: Client, by: Actor) -> None:
    agency = scene.submitted(by)
    url = reverse("agencies_review", args=[agency.pk])
    empty = desk.post(url, {"act": "return"})
    assert empty.status_code == 422
    assert "请选择或填写退回原因" in empty.content.decode()
    sent = {"act": "return", "return-reasons": ["1", "6"], "return-words": "第二页缺公章\n\n电话无人接听"}
    assert desk.post(url, sent).status_code == 302
    agency.refresh_from_db()
    assert agency.return_reasons == [
        "资质证书扫描件不清晰或不完整",
        "承诺书未盖章或内容不完整",
        "第二页缺公章",
        "电话无人接听",
    ]
    assert "第二页缺公章" in Message.objects.get(kind="agencies.returned", recipient=by.user).body


def test_passing_leads_to_the_next_that_waits(desk: Client, by: Actor) -> None:
    agency, other = scene.submitted(by), scene.submitted(scene.author())
    answer = desk.post(reverse("agencies_review", args=[agency.pk]), {"act": "pass"})
    agency.refresh_from_db()
    assert agency.state == Agency.State.PUBLIC_NOTICE
    assert answer.url == reverse("agencies_review", args=[other.pk])  # type: ignore[attr-defined]


def test_a_double_click_passes_once(desk: Client, by: Actor) -> None:
    agency = scene.submitted(by)
    url = reverse("agencies_review", args=[agency.pk])
    desk.post(url, {"act": "pass"})
    again = desk.post(url, {"act": "pass"}, follow=True)
    assert "已经办理过了" in again.content.decode()
    assert LogEntry.objects.filter(action="agency.passed").count() == 1


def test_an_open_claim_is_said_before_and_after_the_click(desk: Client, by: Actor) -> None:
    assert by.organisation is not None
    by.organisation.verified_at = None
    by.organisation.save()
    agency = scene.submitted(by)
    url = reverse("agencies_review", args=[agency.pk])
    assert "授权书尚未核验，暂不能通过" in desk.get(url).content.decode()
    assert "不能通过入驻申请" in desk.post(url, {"act": "pass"}, follow=True).content.decode()
    agency.refresh_from_db()
    assert agency.state == Agency.State.SUBMITTED


def test_a_change_is_shown_as_a_difference_and_takes_effect_when_accepted(
    desk: Client, by: Actor, operator: Actor, drain: Any
) -> None:
    agency = scene.admitted(by, operator, drain)
    evidence = scene.stored(by, "agencies.evidence")
    asked = services.request_change(agency, {"name": "邵阳新测绘有限公司", "region": "430503"}, evidence, by=by)
    url = reverse("agencies_change", args=[asked.pk])
    text = desk.get(url).content.decode()
    assert f"<del>{agency.name}</del>" in text
    assert "<ins>邵阳新测绘有限公司</ins>" in text
    assert "<ins>大祥区</ins>" in text
    assert desk.post(url, {"accept": "1"}).status_code == 302
    agency = Agency.objects.get(pk=agency.pk)
    assert (agency.name, agency.region) == ("邵阳新测绘有限公司", scene.region("430503"))
    assert "已经办理过了" in desk.post(url, {"accept": "1"}, follow=True).content.decode()


def test_a_refused_change_leaves_everything_as_it_was(desk: Client, by: Actor, operator: Actor, drain: Any) -> None:
    agency = scene.admitted(by, operator, drain)
    asked = services.request_change(agency, {"legal_person": "刘洋"}, scene.stored(by, "agencies.evidence"), by=by)
    url = reverse("agencies_change", args=[asked.pk])
    assert desk.post(url, {"refuse": "1", "reason": ""}).status_code == 422
    assert desk.post(url, {"refuse": "1", "reason": "证明材料不符"}).status_code == 302
    asked.refresh_from_db()
    agency.refresh_from_db()
    assert (asked.state, agency.legal_person) == ("refused", "周建国")


def test_a_renewed_certificate_is_compared_with_the_old_one(
    desk: Client, by: Actor, operator: Actor, drain: Any
) -> None:
    agency = scene.admitted(by, operator, drain)
    old = scene.only(agency)
    new = services.save_qualification(
        agency, scene.certificate(by, grade="甲级", number="甲测资字43110001"), by=by, qualification=old
    )
    url = reverse("agencies_certificate", args=[new.pk])
    text = desk.get(url).content.decode()
    assert "<del>乙级</del>" in text
    assert "<ins>甲级</ins>" in text
    assert "修改了这份资料" in desk.post(url, {"accept": "1"}, follow=True).content.decode()
    desk.post(url, {"accept": "1", "shown": re.search(r'name="shown" value="(\w+)"', text).group(1)})
    new.refresh_from_db()
    assert new.state == "verified"


def test_an_added_person_is_looked_at_beside_the_licence(desk: Client, by: Actor, operator: Actor, drain: Any) -> None:
    agency = scene.admitted(by, operator, drain)
    person = services.save_practitioner(agency, scene.person(), by=by)
    url = reverse("agencies_practitioner", args=[person.pk])
    text = desk.get(url).content.decode()
    assert "CH2019430001" in text
    desk.post(url, {"accept": "1", "shown": re.search(r'name="shown" value="(\w+)"', text).group(1)})
    person.refresh_from_db()
    assert person.is_active


def test_sanctions_are_decided_on_the_same_page(desk: Client, by: Actor, operator: Actor, drain: Any) -> None:
    agency = scene.admitted(by, operator, drain)
    url = reverse("agencies_review", args=[agency.pk])
    assert desk.post(url, {"act": "freeze", "freeze-reason": ""}).status_code == 422
    desk.post(url, {"act": "credit", "credit-rule": "late", "credit-reason": "逾期 6 个工作日"})
    agency.refresh_from_db()
    assert agency.credit_score == 78
    desk.post(url, {"act": "freeze", "freeze-reason": "整改", "freeze-until": ""})
    agency.refresh_from_db()
    assert agency.state == Agency.State.FROZEN
    desk.post(url, {"act": "unfreeze", "unfreeze-reason": "整改完成"})
    desk.post(url, {"act": "expel", "expel-reason": "串通"})
    agency.refresh_from_db()
    assert agency.state == Agency.State.EXPELLED


LISTS = ("agencies", "agencies_admissions", "agencies_changes", "agencies_certificates")


@pytest.mark.parametrize("name", LISTS)
def test_lists_open_search_and_export(desk: Client, by: Actor, operator: Actor, drain: Any, name: str) -> None:
    agency = scene.admitted(by, operator, drain)
    services.request_change(agency, {"address": "新址"}, scene.stored(by, "agencies.evidence"), by=by)
    scene.submitted(scene.author())
    url = reverse(f"{name}:index")
    assert desk.get(url).status_code == 200
    assert desk.get(url, {"q": "示范"}).status_code == 200
    sheet = desk.get(url, {"export": "xlsx"})
    assert sheet.status_code == 200
    assert "spreadsheet" in sheet["Content-Type"]
    assert b"".join(sheet.streaming_content if sheet.streaming else [sheet.content])[:2] == b"PK"


def test_agencies_are_narrowed_by_state_region_and_item(desk: Client, by: Actor, operator: Actor, drain: Any) -> None:
    agency = scene.admitted(by, operator, drain)
    scene.submitted(scene.author())
    item = agency.offers.get().item
    url = reverse("agencies:index")
    for narrow in ({"state": "active"}, {"item": item.pk, "state": "active"}):
        assert [row.pk for row in desk.get(url, narrow).context["object_list"]] == [agency.pk]
    assert len(desk.get(url, {"region": scene.region("430502").pk}).context["object_list"]) == 2
    assert len(desk.get(url, {"item": 999999}).context["object_list"]) in (0, 2)


def test_the_history_comes_from_the_audit_log(desk: Client, by: Actor, operator: Actor, drain: Any) -> None:
    agency = scene.admitted(by, operator, drain)
    text = desk.get(reverse("agencies:history", args=[agency.pk])).content.decode()
    assert "审核通过，公示" in text
    assert str(operator.user) in text


@pytest.mark.parametrize("role", ["editor", "clerk", "officer"])
def test_who_has_nothing_to_do_with_agencies_sees_no_queue(by: Actor, role: str) -> None:
    agency = scene.submitted(by)
    other = logged_in(staff(role))
    for url in [reverse("agencies_review", args=[agency.pk]), *(reverse(f"{name}:index") for name in LISTS)]:
        assert other.get(url).status_code in (302, 403)


def test_a_supervisor_looks_but_does_not_pass(by: Actor) -> None:
    agency = scene.submitted(by)
    supervisor = logged_in(staff("supervisor"))
    url = reverse("agencies_review", args=[agency.pk])
    assert "审核通过，进入公示" not in supervisor.get(url).content.decode()
    assert supervisor.post(url, {"act": "pass"}).status_code in (302, 403)
    agency.refresh_from_db()
    assert agency.state == Agency.State.SUBMITTED


def test_an_agency_does_not_reach_the_operators_desk(by: Actor) -> None:
    agency = scene.submitted(by)
    assert logged_in(by).get(reverse("agencies_review", args=[agency.pk])).status_code in (302, 403)
