"""Kept for inspectors only: written with the act, unreadable before the close, each look logged, erased in time."""

import csv
import io
import uuid
import zipfile
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse
from pypdf import PdfWriter

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Membership
from marketplace.core import clock, file_facts, files
from marketplace.core.models import LogEntry
from marketplace.core.origin import Origin
from marketplace.tenders import queries, services
from marketplace.tenders.documents import Document
from marketplace.tenders.models import Bid, Tender, Trace
from marketplace.tenders.queries import inspection
from marketplace.tenders.rules.inspection import Hit, Sign, hits
from marketplace.tenders.services import inspecting, tracing
from tests.factories import staff
from tests.tenders import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]
HOME = Origin("198.51.100.7", "Firefox", "zh-CN", "a" * 32)
OFFICE = Origin("203.0.113.9", "Chrome", "zh-CN", "b" * 32)


def pdf_by(author: str) -> bytes:
    writer, found = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.add_metadata({"/Author": author, "/Producer": "WPS 文字"})
    writer.write(found)
    return found.getvalue()


def placed(tender: Tender, origin: Origin, price: str, *documents: Document) -> Bid:
    agency = scene.agency()
    by = replace(scene.author(agency), origin=origin)
    offer = services.Offer(Decimal(price), 8, documents=documents)
    assert tender.closes_at is not None
    with clock.at(tender.closes_at - timedelta(hours=1)):
        return services.place_bid(tender, agency, offer, idempotency_key=uuid.uuid4(), by=by)


def client_of(actor: Actor) -> Client:
    client = Client()
    client.force_login(actor.person)
    return client


def look(tender: Tender, actor: Actor, at: Any = None) -> str:
    with clock.at(at or scene.CLOSE):
        client = client_of(actor)
        sent = client.post(reverse("inspection", args=[tender.number]), {"reason": "投诉 TS-2026-000001"})
        assert sent.status_code == 302
        return client.get(sent.url).content.decode()


@pytest.fixture
def supervisor() -> Actor:
    return staff("supervisor")


# --- what is kept -----------------------------------------------------------------------------------------------------
def test_a_response_keeps_where_it_came_from_in_its_own_row() -> None:
    tender = scene.published()
    before = Trace.objects.count()
    bid = placed(tender, HOME, "80000")
    kept = bid.origins["placed"]
    assert (kept["address"], kept["agent"], kept["session"]) == ("198.51.100.7", "Firefox", "a" * 32)
    assert Trace.objects.count() == before  # no row of its own
    with clock.at(scene.MONDAY):
        gone = services.withdraw_bid(bid, by=replace(Actor.of(bid.author, bid.agency.organisation), origin=OFFICE))
    assert gone.origins["withdrawn"]["address"] == "203.0.113.9"
    assert gone.origins["placed"]["address"] == "198.51.100.7"


@override_settings(AXES_IPWARE_PROXY_COUNT=1)
def test_the_page_keeps_the_address_that_the_trusted_proxy_saw() -> None:
    tender, agency = scene.published(), scene.agency()
    author = scene.author(agency)
    client = client_of(author)
    with clock.at(scene.MONDAY):
        answer = client.post(
            reverse("tender_bid", args=[tender.number]),
            {"price": "80000", "days": "8", "no_collusion": "on", "key": str(uuid.uuid4())},
            headers={"X-Forwarded-For": "10.0.0.1, 198.51.100.7", "User-Agent": "A browser", "Accept-Language": "zh"},
        )
    assert answer.status_code == 302
    kept = Bid.objects.get().origins["placed"]
    assert (kept["address"], kept["agent"], kept["language"]) == ("198.51.100.7", "A browser", "zh")
    session = client.session.session_key
    assert kept["session"]
    assert session not in str(kept)


def test_each_version_keeps_how_many_could_respond_and_what_cut_how_many() -> None:
    scene.agency()
    scene.agency(grade="丙级")
    scene.agency(state="frozen")
    tender = scene.published()
    kept = Trace.objects.get(kind="eligible").data
    assert (kept["version"], kept["market"], kept["looked_at"], kept["eligible"]) == (0, 2, 2, 1)
    assert kept["cut"] == kept["alone"]
    assert sum(kept["cut"].values()) == 1
    assert tender.eligible_count == 1


def test_a_draft_keeps_who_changed_what_and_an_idle_autosave_nothing() -> None:
    by = replace(scene.buyer(), origin=HOME)
    draft = scene.draft(by)
    services.save_draft(draft, {"ceiling": Decimal(100000), "days": 12}, by=by)
    services.save_draft(draft, {"ceiling": Decimal("100000.00"), "days": 12}, by=by)
    kept = Trace.objects.get(kind="edit")
    assert kept.data["changes"] == {"days": [10, 12]}
    assert kept.person == by.user
    assert kept.origin["address"] == "198.51.100.7"
    tracing.overridden(draft, "要求本地注册", "项目需要驻场", by=by)
    assert Trace.objects.get(kind="override").data["reason"] == "项目需要驻场"


def test_attachments_keep_what_they_say_of_their_making() -> None:
    by = scene.buyer()
    upload = SimpleUploadedFile("要求.pdf", pdf_by("王某"), content_type="application/pdf")
    stored = files.store(upload, purpose="tenders.attachment", by=by)
    with clock.at(scene.MONDAY):
        draft = scene.draft(by)
        services.save_draft(draft, {}, attachments=[stored], by=by)
        services.publish(draft, by=by)
    kept = Trace.objects.get(kind="files").data["files"]
    assert [(each["name"], each["sha256"], each["said"]["author"]) for each in kept] == [
        ("要求.pdf", stored.sha256, "王某")
    ]


def test_an_office_file_says_its_author_and_a_broken_one_nothing() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("docProps/core.xml", "<x><dc:creator>李&amp;王</dc:creator></x>")
    assert file_facts.made_by(made) == {"author": "李&王"}
    for rubbish in (b"", b"%PDF-1.7 nothing", b"PK\x03\x04rubbish", b"\x89PNG"):
        assert file_facts.made_by(io.BytesIO(rubbish)) == {}


# --- who may look, and when -------------------------------------------------------------------------------------------
def test_before_the_close_nobody_reads_about_responses_not_even_inspectors(supervisor: Actor) -> None:
    tender = scene.published()
    empty = look(tender, supervisor, scene.MONDAY)
    bids = [placed(tender, HOME, "80000"), placed(tender, HOME, "81000")]
    full = look(tender, supervisor, scene.MONDAY)
    assert "监督人员也不能" in full
    assert "198.51.100.7" not in full
    for bid in bids:
        assert bid.agency.organisation.name not in full
    assert full.count("<tr") == empty.count("<tr")
    with clock.at(scene.MONDAY):
        record = inspection.inspection_of(tender)
    assert record.is_sealed
    assert (record.came, record.hits) == ([], ())


def test_while_the_same_purchase_is_open_again_the_first_attempt_stays_shut(supervisor: Actor) -> None:
    tender = scene.published(funds="public")
    placed(tender, HOME, "80000")
    tender = scene.opened(tender)
    with clock.at(scene.CLOSE):
        services.announce_again(str(tender.pk))
        assert Tender.objects.filter(chain=tender.chain, state="published").exists()
        assert inspection.is_sealed(tender)
    assert "198.51.100.7" not in look(tender, supervisor)


def test_after_the_opening_shared_addresses_sessions_and_authors_are_marked(supervisor: Actor) -> None:
    tender = scene.published()
    document = Document("方案.pdf", pdf_by("同一个人"))
    other = Document("投标.pdf", pdf_by("同一个人") + b"\n")
    first = placed(tender, HOME, "80000", document)
    second = placed(tender, replace(OFFICE, address=HOME.address), "81000", other)
    placed(tender, OFFICE, "82000")
    tender = scene.opened(tender)
    buyer = Actor.of(tender.created_by)
    with clock.at(scene.CLOSE):
        for bid in queries.opened_bids(tender).filter(documents__isnull=False):
            services.open_documents(bid, by=buyer)
            services.open_documents(bid, by=buyer)
    assert Trace.objects.filter(kind="files", bid__isnull=False).count() == 2  # once each
    text = look(tender, supervisor)
    for words in ("同一地址", "同一登录会话", "文件作者相同", "同一个人", "198.51.100.7"):
        assert words in text
    record = inspection.inspection_of(tender)
    codes = {bid.agency.organisation.credit_code for bid in (first, second)}
    assert {hit.kind: set(hit.holders) for hit in record.hits}["address"] == codes
    assert "方案.pdf" not in text  # a response's file names stay the firm's own


def test_each_look_has_a_reason_and_stands_in_the_audit_log(supervisor: Actor) -> None:
    tender = scene.opened(_with_two())
    client = client_of(supervisor)
    with clock.at(scene.CLOSE):
        empty = client.post(reverse("inspection", args=[tender.number]), {"reason": " "})
        assert empty.status_code == 422
        assert not LogEntry.objects.filter(action="tender.inspect").exists()
    look(tender, supervisor)
    entry = LogEntry.objects.get(action="tender.inspect")
    assert (entry.actor, entry.data["reason"]) == (supervisor.user, "投诉 TS-2026-000001")
    with clock.at(scene.CLOSE):
        table = client.get(reverse("inspection_csv", args=[tender.number, entry.pk])).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(table)))
    assert rows[0][:3] == ["part", "at", "holder"]
    assert [row[5 - 1] for row in rows if row[0] == "placed"] == ["198.51.100.7", "198.51.100.7"]
    assert LogEntry.objects.filter(action="tender.inspect_export").count() == 1


def test_a_look_is_for_one_person_and_half_an_hour(supervisor: Actor) -> None:
    tender = scene.opened(_with_two())
    look(tender, supervisor)
    entry = LogEntry.objects.get(action="tender.inspect")
    path = reverse("inspection_record", args=[tender.number, entry.pk])
    with clock.at(scene.CLOSE):
        assert client_of(supervisor).get(path).status_code == 200
        assert client_of(staff("supervisor")).get(path).status_code == 302
        for role in ("operator", "editor"):
            assert client_of(staff(role)).get(path).status_code == 403
        assert client_of(scene.buyer()).get(path).status_code == 403
    with clock.at(scene.CLOSE + inspecting.LASTS + timedelta(seconds=1)):
        assert client_of(supervisor).get(path).status_code == 302


def test_a_supervisor_who_belongs_to_a_party_has_to_step_back_but_learns_nothing_before_the_close(
    supervisor: Actor,
) -> None:
    tender = scene.published()
    bid = placed(tender, HOME, "80000")
    Membership.objects.create(user=supervisor.person, organisation=bid.agency.organisation, roles=["bid_author"])
    look(tender, supervisor, scene.MONDAY)
    tender = scene.opened(tender)
    with clock.at(scene.CLOSE):
        sent = client_of(supervisor).post(reverse("inspection", args=[tender.number]), {"reason": "x"})
    assert sent.status_code == 403


# --- what is erased ---------------------------------------------------------------------------------------------------
def test_after_its_days_what_is_personal_is_erased_and_the_counts_stay() -> None:
    tender = scene.opened(_with_two())
    kept = Trace.objects.filter(kind="eligible").count()
    with clock.at(scene.CLOSE + timedelta(days=1824)):
        tracing.erase_old()
        assert Bid.objects.exclude(origins={}).count() == 2
    with clock.at(scene.CLOSE + timedelta(days=1826)):
        assert tracing.erase_old() > 0
        assert tracing.erase_old() == 0
    assert not Bid.objects.exclude(origins={}).exists()
    assert not Trace.objects.exclude(origin={}).exists()
    assert not Trace.objects.exclude(person=None).exists()
    assert Trace.objects.filter(tender=tender, kind="eligible").count() == kept


# --- the rule ---------------------------------------------------------------------------------------------------------
def test_only_what_two_holders_share_is_a_hit_and_the_strongest_comes_first() -> None:
    signs = [
        Sign("address", "1", "A"),
        Sign("address", "1", "A"),
        Sign("browser", "x", "A"),
        Sign("browser", "x", "B"),
        Sign("session", "s", "B"),
        Sign("session", "s", "C"),
        Sign("author", "", "A"),
        Sign("author", "", "B"),
    ]
    assert hits(signs) == (Hit("session", "s", ("B", "C")), Hit("browser", "x", ("A", "B")))


def _with_two() -> Tender:
    tender = scene.published()
    placed(tender, HOME, "80000")
    placed(tender, HOME, "81000")
    return tender
