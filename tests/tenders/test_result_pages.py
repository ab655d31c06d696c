"""Result, record, notice and PDF; and what a stranger gets."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.tenders import notices, pdf, services
from marketplace.tenders.models import Award, Bid, Tender
from marketplace.tenders.record_file.verify import verify
from marketplace.tenders.selection import registry
from tests.conftest import missing
from tests.factories import member, staff
from tests.tenders import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]


@pytest.fixture
def finished() -> Tender:
    tender = scene.published(title="标准厂房二期联合测绘", floor=50000)
    for price in ("60000", "60000", "80000"):
        scene.bid(tender, price)
    return scene.noticed(scene.opened(tender))


def get(name: str, tender: Tender, actor: Actor | None = None, query: str = "") -> Any:
    client = Client()
    if actor is not None:
        assert actor.user is not None
        client.force_login(actor.user)
    with clock.at(tender.publicity_until or scene.CLOSE):
        return client.get(reverse(name, args=[tender.number]) + query)


# --- result -----------------------------------------------------------------------------------------------------------
def test_the_result_says_who_won_at_what_price_and_why(finished: Tender) -> None:
    text = get("tender_result", finished).content.decode()
    award = Award.objects.select_related("agency__organisation").get()
    assert award.agency.organisation.name in text
    assert "¥60,000" in text
    assert "2 家并列最低" in text
    assert "节约 40%" in text
    assert "抽取过程" in text
    assert finished.record["case"]["nonce"] in text
    for bid in Bid.objects.all():
        assert bid.commitment in text


def test_invalid_responses_stand_there_with_their_reason() -> None:
    tender, agency = scene.published(), scene.agency()
    scene.bid(tender, "50000", of=agency)
    scene.bid(tender, "60000")
    agency.offers.all().delete()
    text = get("tender_result", scene.opened(tender)).content.decode()
    assert "截止时不符合资格条件" in text


def test_the_case_file_of_the_page_gives_the_same_outcome(finished: Tender) -> None:
    case = json.loads(get("tender_record", finished, query="?case").content)
    assert registry.run(case).to_json() == finished.record["outcome"]
    record = json.loads(get("tender_record", finished).content)
    assert all(check.is_right for check in verify(record))
    assert len(record["responses"]) == 3


def test_before_the_opening_there_is_neither_result_nor_record_nor_notice() -> None:
    tender = scene.published()
    scene.bid(tender, "60000")
    with clock.at(scene.MONDAY):
        assert Client().get(reverse("tender_result", args=[tender.number])).status_code == 302
        for name in ("tender_record", "award_notice", "award_notice_pdf"):
            assert Client().get(reverse(name, args=[tender.number])).status_code == 404


def test_where_nothing_was_opened_the_result_shows_no_names() -> None:
    tender, agency = scene.published(funds="public"), scene.agency()
    scene.bid(tender, "60000", of=agency)
    tender = scene.opened(tender)
    for name in ("tender", "tender_result", "tender_record"):
        text = get(name, tender).content.decode()
        assert agency.organisation.name not in text
        assert agency.organisation.credit_code not in text
    assert "合格响应 1 家，至少需要 3 家" in get("tender_result", tender).content.decode()


def test_a_passed_over_winner_is_shown_with_who_came_after() -> None:
    tender = scene.published()
    first, second = scene.bid(tender, "60000"), scene.bid(tender, "70000")
    scene.opened(tender)
    first.agency.state = "frozen"
    first.agency.save()
    text = get("tender_result", scene.noticed(tender)).content.decode()
    assert "按排名依次递补" in text
    assert second.agency.organisation.name in text


def test_a_direct_choice_has_its_result_and_notice_too() -> None:
    by, agency = scene.buyer(), scene.agency()
    tender = scene.published(
        by,
        method="direct",
        chosen_agency=agency,
        method_settings={"price": "48000.00"},
        ceiling=None,
        choice_reason="熟悉现场",
    )
    with clock.at(scene.MONDAY):
        services.accept_award(tender, by=scene.author(agency))
    tender = scene.noticed(tender)
    text = get("tender_result", tender).content.decode()
    for part in (agency.organisation.name, "¥48,000", "采购人直接选定", "熟悉现场"):
        assert part in text
    assert "机构确认时间" in get("award_notice", tender).content.decode()
    assert get("award_notice_pdf", tender).status_code == 200


# --- notice -----------------------------------------------------------------------------------------------------------
def test_the_notice_can_be_read_and_scanned(finished: Tender) -> None:
    text = get("award_notice", finished).content.decode()
    award = Award.objects.get()
    for part in (award.notice_number, "人民币陆万元整", notices.notice_hash(award), 'class="z-qr"'):
        assert part in text
    assert "style=" not in text.split("<main")[1]


def test_the_pdf_holds_the_chinese_text_with_its_fonts_and_is_made_once(finished: Tender) -> None:
    if reason := pdf.available():
        missing(str(reason))
    answer = get("award_notice_pdf", finished)
    assert answer["Content-Type"] == "application/pdf"
    reader = PdfReader(BytesIO(answer.content))
    assert len(reader.pages) == 1
    text = "".join(reader.pages[0].extract_text().split())
    assert "中选通知书" in text
    assert "人民币陆万元整" in text
    fonts = reader.pages[0]["/Resources"]["/Font"].values()  # type: ignore[index]
    descriptors = [
        font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object() for font in fonts
    ]
    assert descriptors
    assert all({"/FontFile2", "/FontFile3"} & set(descriptor) for descriptor in descriptors)
    kept = list(Path(settings.PRIVATE_ROOT, "notices").glob(f"{notices.notice_hash(Award.objects.get())}*.pdf"))
    assert len(kept) == 1
    kept[0].write_bytes(b"%PDF kept")
    assert get("award_notice_pdf", finished).content == b"%PDF kept"


def test_without_pango_or_font_the_door_gives_the_printable_page_and_says_what_to_install(
    finished: Tender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "_weasyprint_loads", lambda: False)
    answer = get("award_notice_pdf", finished)
    assert answer.status_code == 200
    assert "text/html" in answer["Content-Type"]
    assert "apt install libpango" in answer.content.decode()
    assert "人民币陆万元整" in answer.content.decode()
    monkeypatch.setattr(pdf, "_weasyprint_loads", lambda: True)
    monkeypatch.setattr(pdf, "_has_chinese_font", lambda: False)
    assert "fonts-noto-cjk" in get("award_notice_pdf", finished).content.decode()


# --- strangers --------------------------------------------------------------------------------------------------------
def test_a_draft_and_an_unchecked_announcement_do_not_exist_for_strangers() -> None:
    by = scene.buyer()
    draft = scene.draft(by)
    waiting = services.publish(scene.draft(by, funds="public"), by=by)
    strangers = [scene.buyer(), scene.author(scene.agency()), member(), staff("editor")]
    for stranger in strangers:
        client = Client()
        assert stranger.user is not None
        client.force_login(stranger.user)
        for name in ("tender_edit", "tender_preview"):
            assert client.get(reverse(name, args=[draft.pk])).status_code == 404
        assert client.post(reverse("tender_discard", args=[draft.pk])).status_code == 404
        assert client.get(reverse("tender", args=[waiting.number])).status_code == 404
        assert client.post(reverse("tender_cancel", args=[waiting.number]), {"reason": "x"}).status_code == 404
    assert Client().get(reverse("tender", args=[waiting.number])).status_code == 404
    for actor in (by, staff("operator"), staff("supervisor")):
        client = Client()
        assert actor.user is not None
        client.force_login(actor.user)
        assert client.get(reverse("tender", args=[waiting.number])).status_code == 200


def test_a_receipt_is_for_its_own_people_only() -> None:
    tender, agency = scene.published(), scene.agency()
    author = scene.author(agency)
    placed = scene.bid(tender, "60000", of=agency, by=author)
    for name in ("receipt", "receipt_file"):
        path = reverse(name, args=[placed.pk])
        assert Client().get(path).status_code == 302
        for other in (scene.author(scene.agency()), staff("operator")):
            client = Client()
            assert other.user is not None
            client.force_login(other.user)
            assert client.get(path).status_code in (403, 404)
    client = Client()
    assert author.user is not None
    client.force_login(author.user)
    kept = json.loads(client.get(reverse("receipt_file", args=[placed.pk])).content)
    assert kept == {"receipt": placed.receipt}
