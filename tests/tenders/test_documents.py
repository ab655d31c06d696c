"""The documents envelope: one commitment covers it, the buyer alone opens it, after the opening only."""

import io
import uuid
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from nacl.public import PrivateKey, SealedBox

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.core.files import path_of
from marketplace.core.models import LogEntry
from marketplace.tenders import documents, services
from marketplace.tenders.documents import Document, SealedDocuments
from marketplace.tenders.models import Bid, BidDocuments
from tests.factories import staff
from tests.tenders import browser, scene

PLAN = Document("方案.pdf", b"%PDF-1.4 only the buyer reads this")


def client_of(actor: Actor | None) -> Client:
    client = Client()
    if actor is not None:
        client.force_login(actor.user)  # type: ignore[arg-type]
    return client


@pytest.fixture
def pair() -> tuple[str, SealedBox]:
    private = PrivateKey.generate()
    return bytes(private.public_key).hex(), SealedBox(private)


def test_files_come_back_as_they_were_and_a_form_sent_twice_gives_the_same_bytes(pair: tuple[str, SealedBox]) -> None:
    public, box = pair
    key = uuid.uuid4()
    made = [documents.seal(public, [PLAN, Document("../../etc/x\n.txt", b"")], idempotency_key=key) for _ in range(2)]
    assert made[0].ciphertext == made[1].ciphertext
    assert b"only the buyer" not in made[0].ciphertext
    assert documents.open_sealed(box, made[0].checked()) == [PLAN, Document("x.txt", b"")]
    assert documents.seal(public, [PLAN], idempotency_key=uuid.uuid4()).sha256 != made[0].sha256


@pytest.mark.parametrize("spoil", ["ciphertext", "sealed_key"])
def test_rubbish_is_unreadable(pair: tuple[str, SealedBox], spoil: str) -> None:
    public, box = pair
    good = documents.seal(public, [PLAN], idempotency_key=uuid.uuid4())
    parts = {"ciphertext": good.ciphertext, "sealed_key": good.sealed_key}
    parts[spoil] = parts[spoil][:-1] + bytes([parts[spoil][-1] ^ 1])
    assert documents.open_sealed(box, SealedDocuments(**parts)) is None


@pytest.mark.parametrize("plain", [b"", b"\xff\xff\xff\xff", b"\0\0\0\2{}", b"\0\0\0\4null", b"\0\0\0\2[]rest"])
def test_a_packing_that_is_none_is_refused(plain: bytes) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        documents._unpacked(plain)


def test_too_much_and_the_wrong_shape_are_refused(pair: tuple[str, SealedBox]) -> None:
    with pytest.raises(documents.TooMuch):
        documents.seal(pair[0], [Document("a", b"")] * 21, idempotency_key=uuid.uuid4())
    with pytest.raises(documents.TooMuch):
        SealedDocuments(b"x" * (documents.MOST_STORED + 1), b"k" * 80).checked()
    with pytest.raises(documents.BadDocuments):
        SealedDocuments(b"x" * 100, b"k" * 79).checked()


@pytest.mark.django_db
@pytest.mark.usefixtures("market")
@pytest.mark.parametrize("by_server", [True, False])
def test_only_the_buyer_opens_them_and_only_after_the_opening(by_server: bool) -> None:
    buyer = scene.buyer()
    tender, agency = scene.published(buyer), scene.agency()
    author = scene.author(agency)
    path = reverse("tender_bid", args=[tender.number])
    with clock.at(scene.MONDAY):
        if by_server:
            form = {"price": "60000", "days": "8", "no_collusion": "on", "key": str(uuid.uuid4())}
            answer = client_of(author).post(path, form | {"documents": SimpleUploadedFile(PLAN.name, PLAN.content)})
            assert answer.status_code == 302
        else:
            enclosed = documents.seal(tender.public_key, [PLAN], idempotency_key=uuid.uuid4())
            envelope = browser.envelope(tender, agency, "60000.00", documents=enclosed.sha256)
            form = browser.form(browser.sealed(tender, envelope.text()), enclosed=enclosed)
            assert client_of(author).post(path, form).status_code == 200
    bid = Bid.objects.get()
    stored = BidDocuments.objects.get()
    assert bid.receipt["documents_sha256"] == stored.sha256
    assert b"only the buyer" not in path_of(stored.sha256).read_bytes()
    address = reverse("bid_documents", args=[tender.number, bid.pk])
    with clock.at(scene.MONDAY):
        assert client_of(buyer).get(address).status_code == 404
    tender = scene.opened(tender)
    with clock.at(scene.CLOSE):
        for other in (None, author, staff("operator"), scene.buyer()):
            assert client_of(other).get(address).status_code in (302, 403, 404)
        answer = client_of(buyer).get(address)
        assert zipfile.ZipFile(io.BytesIO(answer.content)).read(PLAN.name) == PLAN.content
        assert address in client_of(buyer).get(reverse("tender_result", args=[tender.number])).content.decode()
        for public in ("tender_result", "tender_record"):
            assert address not in Client().get(reverse(public, args=[tender.number])).content.decode()
    assert LogEntry.objects.filter(action="bid.read_documents").count() == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("market")
def test_documents_that_were_not_committed_to_are_not_opened() -> None:
    buyer = scene.buyer()
    tender, agency = scene.published(buyer), scene.agency()
    enclosed = documents.seal(tender.public_key, [PLAN], idempotency_key=uuid.uuid4())
    seal = browser.sealed(tender, browser.envelope(tender, agency, "60000.00").text())
    with clock.at(scene.MONDAY):
        by = scene.author(agency)
        bid = services.place_sealed(tender, agency, seal, documents=enclosed, idempotency_key=uuid.uuid4(), by=by)
    scene.opened(tender)
    bid.refresh_from_db()
    assert bid.price is not None
    with pytest.raises(services.reading.DocumentsUnreadable):
        services.open_documents(Bid.objects.select_related("tender", "documents").get(), by=buyer)


@pytest.mark.django_db
@pytest.mark.usefixtures("market")
def test_an_upload_never_touches_the_disk_in_the_clear(tmp_path: Path, settings: object) -> None:
    """Django would write an upload of more than 2.5 MB into a temporary file."""
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)  # type: ignore[attr-defined]
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10  # type: ignore[attr-defined]
    tender, agency = scene.published(), scene.agency()
    form = {"price": "60000", "days": "8", "no_collusion": "on", "key": str(uuid.uuid4())}
    tmp_path.chmod(0o500)
    with clock.at(scene.MONDAY):
        client = client_of(scene.author(agency))
        upload = SimpleUploadedFile(PLAN.name, PLAN.content * 1000)
        answer = client.post(reverse("tender_bid", args=[tender.number]), form | {"documents": upload})
        assert answer.status_code == 302
        too_much = SimpleUploadedFile("big.bin", b"x" * (documents.MOST_STORED + 300_000))
        path = reverse("tender_bid", args=[tender.number])
        refused = client.post(path, form | {"documents": too_much, "key": str(uuid.uuid4())})
        assert "合计不超过 20 MB" in refused.content.decode()
    assert not list(tmp_path.iterdir())
    assert Bid.objects.count() == 1
