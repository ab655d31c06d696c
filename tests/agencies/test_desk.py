"""The agency's desk as a browser uses it: what was typed and uploaded is still there, and strangers see nothing."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole
from marketplace.agencies import services
from marketplace.agencies.models import Agency
from marketplace.core import clock
from marketplace.core.models import StoredFile
from tests.agencies import scene
from tests.factories import UserFactory, member, staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def catalogue(db: Any) -> None:
    scene.catalogue()


@pytest.fixture
def by() -> Actor:
    return scene.author()


@pytest.fixture
def browser(by: Actor) -> Client:
    return logged_in(by)


def logged_in(actor: Actor) -> Client:
    client = Client()
    client.force_login(actor.user)  # type: ignore[arg-type]
    return client


def paper(**changes: Any) -> dict[str, Any]:
    """A certificate's form as it is sent."""
    today = clock.today()
    sent = {
        "kind": "cehui:乙级",
        "number": "乙测资字43110001",
        "issuer": "湖南省自然资源厅",
        "issued_on": (today - timedelta(days=700)).isoformat(),
        "valid_until": (today + timedelta(days=700)).isoformat(),
        "specialty": "工程测量",
        "scan": scene.upload(),
    }
    return {**sent, **changes}


def send(browser: Client, name: str, data: dict[str, Any], *args: Any, **headers: Any) -> Any:
    return browser.post(reverse(name, args=args), {k: v for k, v in data.items() if v is not None}, **headers)


def test_a_firm_begins_at_its_desk(browser: Client, by: Actor) -> None:
    page = browser.get(reverse("agency_desk"))
    assert "开始办理入驻" in page.content.decode()
    assert browser.post(reverse("agency_start")).url == reverse("agency_basics")  # type: ignore[attr-defined]
    assert Agency.objects.get().organisation == by.organisation


@pytest.mark.parametrize(
    "name", ["agency_desk", "agency_basics", "agency_qualifications", "agency_practitioners", "agency_past_work",
             "agency_offers", "agency_commitment", "agency_letter", "agency_change"],
)  # fmt: skip
def test_every_page_of_the_desk_opens_in_every_state(browser: Client, by: Actor, name: str) -> None:
    agency = scene.complete(by)
    services.save_practitioner(agency, scene.person(), by=by)
    services.save_past_work(agency, scene.work(), by=by)
    for state in Agency.State.values:
        Agency.objects.update(state=state, notice_until=clock.now(), submitted_at=clock.now())
        page = browser.get(reverse(name))
        assert page.status_code == 200, state
        assert "<h1>" in page.content.decode()


def test_a_visitor_is_sent_to_log_in(client: Client) -> None:
    answer = client.get(reverse("agency_desk"))
    assert answer.status_code == 302
    assert "/accounts/login/" in answer.url  # type: ignore[attr-defined]


def test_a_lost_session_does_not_lose_the_form(client: Client) -> None:
    answer = client.post(reverse("agency_basics"), {"address": "新址"})
    assert answer.status_code == 403


def test_a_buyer_of_the_firm_has_no_agency_desk(by: Actor) -> None:
    colleague = member(MemberRole.BUYER, organisation=by.organisation)
    assert logged_in(colleague).get(reverse("agency_desk")).status_code == 403


def test_basics_are_saved_as_one_types(browser: Client, by: Actor) -> None:
    services.start_admission(by=by)
    answer = send(browser, "agency_basics", {"contact_name": "吴敏", "contact_phone": "12"}, HTTP_X_AUTOSAVE="1")
    assert answer.json()["saved"] is True
    assert list(answer.json()["errors"]) == ["contact_phone"]
    agency = Agency.objects.get()
    assert (agency.contact_name, agency.contact_phone) == ("吴敏", "")


def test_a_field_is_checked_when_it_is_left(browser: Client, by: Actor) -> None:
    services.start_admission(by=by)
    answer = send(browser, "agency_basics", {"contact_name": "吴敏", "contact_phone": "12"}, HTTP_HX_REQUEST="true")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "<form" not in text
    assert "11 位手机号" in text
    assert "请填写经营范围" in text
    assert "请填写联系人" not in text
    assert Agency.objects.get().contact_name == "吴敏"


def test_a_wrong_phone_is_named_and_the_rest_stays(browser: Client, by: Actor) -> None:
    services.start_admission(by=by)
    answer = send(browser, "agency_basics", {"contact_name": "吴敏", "contact_phone": "12", "region": "430502"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "11 位手机号" in text
    assert 'value="吴敏"' in text
    assert 'value="430502" selected' in text


def test_full_width_digits_are_narrowed(browser: Client, by: Actor) -> None:
    services.start_admission(by=by)
    send(browser, "agency_basics", {"contact_phone": "０７３９-５２２０００１"})
    assert Agency.objects.get().contact_phone == "0739-5220001"


def test_a_certificate_is_added_with_its_scan(browser: Client, by: Actor) -> None:
    agency = services.start_admission(by=by)
    answer = send(browser, "agency_qualifications", paper())
    assert answer.url == reverse("agency_qualifications")
    row = scene.only(agency)
    assert (row.type.slug, row.grade, row.specialty) == ("cehui", "乙级", "工程测量")
    assert row.scan is not None
    assert row.scan.holder == agency.credit_code
    listed = browser.get(reverse("agency_qualifications")).content.decode()
    assert "乙测资字43110001" in listed


def test_an_expired_certificate_is_refused_and_what_was_typed_and_uploaded_stays(browser: Client, by: Actor) -> None:
    agency = services.start_admission(by=by)
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    answer = send(browser, "agency_qualifications", paper(valid_until=yesterday))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert f"该证书已于 {yesterday} 到期，请上传延续后的证书" in text
    assert 'value="乙测资字43110001"' in text
    assert 'value="cehui:乙级" selected' in text
    assert "证书.pdf" in text
    assert not agency.qualifications.exists()
    token = answer.context["form"]["scan"].as_widget().split('name="scan-token" value="')[1].split('"')[0]
    send(browser, "agency_qualifications", {**paper(scan=None), "scan-token": token})
    assert scene.only(agency).scan == StoredFile.objects.get(purpose="agencies.certificate")


def bomb() -> bytes:
    """A PNG of a few hundred bytes that says it has 900 million pixels."""
    buffer = io.BytesIO()
    Image.new("1", (1, 1)).save(buffer, "PNG")
    content = bytearray(buffer.getvalue())
    content[16:24] = (30_000).to_bytes(4, "big") * 2
    return bytes(content)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("证书.pdf", b"MZ\x90\x00\x03" + b"\x00" * 200, "不是可接受的格式"),
        ("证书.exe", b"MZ\x90\x00\x03" + b"\x00" * 200, "不是可接受的格式"),
        ("证书.png", scene.PDF, "与扩展名不一致"),
        ("证书.pdf", b"", "提交的是空文件|是空的"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(
    browser: Client, by: Actor, name: str, content: bytes, words: str
) -> None:
    agency = services.start_admission(by=by)
    answer = send(browser, "agency_qualifications", paper(scan=scene.upload(name, content)))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert any(word in text for word in words.split("|"))
    assert 'value="乙测资字43110001"' in text
    assert not agency.qualifications.exists()
    assert not StoredFile.objects.filter(purpose="agencies.certificate").exists()


def test_a_pixel_bomb_is_refused(browser: Client, by: Actor) -> None:
    services.start_admission(by=by)
    answer = send(browser, "agency_qualifications", paper(scan=scene.upload("证书.png", bomb())))
    assert answer.status_code == 422
    assert "图片“证书.png”" in answer.content.decode()


def test_a_scan_above_the_limit_is_refused(browser: Client, by: Actor, settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 1024 * 1024
    services.start_admission(by=by)
    answer = send(browser, "agency_qualifications", paper(scan=scene.upload("证书.pdf", scene.PDF + b" " * 1_100_000)))
    assert answer.status_code == 422
    assert "超过 1 MB 的上限" in answer.content.decode()


def test_another_firms_scan_cannot_be_taken_over(browser: Client, by: Actor) -> None:
    agency = services.start_admission(by=by)
    theirs = scene.stored(scene.author())
    from django.core import signing

    from marketplace.core.forms import SALT

    token = signing.dumps(str(theirs.pk), salt=SALT)
    answer = send(browser, "agency_qualifications", {**paper(scan=None), "scan-token": token})
    assert answer.status_code == 422
    assert not agency.qualifications.exists()


def test_rows_are_changed_and_removed(browser: Client, by: Actor) -> None:
    agency = services.start_admission(by=by)
    send(browser, "agency_offers", {"item": "ZJ-016", "price_mode": "from", "price": "18000", "days": "12",
                                    "regions": ["430500"], "is_active": "on"})  # fmt: skip
    row = agency.offers.get()
    send(browser, "agency_offer_edit", {"item": "ZJ-016", "price_mode": "ask", "days": "9"}, row.pk)
    row.refresh_from_db()
    assert (row.price, row.days, row.is_active, list(row.regions.all())) == (None, 9, False, [])
    assert browser.post(reverse("agency_offer_remove", args=[row.pk])).status_code == 302
    assert browser.post(reverse("agency_offer_remove", args=[row.pk])).status_code == 302  # a double click
    assert not agency.offers.exists()


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"price_mode": "fixed", "price": ""}, "请填写大于零的价格"),
        ({"price_mode": "fixed", "price": "-3"}, "请填写大于零的价格"),
        ({"price_mode": "unit", "price": "30", "unit": ""}, "写明单位"),
        ({"days": "0"}, "不能小于"),
        ({"price": "一万"}, "数字"),
    ],
)
def test_a_wrong_offer_says_what_to_do(browser: Client, by: Actor, sent: dict[str, str], words: str) -> None:
    services.start_admission(by=by)
    given = {"item": "ZJ-016", "price_mode": "from", "price": "18000", "days": "12", "content": "现场测量", **sent}
    answer = send(browser, "agency_offers", given)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "现场测量" in answer.content.decode()


def test_strangers_do_not_find_the_rows(by: Actor) -> None:
    agency = scene.complete(by)
    other = scene.author()
    services.start_admission(by=other)
    stranger = logged_in(other)
    row, sold = scene.only(agency), agency.offers.get()
    assert stranger.get(reverse("agency_qualification_edit", args=[row.pk])).status_code == 404
    assert stranger.get(reverse("agency_offer_edit", args=[sold.pk])).status_code == 404
    stranger.post(reverse("agency_qualification_remove", args=[row.pk]))
    assert agency.qualifications.exists()
    assert row.scan is not None
    assert stranger.get(reverse("file", args=[row.scan.pk])).status_code == 404
    assert logged_in(by).get(reverse("file", args=[row.scan.pk])).status_code == 200


def test_handing_in_lists_what_is_missing_with_links(browser: Client, by: Actor) -> None:
    services.start_admission(by=by)
    answer = browser.post(reverse("agency_submit"))
    text = answer.content.decode()
    assert answer.status_code == 422
    for name in ("agency_basics", "agency_offers", "agency_commitment"):
        assert reverse(name) in text
    assert "还有" in text


def test_the_whole_way_through_the_pages(browser: Client, by: Actor) -> None:
    browser.post(reverse("agency_start"))
    basics = {**scene.BASICS, "founded_on": scene.BASICS["founded_on"].isoformat()}
    send(browser, "agency_basics", basics)
    send(browser, "agency_qualifications", paper())
    send(browser, "agency_practitioners", {"name": "郑浩", "licence": "注册测绘师", "licence_number": "CH2019430001"})
    today = clock.today()
    send(browser, "agency_past_work", {
        "title": "产业园一期", "client": "示范产业园", "amount": "46000", "item": "ZJ-016",
        "started_on": (today - timedelta(days=90)).isoformat(), "finished_on": (today - timedelta(days=60)).isoformat(),
    })  # fmt: skip
    send(
        browser,
        "agency_offers",
        {"item": "ZJ-016", "price_mode": "from", "price": "18000", "days": "12", "is_active": "on"},
    )
    send(browser, "agency_commitment", {"commitment": scene.upload("承诺书.pdf"), "agreed": "on"})
    assert browser.post(reverse("agency_submit")).status_code == 302
    agency = Agency.objects.get()
    assert agency.state == Agency.State.SUBMITTED
    assert (agency.practitioners.count(), agency.past_work.count(), agency.offers.count()) == (1, 1, 1)
    again = browser.post(reverse("agency_submit"), HTTP_REFERER="http://testserver/desk/agency/", follow=True)
    assert "已经办理过了" in again.content.decode()


def test_key_data_of_an_admitted_agency_change_by_request_only(browser: Client, by: Actor, drain: Any) -> None:
    agency = scene.admitted(by, staff(), drain)
    send(browser, "agency_basics", {"contact_name": "赵磊", "legal_person": "别人", "address": "别处"})
    agency.refresh_from_db()
    assert (agency.contact_name, agency.legal_person) == ("赵磊", "周建国")
    with pytest.raises(services.ByRequest):
        services.save_basics(agency, {"legal_person": "别人"}, by=by)
    wanted = {"name": agency.name, "legal_person": "刘洋", "region": "430503", "address": agency.address}
    answer = send(browser, "agency_change", wanted)
    assert answer.status_code == 422  # the paper is missing
    assert 'value="刘洋"' in answer.content.decode()
    assert send(browser, "agency_change", {**wanted, "evidence": scene.upload("营业执照.pdf")}).status_code == 302
    request = agency.change_requests.get()
    assert request.after == {"legal_person": "刘洋", "region": "430503"}
    assert request.before == {"legal_person": "周建国", "region": "430502"}


def test_rest_and_back(browser: Client, by: Actor, drain: Any) -> None:
    agency = scene.admitted(by, staff(), drain)
    browser.post(reverse("agency_doze"))
    agency.refresh_from_db()
    assert agency.state == Agency.State.DORMANT
    browser.post(reverse("agency_wake"))
    agency.refresh_from_db()
    assert agency.state == Agency.State.ACTIVE


def test_the_desk_speaks_english(browser: Client, by: Actor) -> None:
    services.start_admission(by=by)
    assert browser.get("/en/desk/agency/").status_code == 200


def test_no_page_of_the_desk_has_more_queries_with_more_rows(
    browser: Client, by: Actor, django_assert_max_num_queries: Any
) -> None:
    agency = scene.complete(by)
    for n in range(12):
        services.save_practitioner(agency, scene.person(licence_number=f"CH{n:06d}"), by=by)
    browser.get(reverse("agency_practitioners"))
    with django_assert_max_num_queries(35):
        browser.get(reverse("agency_practitioners"))


def test_a_letter_is_not_saved_without_a_file_and_an_agreement() -> None:
    scene.catalogue()
    by = scene.author()
    services.start_admission(by=by)
    browser = Client()
    browser.force_login(by.user)
    answer = browser.post(reverse("agency_commitment"), {})
    assert answer.status_code == 422
    assert "请上传签字盖章的承诺书扫描件。" in answer.content.decode()
    assert "请阅读承诺书后勾选同意。" in answer.content.decode()


def test_one_wrong_date_keeps_no_other_basics_from_being_saved() -> None:
    scene.catalogue()
    by = scene.author()
    agency = services.start_admission(by=by)
    browser = Client()
    browser.force_login(by.user)
    sent = {"founded_on": "2130-01-01", "address": "创新路 1 号"}
    answer = browser.post(reverse("agency_basics"), sent, headers={"X-Autosave": "1"})
    assert list(answer.json()["errors"]) == ["founded_on"]
    agency.refresh_from_db()
    assert agency.address == "创新路 1 号"


def test_who_has_no_organisation_is_led_from_the_agencies_desk_to_the_registration() -> None:
    browser = Client()
    browser.force_login(UserFactory())
    answer = browser.get(reverse("agency_desk"))
    assert answer.headers["Location"] == reverse("organisation_register") + "?for=agency"
