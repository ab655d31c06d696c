"""The bid pack: papers from the agency's register, and what it wrote the last time."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from marketplace.accounts.actors import Actor
from marketplace.agencies.models import Agency
from marketplace.core import clock, files
from marketplace.core.models import StoredFile
from marketplace.tenders import documents, queries, services
from marketplace.tenders.models import Bid
from tests.tenders import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]
SCAN = b"%PDF-1.4 the certificate\n%%EOF\n"


def log_in(actor: Actor) -> Client:
    client = Client()
    assert actor.user is not None
    client.force_login(actor.user)
    return client


def with_scan(agency: Agency, by: Actor, content: bytes = SCAN) -> StoredFile:
    """The agency's certificate gets its scan."""
    upload = SimpleUploadedFile("资质.pdf", content)
    stored = files.store(upload, purpose="agencies.certificate", by=by, holder=by.organisation_code)
    agency.qualifications.update(scan=stored)
    return stored


def form(**more: object) -> dict[str, object]:
    return {"price": "80000", "days": "8", "no_collusion": "on", "key": str(uuid.uuid4()), **more}


def test_a_paper_of_the_register_goes_into_the_envelope_without_being_uploaded_again() -> None:
    buyer, agency = scene.buyer(), scene.agency()
    tender, author = scene.published(buyer), scene.author(agency)
    stored = with_scan(agency, author)
    with clock.at(scene.CLOSE - timedelta(hours=1)):
        client = log_in(author)
        page = reverse("tender_bid", args=[tender.number])
        assert f'data-url="{reverse("file", args=[stored.pk])}"' in client.get(page).text
        assert client.post(page, form(library=[str(stored.pk)])).status_code == 302
    scene.opened(tender)
    (bid,) = queries.opened_bids(tender)
    with clock.at(scene.CLOSE + timedelta(hours=1)):
        (document,) = services.open_documents(bid, by=buyer)
    assert document.content == SCAN
    assert document.name.endswith("资质.pdf")


def test_another_agencys_paper_is_no_choice() -> None:
    tender, agency, other = scene.published(), scene.agency(), scene.agency()
    foreign = with_scan(other, scene.author(other))
    with clock.at(scene.CLOSE - timedelta(hours=1)):
        client = log_in(scene.author(agency))
        page = reverse("tender_bid", args=[tender.number])
        assert str(foreign.pk) not in client.get(page).text
        client.post(page, form(library=[str(foreign.pk)]))
    bid = Bid.objects.filter(tender=tender).first()
    assert bid is None or not hasattr(bid, "documents")


def test_papers_and_files_together_are_as_much_as_an_envelope_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    tender, agency = scene.published(), scene.agency()
    author = scene.author(agency)
    stored = with_scan(agency, author)
    monkeypatch.setattr(documents, "MOST_BYTES", len(SCAN) + 10)
    with clock.at(scene.CLOSE - timedelta(hours=1)):
        data = form(library=[str(stored.pk)], documents=SimpleUploadedFile("方案.pdf", b"x" * 11))
        answer = log_in(author).post(reverse("tender_bid", args=[tender.number]), data)
    assert "20 MB" in answer.text
    assert not Bid.objects.exists()


def test_the_last_note_and_team_are_offered_once_they_are_public() -> None:
    agency = scene.agency()
    author = scene.author(agency)
    first = scene.published()
    scene.bid(first, "80000", of=agency, by=author, note="含外业和内业全部费用")
    second = scene.published()
    page = reverse("tender_bid", args=[second.number])
    with clock.at(scene.CLOSE - timedelta(minutes=30)):
        assert "沿用上次" not in log_in(author).get(page).text  # sealed still: nobody reads it, not even here
    scene.opened(first)
    with clock.at(scene.CLOSE - timedelta(minutes=30)):
        client = log_in(author)
        assert "沿用上次" in client.get(page).text
        assert "含外业和内业全部费用" in client.get(f"{page}?last=1").text
        assert "含外业和内业全部费用" not in log_in(scene.author(scene.agency())).get(f"{page}?last=1").text
