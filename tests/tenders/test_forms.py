"""The forms through real requests: what is wrong is said at its field, and what was typed is still there."""

from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pypdf import PdfWriter

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.tenders import services
from marketplace.tenders.models import Bid, Tender
from tests.factories import staff
from tests.tenders import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]


@pytest.fixture
def by() -> Actor:
    return scene.buyer()


def log_in(actor: Actor) -> Client:
    client = Client()
    assert actor.user is not None
    client.force_login(actor.user)
    return client


def pdf(name: str = "需求书.pdf") -> SimpleUploadedFile:
    writer, target = PdfWriter(), BytesIO()
    writer.add_blank_page(100, 100)
    writer.write(target)
    return SimpleUploadedFile(name, target.getvalue())


def filled(draft: Tender, **changes: Any) -> dict[str, Any]:
    """The form as the browser sends it."""
    return {
        "item": draft.item.code,
        "title": draft.title,
        "content": "按规范完成。",
        "project_code": "",
        "project_name": "",
        "funds": "private",
        "budget": "",
        "ceiling": "¥100,000",
        "days": "10",
        "payment_terms": "",
        "region": "430500",
        "practitioners_needed": "0",
        "method": "lowest_price",
        "chosen_agency": "",
        "choice_reason": "",
        "direct-price": "",
        "response_days": "3",
        "contact_name": "张三",
        "contact_phone": "0739-5551234",
        "complaint_phone": "0739-5220000",
        "form-TOTAL_FORMS": "2",
        "form-INITIAL_FORMS": "1",
        "form-0-kind": "ce-hui-zi-zhi:乙级",
        "form-1-kind": "",
    } | changes


def at(draft: Tender, screen: str) -> str:
    """The address of a draft's screen."""
    return reverse("tender_screen", args=[draft.pk, screen])


# --- the draft --------------------------------------------------------------------------------------------------------
def test_a_purchase_goes_through_its_pages_to_publication(by: Actor) -> None:
    client = log_in(by)
    with clock.at(scene.MONDAY):
        answer = client.post(reverse("tender_new"), {"item": "ZJ-030", "title": "厂房联合测绘", "funds": "private"})
        draft = Tender.objects.get()
        assert answer["Location"] == at(draft, "scope")  # the first screen on which something is missing
        slug = draft.requirements.get().type.slug
        form = filled(draft, **{"form-0-kind": f"{slug}:乙级"})
        answer = client.post(at(draft, "scope"), form | {"go": "who", "attachments": pdf()})
        assert answer["Location"] == at(draft, "who")
        answer = client.post(at(draft, "who"), form | {"go": "how"})
        assert answer["Location"] == at(draft, "how")
        answer = client.post(at(draft, "how"), form | {"go": "look"})
        assert answer["Location"] == reverse("tender_preview", args=[draft.pk])
        page = client.get(answer["Location"]).content.decode()
        assert "3月19日 17:00" in page
        answer = client.post(answer["Location"])
    draft.refresh_from_db()
    assert answer["Location"] == reverse("tender", args=["ZJ-2026-000001"])
    assert (draft.state, str(draft.ceiling), draft.attachments.count()) == ("published", "100000.00", 1)
    with clock.at(scene.MONDAY):
        assert client.post(reverse("tender_preview", args=[draft.pk])).status_code == 302
        assert client.get(at(draft, "who"))["Location"] == reverse("tender", args=[draft.number])
    assert Tender.objects.count() == 1
    stored = draft.attachments.get()
    assert Client().get(reverse("file", args=[stored.pk])).status_code == 200  # announced: anybody reads it


def test_a_wrong_field_is_said_and_neither_it_nor_the_others_are_lost(by: Actor) -> None:
    draft = scene.draft(by)
    wrong = filled(draft, ceiling="八万", days="0", content="新的内容", go="who")
    page = log_in(by).post(at(draft, "scope"), wrong)
    text = page.content.decode()
    assert page.status_code == 200  # one stays to mend it, wherever one wanted to go
    assert "请用数字填写金额" in text
    assert 'value="八万"' in text
    draft.refresh_from_db()
    assert (draft.content, draft.days) == ("新的内容", 10)  # what was right is saved, what was wrong left as it was


@pytest.mark.parametrize("typed", ["100000", "100,000.00", "¥100,000", "１０００００", " 100 000 元"])
def test_amounts_are_taken_as_people_write_them(by: Actor, typed: str) -> None:
    draft = scene.draft(by, ceiling=None)
    log_in(by).post(at(draft, "scope"), filled(draft, ceiling=typed))
    draft.refresh_from_db()
    assert str(draft.ceiling) == "100000.00"


def test_a_floor_above_the_ceiling_is_said_and_not_saved(by: Actor) -> None:
    draft = scene.draft(by)
    page = log_in(by).post(at(draft, "scope"), filled(draft, floor="120000", ceiling="110000"))
    assert "最低限价高于最高限价" in page.content.decode()
    draft.refresh_from_db()
    assert (str(draft.ceiling), draft.floor) == ("100000.00", None)


def test_autosave_keeps_what_is_sound_and_answers_in_json(by: Actor) -> None:
    draft = scene.draft(by)
    sent = filled(draft, content="改过的内容", ceiling="x")
    answer = log_in(by).post(at(draft, "scope"), sent, headers={"X-Autosave": "1"})
    assert answer.json() == {"ok": True, "wrong": ["ceiling"]}
    draft.refresh_from_db()
    assert draft.content == "改过的内容"


def test_saving_one_screen_leaves_the_others_as_they_are(by: Actor) -> None:
    draft = scene.draft(by, practitioners_needed=2, payment_terms="一次付清", contact_name="王五")
    before = list(draft.requirements.values_list("type", "minimum_grade"))
    log_in(by).post(at(draft, "what"), {"item": draft.item.code, "title": "新名称", "funds": "public"})
    draft.refresh_from_db()
    assert (draft.title, draft.funds) == ("新名称", "public")
    assert (draft.practitioners_needed, draft.payment_terms, draft.contact_name) == (2, "一次付清", "王五")
    assert list(draft.requirements.values_list("type", "minimum_grade")) == before


def test_another_item_asks_for_its_own_qualifications(by: Actor) -> None:
    draft = scene.draft(by)
    log_in(by).post(at(draft, "what"), {"item": "ZJ-039", "title": "评估", "funds": "private"})
    assert draft.requirements.count() == 3
    log_in(by).post(at(draft, "what"), {"item": "ZJ-040", "title": "", "funds": "private"})
    draft.refresh_from_db()
    assert (draft.requirements.count(), draft.title) == (0, draft.item.name)


def test_a_good_upload_stays_when_another_is_refused(by: Actor) -> None:
    draft = scene.draft(by)
    renamed = SimpleUploadedFile("清单.pdf", b"MZ\x90\x00 not a pdf")
    form = filled(draft, attachments=[pdf("需求书.pdf"), renamed])
    page = log_in(by).post(at(draft, "scope"), form).content.decode()
    assert "清单.pdf" in page
    assert "实际内容" in page
    assert [stored.name for stored in draft.attachments.all()] == ["需求书.pdf"]
    assert "需求书.pdf" in page
    gone = filled(draft, remove=str(draft.attachments.get().pk))
    for _ in range(2):  # the second time it is gone already
        assert log_in(by).post(at(draft, "scope"), gone).status_code == 302
    assert not draft.attachments.exists()


def test_an_attachment_of_a_draft_is_nobody_elses(by: Actor) -> None:
    draft = scene.draft(by)
    log_in(by).post(at(draft, "scope"), filled(draft, attachments=pdf()))
    path = reverse("file", args=[draft.attachments.get().pk])
    assert log_in(by).get(path).status_code == 200
    assert Client().get(path).status_code == 404
    assert log_in(scene.buyer()).get(path).status_code == 404


def test_an_abolished_type_can_be_chosen_and_says_why_not(by: Actor) -> None:
    draft = scene.draft(by)
    slug = scene.QualificationType.objects.get(name="建设项目环境影响评价资质").slug
    log_in(by).post(at(draft, "who"), filled(draft, **{"form-0-kind": f"{slug}:"}))
    page = log_in(by).get(reverse("tender_preview", args=[draft.pk])).content.decode()
    assert "2018年12月29日" in page
    assert f"{at(draft, 'who')}#id_form-0-kind" in page


def test_two_rows_may_be_alternatives(by: Actor) -> None:
    draft = scene.draft(by)
    one, other = scene.QualificationType.objects.filter(status="required")[:2]
    rows = {"form-0-kind": f"{one.slug}:", "form-1-kind": f"{other.slug}:", "form-1-alternative": "on"}
    log_in(by).post(at(draft, "who"), filled(draft, **rows))
    assert list(draft.requirements.values_list("group", flat=True)) == [1, 1]


def test_a_directly_chosen_agency_is_found_by_code_or_whole_name(by: Actor) -> None:
    agency = scene.agency()
    draft = scene.draft(by)
    for typed in (agency.organisation.credit_code.lower(), agency.organisation.name):
        form = filled(draft, method="direct", chosen_agency=typed, **{"direct-price": "4.8e4"})
        text = log_in(by).post(at(draft, "how"), form).content.decode()
        assert "请用数字填写金额" in text
        form["direct-price"] = "48,000"
        log_in(by).post(at(draft, "how"), form)
        draft.refresh_from_db()
        assert (draft.chosen_agency, draft.method_settings) == (agency, {"price": "48000"})
    page = log_in(by).post(at(draft, "how"), form | {"chosen_agency": "没有这家"}).content.decode()
    assert "没有找到这家在驻机构" in page


# --- the offer --------------------------------------------------------------------------------------------------------
@pytest.fixture
def tender(by: Actor) -> Tender:
    return scene.published(by)


def offer(**changes: Any) -> dict[str, Any]:
    return {"price": "60,000", "days": "8", "note": "", "no_collusion": "on", "key": str(uuid4())} | changes


def send(tender: Tender, actor: Actor, form: dict[str, Any], at: Any = scene.MONDAY) -> Any:
    with clock.at(at):
        return log_in(actor).post(reverse("tender_bid", args=[tender.number]), form)


def test_an_offer_above_the_ceiling_is_said_at_its_field_and_stays_typed(tender: Tender) -> None:
    author = scene.author(scene.agency())
    page = send(tender, author, offer(price="100000.01", note="请看这里"))
    text = page.content.decode()
    assert page.status_code == 200
    assert "高于最高限价 ¥100,000" in text
    assert 'value="100000.01"' in text
    assert "请看这里" in text
    assert not Bid.objects.exists()


def test_a_double_click_leads_to_the_same_receipt(tender: Tender) -> None:
    author, form = scene.author(scene.agency()), offer()
    first, second = send(tender, author, form), send(tender, author, form)
    assert first["Location"] == second["Location"]
    assert Bid.objects.count() == 1


def test_a_form_changed_after_going_back_gets_a_new_key_and_is_sent_again(tender: Tender) -> None:
    author, form = scene.author(scene.agency()), offer()
    send(tender, author, form)
    page = send(tender, author, form | {"price": "55000"})
    assert "与上次不同" in page.content.decode()
    fresh = page.context["form"]["key"].value()
    assert fresh != form["key"]
    assert send(tender, author, form | {"price": "55000", "key": fresh}).status_code == 302
    assert sorted(Bid.objects.values_list("state", flat=True)) == ["replaced", "sealed"]


def test_a_late_offer_is_answered_clearly_and_stays_typed(tender: Tender) -> None:
    author = scene.author(scene.agency())
    page = send(tender, author, offer(price="61234"), at=scene.CLOSE)
    text = page.content.decode()
    assert page.status_code == 409
    assert "报名已经截止" in text
    assert 'value="61234"' in text
    assert not Bid.objects.exists()


def test_an_offer_without_the_declaration_is_asked_for_it(tender: Tender) -> None:
    page = send(tender, scene.author(scene.agency()), offer(no_collusion=""))
    assert "请先确认独立报价" in page.content.decode()


def test_who_is_not_eligible_sees_what_mends_it_and_no_form(tender: Tender) -> None:
    unfit = scene.agency()
    unfit.offers.all().delete()
    author = scene.author(unfit)
    with clock.at(scene.MONDAY):
        text = log_in(author).get(reverse("tender_bid", args=[tender.number])).content.decode()
    assert "还差 1 项" in text
    assert reverse("agency_offers") in text
    assert 'name="price"' not in text
    assert "目前不符合" in send(tender, author, offer()).content.decode()


def test_a_lost_session_keeps_the_offer_in_the_browser(tender: Tender) -> None:
    answer = Client().post(reverse("tender_bid", args=[tender.number]), offer())
    assert answer.status_code == 403
    assert "浏览器" in answer.content.decode()


def test_the_offers_page_is_never_stored_by_the_browser(tender: Tender) -> None:
    with clock.at(scene.MONDAY):
        answer = log_in(scene.author(scene.agency())).get(reverse("tender_bid", args=[tender.number]))
    assert "no-store" in answer["Cache-Control"]


def test_withdrawing_through_the_page(tender: Tender) -> None:
    author = scene.author(scene.agency())
    send(tender, author, offer())
    with clock.at(scene.MONDAY):
        for _ in range(2):
            answer = log_in(author).post(reverse("tender_bid_withdraw", args=[tender.number]))
            assert answer["Location"] == reverse("receipt", args=[Bid.objects.get().pk])
    assert Bid.objects.get().state == Bid.State.WITHDRAWN


# --- the operator -----------------------------------------------------------------------------------------------------
def test_an_operator_passes_or_returns_in_wagtail(by: Actor) -> None:
    client = log_in(staff("operator"))
    with clock.at(scene.MONDAY):
        tender = services.publish(scene.draft(by, funds="public"), by=by)
        path = reverse("tenders_review:review", args=[tender.pk])
        page = client.post(path, {"return": "1", "words": " "})
        assert "请写明原因" in page.content.decode()
        assert client.post(path, {"return": "1", "reasons": ["0", "1"], "words": "附件缺页"}).status_code == 302
        tender.refresh_from_db()
        assert len(tender.check_reasons) == 3
        assert "附件缺页" in log_in(by).get(at(tender, "scope")).content.decode()
        services.publish(tender, by=by)
        assert client.post(path, {"pass": "1"}).status_code == 302
    tender.refresh_from_db()
    assert tender.state == Tender.State.PUBLISHED
    for other in ("supervisor", "editor"):
        assert log_in(staff(other)).get(path).status_code in (302, 403, 404)
