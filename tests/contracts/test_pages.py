"""The pages of contracts, through the test client: who gets in, what a wrong form keeps, what a double click does."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marketplace.accounts.actors import Actor
from marketplace.contracts import queries, services
from marketplace.contracts.models import Deliverable
from marketplace.core import clock, desk
from marketplace.core.models import Message
from payments.models import Payment
from tests.contracts.scene import DAYS, GOOD, PRICE, Deal, at, completed, deliver, drafted, in_force, pdf
from tests.factories import member, staff

pytestmark = pytest.mark.django_db


def browser(actor: Actor) -> Client:
    client = Client()
    client.force_login(actor.user)
    return client


def url(deal: Deal, name: str, *more: object) -> str:
    return reverse(name, args=[deal.contract.number, *more])


def page(actor: Actor, deal: Deal, name: str = "contract", *more: object) -> str:
    response = browser(actor).get(url(deal, name, *more))
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def rows(*milestones: dict[str, object], initial: int = 1) -> dict[str, object]:
    """What the milestones' part of the form sends."""
    sent: dict[str, object] = {"milestones-TOTAL_FORMS": len(milestones), "milestones-INITIAL_FORMS": initial}
    for number, milestone in enumerate(milestones):
        for name in ("title", "share", "amount", "days"):
            sent[f"milestones-{number}-{name}"] = milestone.get(name, "")
    return sent


# --- who gets in ------------------------------------------------------------------------------------------------------
PAGES = [
    ("contract", ()),
    ("contract_print", ()),
    ("contract_terms", ()),
    ("contract_ask_changes", ()),
    ("contract_deliver", (1,)),
    ("contract_review", ()),
    ("contract_terminate", ()),
]


@pytest.mark.parametrize(("name", "more"), PAGES)
def test_strangers_find_nothing(name: str, more: tuple[object, ...]) -> None:
    deal = drafted()
    for actor in (member(), staff("officer"), staff("editor"), staff("clerk")):
        assert browser(actor).get(url(deal, name, *more)).status_code == 404
        assert browser(actor).post(url(deal, name, *more)).status_code in (404, 405)


def test_a_visitor_is_asked_to_log_in() -> None:
    deal = drafted()
    response = Client().get(url(deal, "contract"))
    assert response.status_code == 302
    assert "login" in response["Location"]
    assert Client().post(url(deal, "contract_terms")).status_code == 403


def test_both_sides_operators_and_supervisors_read_the_contract() -> None:
    deal = drafted()
    for actor in (deal.buyer, deal.agency, staff(), staff("supervisor")):
        assert deal.contract.title in page(actor, deal)
        assert "捌万元整" in page(actor, deal, "contract_print")


def test_operators_see_who_has_the_ball_and_get_no_button() -> None:
    deal = drafted()
    shown = page(staff(), deal)
    assert "轮到谁" in shown
    assert "尚未确认" in shown
    for name in ("contract_confirm", "contract_terms", "contract_terminate"):
        assert url(deal, name) not in shown


def test_a_stranger_does_not_open_the_deliverable_file() -> None:
    deal = in_force()
    found = deliver(deal)
    address = reverse("file", args=[found.file_id])
    assert browser(deal.buyer).get(address).status_code == 200
    for client in (Client(), browser(member()), browser(staff("officer"))):
        assert client.get(address).status_code == 404


def test_another_contracts_deliverable_is_not_found_under_this_number() -> None:
    deal, other = in_force(), in_force(number="ZJ-2026-000413")
    found = deliver(other)
    assert browser(deal.buyer).get(url(deal, "contract_deliverable", found.pk)).status_code == 404


def test_the_other_side_is_told_that_this_page_is_not_theirs() -> None:
    deal = drafted()
    assert browser(deal.agency).get(url(deal, "contract_terms")).status_code == 403
    assert browser(deal.buyer).get(url(deal, "contract_ask_changes")).status_code == 403
    assert browser(deal.buyer).get(url(in_force(number="ZJ-2026-000413"), "contract_deliver", 1)).status_code == 404


# --- the list ---------------------------------------------------------------------------------------------------------
def test_the_list_asks_the_database_as_often_for_many_contracts_as_for_one() -> None:
    in_force()
    client = browser(staff())

    def queries() -> int:
        with clock.at(at("2026-03-10")), CaptureQueriesContext(connection) as captured:
            client.get(reverse("contract_list"))
        return len(captured)

    queries()
    alone = queries()
    for number in range(500, 505):
        deliver(in_force(number=f"ZJ-2026-000{number}"))
    assert queries() == alone


def test_the_list_says_the_next_act_and_is_narrowed_by_words_and_state() -> None:
    deal = drafted()
    client = browser(deal.buyer)
    shown = client.get(reverse("contract_list")).content.decode()
    assert "确认合同" in shown
    assert "待机构" in shown
    assert "没有符合条件的合同" in client.get(reverse("contract_list"), {"q": "不存在"}).content.decode()
    assert deal.contract.number in client.get(reverse("contract_list"), {"state": "drafting"}).content.decode()


# --- terms ------------------------------------------------------------------------------------------------------------
def test_a_sum_that_differs_is_named_and_everything_typed_is_still_there() -> None:
    deal = drafted()
    sent = rows({"title": "送审稿", "amount": "30,000", "days": 15}, {"title": "报批稿", "amount": "49000", "days": 30})
    response = browser(deal.buyer).post(url(deal, "contract_terms"), {"terms": "新的约定", "version": 1, **sent})
    shown = response.content.decode()
    assert response.status_code == 422
    assert "比合同金额 ¥80,000 少 ¥1,000" in shown
    for typed in ("新的约定", "送审稿", "30,000", "报批稿", "49000"):
        assert typed in shown
    assert deal.contract.version == 1


def test_shares_are_computed_and_blank_rows_are_left_out() -> None:
    deal = drafted(price=Decimal("100.01"))
    sent = rows({"title": "一", "share": "33.33", "days": 5}, {}, {"title": "二", "share": "66.67", "days": 9}, {})
    response = browser(deal.buyer).post(url(deal, "contract_terms"), {"terms": "约定", "version": 1, **sent})
    assert response.status_code == 302
    assert [m.amount for m in deal.contract.milestones.all()] == [Decimal("33.33"), Decimal("66.68")]


def test_amounts_may_be_typed_as_people_type_them() -> None:
    deal = drafted()
    sent = rows({"title": "全部", "amount": "￥８０,０００．００", "days": 20})
    assert (
        browser(deal.buyer).post(url(deal, "contract_terms"), {"terms": "约定", "version": 1, **sent}).status_code
        == 302
    )
    assert deal.contract.milestones.get().amount == PRICE


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"title": "", "amount": "80000", "days": 5}, "请填写第 1 个节点的名称"),
        ({"title": "全部", "days": 5}, "请填写第 1 个节点的金额"),
        ({"title": "全部", "amount": "80000"}, "请填写第 1 个节点的期限"),
        ({"title": "全部", "amount": "80000", "days": DAYS + 1}, "超过中选承诺的 30 个工作日"),
        ({"title": "全部", "amount": "八万", "days": 5}, "请用数字填写金额"),
        ({"title": "全部", "amount": "0", "days": 5}, "金额须大于 0"),
        ({"title": "全部", "amount": "80000.001", "days": 5}, "金额最多两位小数"),
    ],
)
def test_each_wrong_row_says_what_to_do(row: dict[str, object], words: str) -> None:
    deal = drafted()
    response = browser(deal.buyer).post(url(deal, "contract_terms"), {"terms": "约定", "version": 1, **rows(row)})
    assert response.status_code == 422
    assert words in response.content.decode()
    assert deal.contract.version == 1


def test_a_colleagues_newer_version_is_shown_as_a_difference_and_the_next_save_goes_through() -> None:
    deal = drafted()
    client = browser(deal.buyer)
    first = rows({"title": "全部", "amount": "80000", "days": 20})
    client.post(url(deal, "contract_terms"), {"terms": "甲", "version": 1, **first})
    mine = {"terms": "乙", "version": 1, **rows({"title": "全部成果", "amount": "80000", "days": 25})}
    response = client.post(url(deal, "contract_terms"), mine)
    shown = response.content.decode()
    assert response.status_code == 422
    assert "合同已是第 2 版" in shown
    assert "全部成果" in shown
    assert 'name="version" value="2"' in shown
    assert client.post(url(deal, "contract_terms"), mine | {"version": 2}).status_code == 302
    assert (deal.contract.version, deal.contract.terms) == (3, "乙")


# --- confirming -------------------------------------------------------------------------------------------------------
def test_a_stale_confirmation_leads_to_the_difference() -> None:
    deal = drafted()
    sent = rows({"title": "全部", "amount": "80000", "days": 20})
    browser(deal.buyer).post(url(deal, "contract_terms"), {"terms": "甲", "version": 1, **sent})
    response = browser(deal.agency).post(url(deal, "contract_confirm"), {"version": 1}, follow=True)
    shown = response.content.decode()
    assert "合同内容刚刚有了新版本" in shown
    assert "第 1 版以来的变化" in shown
    assert deal.contract.state == "drafting"


def test_the_message_about_a_new_version_leads_to_what_has_changed() -> None:
    deal = drafted()
    sent = rows({"title": "全部", "amount": "80000", "days": 20})
    browser(deal.buyer).post(url(deal, "contract_terms"), {"terms": "甲", "version": 1, **sent})
    message = Message.objects.get(recipient=deal.agency.user, kind="contracts.revised")
    shown = browser(deal.agency).get(message.url.split("#")[0]).content.decode()
    assert "第 1 版以来的变化" in shown
    assert "看与上一版的差异" in page(deal.agency, deal)


def test_a_double_click_on_confirm_says_that_it_is_done() -> None:
    deal = drafted()
    client = browser(deal.buyer)
    client.post(url(deal, "contract_confirm"), {"version": 1})
    response = client.post(url(deal, "contract_confirm"), {"version": 1}, follow=True)
    assert "已经办理过了" in response.content.decode()
    assert deal.contract.state == "signed_buyer"


def test_asking_for_the_address_of_an_act_leads_to_the_contract() -> None:
    deal = drafted()
    response = browser(deal.buyer).get(url(deal, "contract_confirm"))
    assert response["Location"] == url(deal, "contract")


def test_the_agencys_wish_is_shown_to_the_buyer() -> None:
    deal = drafted()
    response = browser(deal.agency).post(url(deal, "contract_ask_changes"), {"remark": "希望分两期付款"})
    assert response.status_code == 302
    assert "希望分两期付款" in page(deal.buyer, deal)


# --- deliverables -----------------------------------------------------------------------------------------------------
def test_a_deliverable_goes_up_and_is_accepted_and_its_payment_is_shown() -> None:
    deal = in_force()
    response = browser(deal.agency).post(url(deal, "contract_deliver", 1), {"file": pdf(), "note": "终稿"})
    assert response.status_code == 302
    found = Deliverable.objects.get()
    assert "终稿" in page(deal.buyer, deal, "contract_deliverable", found.pk)
    assert browser(deal.buyer).post(url(deal, "contract_accept", found.pk)).status_code == 302
    assert "FK-" in page(deal.buyer, deal)
    assert deal.contract.state == "completed"


def test_a_renamed_exe_is_refused_and_the_note_is_kept() -> None:
    deal = in_force()
    exe = SimpleUploadedFile("报告.pdf", b"MZ\x90\x00" + b"0" * 500, content_type="application/pdf")
    response = browser(deal.agency).post(url(deal, "contract_deliver", 1), {"file": exe, "note": "写了很久的说明"})
    shown = response.content.decode()
    assert response.status_code == 422
    assert "实际内容不是可接受的格式" in shown
    assert "写了很久的说明" in shown
    assert not Deliverable.objects.exists()


def test_an_upload_without_a_file_says_what_is_missing() -> None:
    deal = in_force()
    response = browser(deal.agency).post(url(deal, "contract_deliver", 1), {"note": "x"})
    assert "请选择成果文件" in response.content.decode()


def test_a_double_click_on_deliver_makes_one_round_and_says_so() -> None:
    deal = in_force()
    client = browser(deal.agency)
    client.post(url(deal, "contract_deliver", 1), {"file": pdf()})
    response = client.post(url(deal, "contract_deliver", 1), {"file": pdf()}, follow=True)
    assert "已经办理过了" in response.content.decode()
    assert Deliverable.objects.count() == 1


def test_a_return_without_a_reason_stays_on_its_page() -> None:
    deal = in_force()
    found = deliver(deal)
    client = browser(deal.buyer)
    response = client.post(url(deal, "contract_return", found.pk), {"reason": ""})
    assert response.status_code == 422
    assert "请一次写明全部退回原因" in response.content.decode()
    client.post(url(deal, "contract_return", found.pk), {"reason": "缺附图"})
    assert "缺附图" in page(deal.agency, deal)
    assert "缺附图" in page(deal.agency, deal, "contract_deliver", 1)


def test_whoever_looks_first_after_the_period_sees_that_silence_has_accepted() -> None:
    deal = in_force()
    with clock.at(at("2026-03-10")):
        found = deliver(deal)
    with clock.at(at("2026-03-17", 17, 1)):
        shown = page(deal.buyer, deal, "contract_deliverable", found.pk)
        assert "视为验收通过" in shown
        response = browser(deal.buyer).post(url(deal, "contract_return", found.pk), {"reason": "晚了"}, follow=True)
    assert response.status_code in (200, 422)
    assert deal.last_round.by_silence


# --- reviews ----------------------------------------------------------------------------------------------------------
def stars(**changes: int) -> dict[str, object]:
    return {**GOOD, **changes}


def test_a_low_star_without_words_is_refused_and_the_stars_are_kept() -> None:
    deal = completed()
    with clock.at(at("2026-03-17")):
        response = browser(deal.buyer).post(url(deal, "contract_review"), stars(fee=1))
        shown = response.content.decode()
        assert response.status_code == 422
        assert "请写明原因" in shown
        assert shown.count(" checked") == 5


def test_a_review_is_read_by_its_author_only_until_both_have_written() -> None:
    deal = completed()
    secret = "对方资料总是晚交"
    with clock.at(at("2026-03-17")):
        browser(deal.agency).post(url(deal, "contract_review"), {**stars(fee=1), "text": secret})
        assert secret in page(deal.agency, deal)
        colleague = member(organisation=deal.contract.agency.organisation)
        for actor in (deal.buyer, colleague, staff(), staff("supervisor")):
            assert secret not in page(actor, deal)
        browser(deal.buyer).post(url(deal, "contract_review"), stars())
        assert secret in page(deal.buyer, deal)


def test_the_answer_stands_beside_the_review_and_the_form_goes() -> None:
    deal = completed()
    with clock.at(at("2026-03-17")):
        for actor in (deal.buyer, deal.agency):
            services.write_review(deal.contract, GOOD, "好", by=actor)
        client = browser(deal.agency)
        assert client.post(url(deal, "contract_answer", "buyer"), {"answer": ""}).status_code == 422
        assert client.post(url(deal, "contract_answer", "buyer"), {"answer": "感谢信任"}).status_code == 302
        shown = page(deal.agency, deal)
    assert "感谢信任" in shown
    assert url(deal, "contract_answer", "buyer") not in shown


# --- ending -----------------------------------------------------------------------------------------------------------
def test_ending_needs_a_reason_and_a_tick() -> None:
    deal = in_force()
    client = browser(deal.buyer)
    response = client.post(url(deal, "contract_terminate"), {"reason": "项目停建"})
    assert response.status_code == 422
    assert "项目停建" in response.content.decode()
    client.post(url(deal, "contract_terminate"), {"reason": "项目停建", "sure": "on"})
    assert "项目停建" in page(deal.agency, deal)


# --- the desk ---------------------------------------------------------------------------------------------------------
def acts(actor: Actor) -> set[str]:
    return {str(task.act) for task in desk.tasks(actor) if task.group in ("合同", "合同争议")}


def test_the_desk_names_each_sides_one_next_act_all_the_way() -> None:
    deal, supervisor = drafted(), staff("supervisor")
    with clock.at(at("2026-03-03")):
        assert (acts(deal.buyer), acts(deal.agency)) == ({"确认合同"}, {"确认合同"})
        services.ask_changes(deal.contract, "分两期", by=deal.agency)
        assert acts(deal.buyer) == {"答复机构的修改意见"}
        for by in (deal.buyer, deal.agency):
            services.confirm(deal.contract, version=1, by=by)
        assert (acts(deal.buyer), acts(deal.agency)) == (set(), {"提交成果"})
        for _round in range(2):
            deliver(deal)
            assert (acts(deal.buyer), acts(deal.agency)) == ({"验收成果"}, set())
            services.return_deliverable(deal.last_round, "改", by=deal.buyer)
            assert (acts(deal.buyer), acts(deal.agency)) == (set(), {"重新提交成果"})
        deliver(deal)
        services.return_deliverable(deal.last_round, "改", by=deal.buyer)
        assert (acts(deal.buyer), acts(supervisor)) == ({"处理成果争议"}, {"查看争议"})
        services.accept(deal.last_round, by=deal.buyer)
        assert (acts(deal.buyer), acts(deal.agency)) == ({"评价机构"}, {"评价采购人"})
        services.write_review(deal.contract, GOOD, "", by=deal.buyer)
        assert acts(deal.buyer) == set()
        services.write_review(deal.contract, GOOD, "", by=deal.agency)
        assert (acts(deal.agency), acts(supervisor)) == (set(), set())


def test_every_task_leads_to_a_page_that_opens() -> None:
    deal = drafted()
    for actor in (deal.buyer, deal.agency):
        for task in desk.tasks(actor):
            assert browser(actor).get(task.url.split("#")[0]).status_code == 200


def test_a_late_task_is_yellow_then_red() -> None:
    deal = drafted()
    for day, level in (
        ("2026-03-03", "quiet"),
        ("2026-03-13", "alert"),
        ("2026-03-17", "yellow"),
        ("2026-03-18", "red"),
    ):
        with clock.at(at(day, 17 if level == "red" else 9, 30)):
            assert {task.level for task in desk.tasks(deal.buyer) if task.group == "合同"} == {level}


def test_after_acceptance_the_contract_names_the_payment_as_the_buyers_turn() -> None:
    deal = completed()
    with clock.at(at("2026-03-17")):
        shown = page(deal.buyer, deal)
    assert "付款并上传凭证" in shown


def test_a_payment_without_an_account_waits_for_the_payee_and_takes_no_proof() -> None:
    deal = completed()
    firm = deal.contract.agency.organisation
    firm.bank_account = ""
    firm.save()
    Payment.objects.update(bank_account="")  # as if it had been missing when the payment fell due
    with clock.at(at("2026-03-17")):
        assert "登记收款账号" in page(deal.buyer, deal)
        payment = next(iter(queries.payments_of(deal.contract).values()))
        shown = browser(deal.buyer).get(reverse("payment", args=[payment.reference])).content.decode()
    assert "登记后才能付款" in shown
    assert "提交凭证" not in shown


def test_a_tenders_contract_is_found_by_the_tenders_number() -> None:
    deal = drafted()
    answer = browser(deal.buyer).get(reverse("contract_of", args=[deal.contract.award.tender.number]))
    assert answer.headers["Location"] == url(deal, "contract")
