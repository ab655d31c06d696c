"""The pages of projects: what a stranger sees, what each role can do, and that nothing typed is lost."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole
from marketplace.core import clock
from marketplace.projects import services
from marketplace.projects.models import Project, Step
from marketplace.tenders.models import Tender
from tests.factories import member, staff
from tests.projects.scene import CODE, LARGE, MONDAY, SMALL, give_deputy, mandated, mapped, requested, template, zone

pytestmark = pytest.mark.django_db


def client_of(actor: Actor | None) -> Client:
    client = Client()
    if actor is not None and actor.user is not None:
        client.force_login(actor.user)
    return client


def text_of(response: Any) -> str:
    return response.content.decode()


FORM = {
    "code": CODE,
    "name": "年产 12 万套热管理系统项目",
    "funds": "private",
    "investment": "210000000",
    "floor_area": "36800",
    "contact_name": "陈工",
    "contact_phone": "13800001234",
}
ANSWERS = {
    "land": "granted",
    "energy": "1200",
    "eia": "form",
    "hazardous": "no",
    "forest": "no",
    "water": "no",
    "earthwork": "yes",
    "relics": "no",
    "civil_defence": "yes",
    "special_equipment": "no",
}
PRIVATE = ["陈工", "13800001234", "示范大道 1 号", "210,000,000", "¥210"]


# --- what a stranger sees ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["visitor", "other firm", "other officer", "editor"])
def test_a_stranger_sees_name_code_stage_and_progress_and_nothing_more(who: str) -> None:
    scene = mapped()
    scene.take("filing")
    strangers = {"other firm": member, "other officer": lambda: staff("officer"), "editor": lambda: staff("editor")}
    client = client_of(strangers[who]() if who in strangers else None)
    page, shown = client.get(reverse("project_list")), client.get(scene.project.get_absolute_url())
    for response in (page, shown):
        text = text_of(response)
        assert response.status_code == 200
        assert all(word in text for word in ("年产 12 万套热管理系统项目", CODE, "立项用地规划许可", "1 / 17"))
        for secret in [*PRIVATE, scene.owner.organisation.name, str(scene.officer.user), "问卷"]:
            assert secret not in text, secret


def test_a_project_without_a_route_is_nobody_elses_business() -> None:
    scene = requested()
    for client in (client_of(None), client_of(member()), client_of(staff("editor"))):
        assert CODE not in text_of(client.get(reverse("project_list")))
        assert client.get(scene.project.get_absolute_url()).status_code == 404


def test_a_stranger_gets_404_on_every_door_of_a_project() -> None:
    scene = mapped()
    service = scene.service("site_design", "ZJ-027")
    client = client_of(member())
    gets = ["project_questions", "project_mend", "project_return", "project_mandate"]
    posts = ["project_accept", "route_make"]
    for name in gets:
        assert client.get(reverse(name, args=[CODE])).status_code == 404, name
    for name in [*posts, *gets]:
        assert client.post(reverse(name, args=[CODE])).status_code == 404, name
    assert client.get(reverse("project_step", args=[CODE, "filing"])).status_code == 404
    for name in ("step_start", "step_finish"):
        assert client.post(reverse(name, args=[CODE, "filing"])).status_code == 404, name
    for name in ("service_tender", "service_provide"):
        assert client.post(reverse(name, args=[CODE, service.pk])).status_code == 404, name


def test_a_visitor_is_asked_to_log_in() -> None:
    scene = mapped()
    client = client_of(None)
    for address in (reverse("project_new"), scene.step("filing").get_absolute_url(), reverse("officer_board")):
        response = client.get(address)
        assert response.status_code == 302
        assert reverse("account_login") in response["Location"]


def test_the_step_of_another_project_is_not_reached_through_mine() -> None:
    mine = mapped()
    other = member(MemberRole.BUYER)
    theirs = services.register_project(
        code="2601-430599-04-01-999999", name="别人的项目", investment=1, owner=other.organisation, by=other
    )
    Project.objects.filter(pk=theirs.pk).update(state="running", officer=mine.officer.user)
    foreign = mine.service("site_design", "ZJ-027")
    client = client_of(other)
    assert client.post(reverse("service_tender", args=[theirs.code, foreign.pk])).status_code == 404


# --- each role's way --------------------------------------------------------------------------------------------------
def test_a_project_goes_from_registration_to_its_first_tender_through_the_pages() -> None:
    zone()
    owner, officer = member(MemberRole.BUYER), staff("officer")
    give_deputy(officer, staff("chief"))
    firm, agent = client_of(owner), client_of(officer)

    response = firm.post(reverse("project_new"), {**FORM, "template": template().pk})
    assert response["Location"] == reverse("project_questions", args=[CODE])
    assert firm.post(response["Location"], ANSWERS)["Location"] == reverse("project", args=[CODE])
    project = Project.objects.get()
    assert project.answers["earthwork"] is True
    assert project.answers["floor_area"] == 36800

    assert "待受理" in text_of(agent.get(reverse("project", args=[CODE])))
    agent.post(reverse("project_accept", args=[CODE]), {"officer": officer.user.pk})
    mandate = {"may_tender": "on", "until": "2099-12-31", "agreed": "on"}
    assert firm.post(reverse("project_mandate", args=[CODE]), mandate).status_code == 302
    assert agent.post(reverse("route_make", args=[CODE])).status_code == 302

    page = text_of(firm.get(reverse("project", args=[CODE])))
    assert "z-metro" in page
    assert "现在最要紧" in page
    agent.post(reverse("step_start", args=[CODE, "filing"]), {"case_number": "2601-BA-1"})
    agent.post(reverse("step_finish", args=[CODE, "filing"]))
    assert Step.objects.get(key="filing").state == "done"

    service = Step.objects.get(key="eia").services.get(item__code="ZJ-005")
    step = text_of(agent.get(reverse("project_step", args=[CODE, "eia"])))
    assert "发起采购" in step
    assert "自行提供" in step
    assert "审批部门委托" in step
    response = agent.post(reverse("service_tender", args=[CODE, service.pk]))
    tender = Tender.objects.get()
    assert response["Location"] == reverse("tender_edit", args=[tender.pk])
    assert "采购" in text_of(firm.get(reverse("project_step", args=[CODE, "eia"])))


def test_a_wrong_code_says_what_to_do_and_keeps_what_was_typed() -> None:
    zone()
    client = client_of(member(MemberRole.BUYER))
    response = client.post(reverse("project_new"), {**FORM, "code": "2601-4305", "template": template().pk})
    text = text_of(response)
    assert "项目代码应为 24 个字符" in text
    assert "年产 12 万套热管理系统项目" in text
    assert not Project.objects.exists()


def test_a_foreign_code_asks_for_a_confirmation_that_then_lets_it_pass() -> None:
    zone()
    client = client_of(member(MemberRole.BUYER))
    data = {**FORM, "code": "2601-440300-04-01-318024", "template": template().pk}
    text = text_of(client.post(reverse("project_new"), data))
    assert "440300" in text
    assert 'type="checkbox" name="region_confirmed"' in text
    assert client.post(reverse("project_new"), {**data, "region_confirmed": "on"}).status_code == 302


def test_a_full_width_code_without_hyphens_is_taken() -> None:
    zone()
    client = client_of(member(MemberRole.BUYER))
    data = {**FORM, "code": "２６０１４３０５９９０４０１３１８０２４", "template": template().pk}
    assert client.post(reverse("project_new"), data).status_code == 302
    assert Project.objects.get().code == CODE


def test_government_projects_are_paid_by_public_money() -> None:
    zone()
    client = client_of(member(MemberRole.BUYER))
    response = client.post(reverse("project_new"), {**FORM, "template": template("public_building").pk})
    assert "政府投资项目的资金来源" in text_of(response)


def test_an_unanswered_question_is_named() -> None:
    scene = requested()
    client = client_of(scene.owner)
    answers = {key: value for key, value in ANSWERS.items() if key != "eia"}
    text = text_of(client.post(reverse("project_questions", args=[CODE]), answers))
    assert "z-errsum" in text
    assert "环评类别" in text
    assert "1200" in text


def test_a_missing_case_number_stands_on_its_field() -> None:
    scene = mapped()
    response = client_of(scene.officer).post(reverse("step_start", args=[CODE, "filing"]), {"case_number": ""})
    assert response.status_code == 422
    assert "请填写办件编号" in text_of(response)


def test_a_double_click_on_begin_is_answered_kindly() -> None:
    scene = mapped()
    client = client_of(scene.officer)
    address = reverse("step_start", args=[CODE, "filing"])
    client.post(address, {"case_number": "1"})
    response = client.post(address, {"case_number": "1"}, follow=True)
    assert response.status_code == 200
    assert "已经办理过" in text_of(response)


def test_a_renamed_program_is_no_result() -> None:
    scene = mapped(answers=LARGE)
    service = scene.service("eia", "ZJ-005")
    client = client_of(scene.owner)
    address = reverse("service_provide", args=[CODE, service.pk])
    bad = client.post(address, {"file": SimpleUploadedFile("报告.pdf", b"MZ\x90\x00" + b"0" * 200)})
    assert "实际内容不是可接受的格式" in text_of(bad)
    assert scene.service("eia", "ZJ-005").state == "needed"
    good = client.post(address, {"file": SimpleUploadedFile("报告.pdf", b"%PDF-1.7\n" + b"0" * 200)})
    assert good.status_code == 302
    provided = scene.service("eia", "ZJ-005")
    assert provided.state == "provided"
    assert client.get(reverse("file", args=[provided.deliverable_id])).status_code == 200
    assert client_of(scene.officer).get(reverse("file", args=[provided.deliverable_id])).status_code == 200
    assert client_of(member()).get(reverse("file", args=[provided.deliverable_id])).status_code == 404


def test_a_returned_request_is_mended_on_its_page() -> None:
    scene = requested()
    chief = client_of(scene.chief)
    chief.post(reverse("project_return", args=[CODE]), {"reason": "联系人电话打不通"})
    owner = client_of(scene.owner)
    assert "联系人电话打不通" in text_of(owner.get(scene.project.get_absolute_url()))
    data = {**FORM, "contact_phone": "13900005678", "template": template().pk}
    assert owner.post(reverse("project_mend", args=[CODE]), data).status_code == 302
    again = scene.fresh()
    assert (again.state, again.contact_phone, again.code) == ("requested", "13900005678", CODE)


# --- lists, boards, desks ---------------------------------------------------------------------------------------------
def test_own_projects_come_first_and_words_narrow_the_list() -> None:
    scene = mapped(name="热管理系统")
    for n in range(3):
        other = member(MemberRole.BUYER)
        made = services.register_project(
            code=f"2601-430599-04-01-90000{n}", name=f"冷链物流 {n}", investment=1, owner=other.organisation, by=other
        )
        Project.objects.filter(pk=made.pk).update(state="running")
    text = text_of(client_of(scene.owner).get(reverse("project_list")))
    assert text.index("热管理系统") < text.index("冷链物流")
    assert "我的" in text
    narrowed = text_of(client_of(None).get(reverse("project_list"), {"q": "冷链 900001"}))
    assert "冷链物流 1" in narrowed
    assert "冷链物流 2" not in narrowed
    assert "热管理系统" not in narrowed
    by_stage = text_of(client_of(None).get(reverse("project_list"), {"stage": "立项用地规划许可"}))
    assert "热管理系统" in by_stage
    assert "冷链物流" not in by_stage


def _queries(client: Client, address: str, capture: Any) -> int:
    with capture() as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_lists_and_boards_ask_the_database_as_often_for_many_projects_as_for_one(
    django_assert_max_num_queries: Any,
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    scene = mapped(answers=LARGE)
    visitor, officer, owner = client_of(None), client_of(scene.officer), client_of(scene.owner)
    addresses = [
        (visitor, reverse("project_list")),
        (officer, reverse("officer_board")),
        (officer, reverse("desk")),
        (owner, reverse("desk")),
    ]

    def counts() -> list[int]:
        return [_queries(client, address, lambda: CaptureQueriesContext(connection)) for client, address in addresses]

    def settled() -> list[int]:
        """The fewest of two rounds: a cache that runs out in one of them is filled for the other."""
        with clock.at(clock.now()):  # inside a transaction PostgreSQL is asked for the time, which no page does
            return [min(pair) for pair in zip(counts(), counts(), strict=True)]

    counts()  # what is made once (sessions, caches) is made
    one = settled()
    for n in range(3):
        more = services.register_project(
            code=f"2601-430599-04-01-80000{n}",
            name=f"项目 {n}",
            investment=1,
            owner=scene.owner.organisation,
            answers=LARGE,
            by=scene.owner,
        )
        services.accept_project(more, officer=scene.officer.user, by=scene.chief, reason="同一企业")
        services.sign_mandate(more, True, by=scene.owner)
        services.make_route(Project.objects.get(pk=more.pk), template(), {}, by=scene.officer)
    assert settled() == one


def test_the_board_shows_my_projects_and_what_to_do_today() -> None:
    with clock.at(MONDAY):
        scene = mapped(name="热管理系统")
        services.start_step(scene.step("filing"), "BA-1", by=scene.officer)
    with clock.at(MONDAY.replace(day=5)):
        text = text_of(client_of(scene.officer).get(reverse("officer_board")))
        assert "热管理系统" in text
        assert "红牌" in text
        assert "催办" in text
        other = text_of(client_of(staff("officer")).get(reverse("officer_board")))
        assert "热管理系统" not in other
        everything = text_of(client_of(scene.chief).get(reverse("officer_board"), {"all": "1"}))
        assert "热管理系统" in everything
        waiting = text_of(client_of(scene.officer).get(reverse("officer_board"), {"holder": "enterprise"}))
        assert "没有这样的项目" in waiting
    assert client_of(scene.owner).get(reverse("officer_board")).status_code == 403


def test_each_desk_has_the_one_next_act() -> None:
    scene = requested()
    owner, officer, chief = client_of(scene.owner), client_of(scene.officer), client_of(scene.chief)
    desk = reverse("desk")
    assert "填写问卷" in text_of(owner.get(desk))
    assert "受理" in text_of(chief.get(desk))
    services.answer_questions(scene.fresh(), SMALL, by=scene.owner)
    services.accept_project(scene.fresh(), officer=scene.officer.user, by=scene.officer)
    assert "签署授权" in text_of(owner.get(desk))
    services.sign_mandate(scene.fresh(), True, by=scene.owner)
    assert "生成路线图" in text_of(officer.get(desk))
    services.make_route(scene.fresh(), template(), {}, by=scene.officer)
    assert "提交办件" in text_of(officer.get(desk))
    assert scene.project.name not in text_of(client_of(member()).get(desk))


def test_the_page_speaks_before_the_route_is_made() -> None:
    scene = mandated()
    page = text_of(client_of(scene.officer).get(scene.project.get_absolute_url()))
    assert "生成路线图" in page
    assert "17 个环节" in page
    assert "生成路线图</button>" not in text_of(client_of(scene.owner).get(scene.project.get_absolute_url()))


def test_the_picture_says_in_words_what_it_shows() -> None:
    scene = mapped()
    scene.take("filing")
    page = text_of(client_of(scene.owner).get(scene.project.get_absolute_url()))
    assert "17 个环节分 4 个阶段，已完成 1 个" in page
    assert page.count('id="s-') == 17
    assert page.index('id="s-filing"') < page.index('id="s-site_design"') < page.index('id="s-property_building"')


def test_the_route_map_stands_on_a_sheet_of_its_own() -> None:
    scene = mapped()
    scene.take("filing")
    address = reverse("project_map", args=[scene.project.code])
    text = text_of(client_of(scene.owner).get(address))
    assert text.count("<tr") == Step.objects.filter(project=scene.project).count() + 4
    assert all(step.name in text for step in Step.objects.filter(project=scene.project))
    assert client_of(member()).get(address).status_code == 404
    assert client_of(None).get(address).status_code == 302
