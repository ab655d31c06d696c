"""The pages of payments: what each side sees, what a wrong proof is told, what a double click does."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from marketplace.accounts import groups
from marketplace.accounts.actors import Actor
from payments import services
from tests.factories import member, staff
from tests.payments.scene import Debt, debt, picture, proof

pytestmark = pytest.mark.django_db


def browser(actor: Actor) -> Client:
    client = Client()
    client.force_login(actor.user)
    return client


def url(owed: Debt, name: str = "payment") -> str:
    return reverse(name, args=[owed.payment.reference])


def page(actor: Actor, owed: Debt, name: str = "payment") -> str:
    response = browser(actor).get(url(owed, name))
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("name", ["payment", "payment_slip", "payment_proof", "payment_confirm", "payment_dispute"])
def test_strangers_find_nothing(name: str) -> None:
    owed = debt()
    for actor in (member(), staff("officer"), staff("editor")):
        assert browser(actor).post(url(owed, name)).status_code in (404, 405)
    assert browser(member()).get(url(owed)).status_code == 404
    assert Client().get(url(owed)).status_code == 302


@pytest.mark.parametrize("name", ["payment", "payment_slip"])
def test_the_slip_has_everything_one_needs_to_pay(name: str) -> None:
    shown = page(debt_payer := (owed := debt()).payer, owed, name)
    assert debt_payer
    for words in (
        "示范银行开发区支行",
        "6222 0202 0011 2233",
        "¥76,543.21",
        "柒万陆仟伍佰肆拾叁元贰角壹分",
        owed.payment.reference,
    ):
        assert words in shown


def test_a_missing_account_is_said_and_no_half_slip_is_shown() -> None:
    owed = debt(bank_account="", bank_name="")
    assert "还没有登记开户银行和账号" in page(owed.payer, owed)
    assert "收款户名" not in page(owed.payer, owed)
    assert "去登记收款账号" in page(owed.payee, owed)


def test_the_whole_way_through_the_pages() -> None:
    owed = debt()
    assert "提交凭证" in page(owed.payer, owed)
    assert browser(owed.payer).post(url(owed, "payment_proof"), {"file": picture()}).status_code == 302
    assert "提交凭证" not in page(owed.payer, owed)
    assert "确认已收到款项" in page(owed.payee, owed)
    browser(owed.payee).post(url(owed, "payment_dispute"), {"reason": "实收金额不符"})
    assert "实收金额不符" in page(owed.payer, owed)
    browser(owed.payer).post(url(owed, "payment_proof"), {"file": picture(extra=b"2")})
    browser(owed.payee).post(url(owed, "payment_confirm"))
    assert owed.payment.state == "paid"
    for actor in (owed.payer, owed.payee, staff()):
        assert "已收款" in page(actor, owed)


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        (SimpleUploadedFile("回单.pdf", b"MZ" + b"0" * 99), "实际内容不是可接受的格式"),
        (SimpleUploadedFile("回单.docx", b"PK\x03\x04" + b"0" * 99), "实际内容不是可接受的格式"),
        (SimpleUploadedFile("回单.pdf", b""), "空"),
        (None, "请上传银行回单或转账凭证"),
    ],
)
def test_a_proof_that_is_no_picture_or_pdf_is_refused_with_what_to_do(upload, words: str) -> None:
    owed = debt()
    response = browser(owed.payer).post(url(owed, "payment_proof"), {"file": upload} if upload else {})
    assert response.status_code == 422
    assert words in response.content.decode()
    assert owed.payment.state == "due"


def test_the_same_proof_twice_is_refused_on_its_field() -> None:
    owed = debt()
    services.upload_proof(owed.payment, proof(owed.payer), by=owed.payer)
    services.dispute(owed.payment, "未到账", by=owed.payee)
    response = browser(owed.payer).post(url(owed, "payment_proof"), {"file": picture()})
    assert response.status_code == 422
    assert "请上传新的付款凭证" in response.content.decode()


def test_a_dispute_without_words_stays_on_the_page() -> None:
    owed = debt()
    services.upload_proof(owed.payment, proof(owed.payer), by=owed.payer)
    response = browser(owed.payee).post(url(owed, "payment_dispute"), {"reason": " "})
    assert response.status_code == 422
    assert "请写明未到账的情况" in response.content.decode()


def test_a_double_click_on_confirm_pays_once_and_says_so() -> None:
    owed = debt()
    client = browser(owed.payee)
    client.post(url(owed, "payment_confirm"))
    response = client.post(url(owed, "payment_confirm"), follow=True)
    assert "已经办理过了" in response.content.decode()
    assert owed.payment.ledger.filter(movement="paid").count() == 1


def test_the_payer_cannot_confirm_its_own_payment() -> None:
    owed = debt()
    assert browser(owed.payer).post(url(owed, "payment_confirm")).status_code == 403
    assert owed.payment.state == "due"


def test_asking_for_the_address_of_an_act_leads_to_the_payment() -> None:
    owed = debt()
    assert browser(owed.payer).get(url(owed, "payment_proof"))["Location"] == url(owed)


def test_the_list_shows_ones_own_and_is_narrowed() -> None:
    owed, other = debt(), debt()
    client = browser(owed.payer)
    shown = client.get(reverse("payment_list")).content.decode()
    assert owed.payment.reference in shown
    assert other.payment.reference not in shown
    assert "没有付款记录" in client.get(reverse("payment_list"), {"state": "paid"}).content.decode()
    assert owed.payment.reference in client.get(reverse("payment_list"), {"q": owed.payment.reference}).content.decode()


def test_operators_look_at_payments_and_ledger_and_change_nothing() -> None:
    groups.ensure()
    owed = debt()
    client = browser(staff())
    for name in ("payments_payments", "payments_ledger"):
        shown = client.get(reverse(f"{name}:index"))
        assert shown.status_code == 200
        assert client.get(reverse(f"{name}:index"), {"export": "xlsx"}).status_code == 200
        for act in ("add", "edit", "delete"):
            assert client.get(f"/admin/{name}/{act}/").status_code == 404
            assert client.get(f"/admin/{name}/{act}/{owed.payment.pk}/").status_code == 404
    assert client.get(reverse("payments_payments:inspect", args=[owed.payment.pk])).status_code == 200
    history = client.get(reverse("payments_payments:history", args=[owed.payment.pk])).content.decode()
    assert "生成付款单" in history
    assert f"receivable:{owed.bill.payee.credit_code}" in history


def test_supervisors_look_and_others_stay_outside_of_the_operators_desk() -> None:
    groups.ensure()
    debt()
    assert browser(staff("supervisor")).get(reverse("payments_payments:index")).status_code == 200
    for actor in (staff("editor"), staff("officer"), member()):
        assert browser(actor).get(reverse("payments_payments:index")).status_code == 302
