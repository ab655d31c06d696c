"""Responses that arrive sealed: taken in time, once, unseen; and what the opening makes of those that are none."""

import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from marketplace.accounts.actors import Actor
from marketplace.agencies.models import Agency
from marketplace.core import clock
from marketplace.core.models import LogEntry
from marketplace.tenders import sealing, services
from marketplace.tenders.errors import BidTooLate, NotEligible, OfferChanged
from marketplace.tenders.models import Bid, Tender
from marketplace.tenders.sealing import BadSeal, Sealed
from tests.tenders import browser, scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]
MILLISECOND = timedelta(milliseconds=1)


def place(tender: Tender, agency: Agency, seal: Sealed, *, key: uuid.UUID | None = None, at: Any = None) -> Bid:
    with clock.at(at or scene.CLOSE - timedelta(hours=1)):
        by = scene.author(agency)
        return services.place_sealed(tender, agency, seal, idempotency_key=key or uuid.uuid4(), by=by)


def offered(tender: Tender, agency: Agency, price: str = "76543.21", **more: Any) -> Sealed:
    return browser.sealed(tender, browser.envelope(tender, agency, price, **more).text())


def client_of(actor: Actor) -> Client:
    client = Client()
    client.force_login(actor.user)  # type: ignore[arg-type]
    return client


# --- taken ------------------------------------------------------------------------------------------------------------
def test_a_sealed_response_is_opened_and_ranked_like_any_other() -> None:
    tender, agency = scene.published(), scene.agency()
    seal = offered(tender, agency, "61234.50", note="含税😀", team=("HP20260001",))
    placed = place(tender, agency, seal)
    assert (placed.price, placed.note, placed.opened) == (None, "", "")
    assert not placed.sealed_by_server
    assert placed.receipt["sealed_by"] == "browser"
    assert placed.receipt["commitment"] == seal.commitment
    assert placed.receipt["ciphertext_sha256"] == seal.sha256
    assert sealing.receipt_holds(placed.receipt)
    scene.bid(tender, "70000")
    tender = scene.opened(tender)
    placed.refresh_from_db()
    assert (placed.state, placed.price, placed.note, placed.team) == (
        Bid.State.WINNER,
        Decimal("61234.50"),
        "含税😀",
        ["HP20260001"],
    )
    assert sealing.commitment_of(placed.opened.encode()) == seal.commitment


def test_time_decides_to_the_millisecond() -> None:
    tender, agency = scene.published(), scene.agency()
    for late_by in (timedelta(0), MILLISECOND):
        with pytest.raises(BidTooLate):
            place(tender, agency, offered(tender, agency), at=scene.CLOSE + late_by)
    assert place(tender, agency, offered(tender, agency), at=scene.CLOSE - MILLISECOND).pk


def test_who_may_not_respond_may_not_with_a_seal_either() -> None:
    tender = scene.published()
    frozen = scene.agency(state="frozen")
    with pytest.raises(NotEligible):
        place(tender, frozen, offered(tender, frozen))


def test_a_later_seal_replaces_the_earlier_whoever_made_it() -> None:
    tender, agency = scene.published(), scene.agency()
    first = scene.bid(tender, "60000", of=agency)
    second = place(tender, agency, offered(tender, agency))
    third = scene.bid(tender, "58000", of=agency)
    for bid in (first, second):
        bid.refresh_from_db()
    assert [first.state, second.state, third.state] == ["replaced", "replaced", "sealed"]


# --- once -------------------------------------------------------------------------------------------------------------
def test_the_same_bytes_with_the_same_key_get_the_same_receipt_even_after_the_close() -> None:
    tender, agency, key = scene.published(), scene.agency(), uuid.uuid4()
    seal = offered(tender, agency)
    first = place(tender, agency, seal, key=key)
    again = place(tender, agency, seal, key=key, at=scene.CLOSE + MILLISECOND)
    assert (again.pk, again.receipt) == (first.pk, first.receipt)
    assert Bid.objects.count() == 1


def test_other_bytes_with_the_same_key_are_refused_in_words() -> None:
    tender, agency, key = scene.published(), scene.agency(), uuid.uuid4()
    envelope = browser.envelope(tender, agency)
    place(tender, agency, browser.sealed(tender, envelope.text()), key=key)
    with pytest.raises(OfferChanged, match="与上次不同"):
        place(tender, agency, browser.sealed(tender, envelope.text()), key=key)  # sealed anew: other bytes
    with pytest.raises(OfferChanged):
        scene.bid(tender, "76543.21", of=agency, key=key)  # by the server now


# --- what comes out at the opening ------------------------------------------------------------------------------------
def test_rubbish_is_taken_and_is_publicly_unreadable_afterwards() -> None:
    tender, other = scene.published(), scene.published()
    agencies = [scene.agency() for _ in range(6)]
    one = offered(tender, agencies[1])
    foreign = browser.envelope(other, agencies[2])
    seals = [
        Sealed(b"\x00" * sealing.LENGTHS[0], "0" * 64),
        Sealed(one.ciphertext, "f" * 64),
        browser.sealed(tender, foreign.text()),
        browser.sealed(other, browser.envelope(tender, agencies[3]).text()),
        browser.sealed(tender, browser.envelope(tender, agencies[4], nonce="not hexadecimal").text()),
        browser.sealed(tender, browser.envelope(tender, agencies[5], note="a\0b").text()),
    ]
    bids = [place(tender, agency, seal) for agency, seal in zip(agencies, seals, strict=True)]
    good = scene.bid(tender, "60000")
    tender = scene.opened(tender)
    for bid in bids:
        bid.refresh_from_db()
        assert (bid.state, bid.invalid_reason, bid.price) == (Bid.State.INVALID, "unreadable", None)
    good.refresh_from_db()
    assert good.state == Bid.State.WINNER
    page = Client().get(reverse("tender_result", args=[tender.number])).content.decode()
    assert page.count("无法开启，或内容与封存时的承诺不一致") == len(bids)


def test_a_copied_commitment_is_taken_without_a_word_and_gains_nothing() -> None:
    """To refuse it would tell that the other response exists; the text that was committed to names its agency."""
    tender, honest, copier = scene.published(), scene.agency(), scene.agency()
    envelope = browser.envelope(tender, honest, "61000.00")
    seal = browser.sealed(tender, envelope.text())
    first = place(tender, honest, seal)
    copies = [
        Sealed(offered(tender, copier).ciphertext, seal.commitment),  # another text under that commitment
        seal,  # even the very bytes
    ]
    for copied in copies:
        copy = place(tender, copier, copied)
        assert copy.receipt["commitment"] == seal.commitment
    scene.opened(tender)
    first.refresh_from_db()
    copy.refresh_from_db()
    assert (first.state, first.price) == (Bid.State.WINNER, Decimal("61000.00"))
    assert (copy.state, copy.invalid_reason) == (Bid.State.INVALID, "unreadable")
    entry = LogEntry.objects.get(action="tender.commitments")
    assert entry.data["commitments"] == [seal.commitment] * 2
    assert first.receipt["ciphertext_sha256"] in entry.data["ciphertexts"]


def test_a_price_that_no_form_would_take_is_invalid_at_the_opening() -> None:
    tender, agency = scene.published(), scene.agency()
    high = place(tender, agency, offered(tender, agency, "100000.01"))
    scene.bid(tender, "60000")
    scene.opened(tender)
    high.refresh_from_db()
    assert high.invalid_reason == "above_ceiling"


def test_a_missing_price_stops_no_opening() -> None:
    """The method would refuse the whole case: one agency could have kept the tender closed for ever."""
    tender, agency = scene.published(), scene.agency()
    without = place(tender, agency, browser.sealed(tender, browser.envelope(tender, agency, None).text()))
    good = scene.bid(tender, "60000")
    scene.opened(tender)
    for bid in (without, good):
        bid.refresh_from_db()
    assert (without.invalid_reason, good.state) == ("unreadable", Bid.State.WINNER)


def test_a_sign_up_names_no_price_and_nobody_wins_at_a_price_of_their_own() -> None:
    tender = scene.published(code=scene.FREE_ITEM, funds="private")
    Tender.objects.filter(pk=tender.pk).update(method="draw", method_settings={"price": "50000"})
    tender.refresh_from_db()
    agencies = [scene.agency(scene.FREE_ITEM) for _ in range(3)]
    by_browser = place(tender, agencies[0], browser.sealed(tender, browser.envelope(tender, agencies[0], None).text()))
    by_server = scene.bid(tender, "77777", of=agencies[1])
    dearer = place(tender, agencies[2], offered(tender, agencies[2], "99000.00"))
    with clock.at(scene.MONDAY):
        page = client_of(scene.author(agencies[0])).get(reverse("tender_bid", args=[tender.number])).content.decode()
        assert 'name="price"' not in page
    tender = scene.opened(tender)
    for bid in (by_browser, by_server, dearer):
        bid.refresh_from_db()
    assert (by_browser.price, by_server.price) == (Decimal(50000), Decimal(50000))
    assert {by_browser.state, by_server.state} == {Bid.State.WINNER, Bid.State.SUBSTITUTE}
    assert (dearer.invalid_reason, dearer.price) == ("unreadable", None)
    assert tender.record["outcome"]["status"] == "selected"


# --- shape ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("length", [0, 47, 48, 559, 561, 48 + 512 * 10])
def test_what_has_not_the_length_of_a_seal_is_refused(length: int) -> None:
    with pytest.raises(BadSeal):
        Sealed(b"x" * length, "0" * 64).checked()


@pytest.mark.parametrize("commitment", ["", "0" * 63, "0" * 65, "G" * 64, "A" * 64, "0" * 64 + "\n"])
def test_a_commitment_that_is_no_hash_is_refused(commitment: str) -> None:
    with pytest.raises(BadSeal):
        Sealed(b"x" * sealing.LENGTHS[0], commitment).checked()


# --- over HTTP --------------------------------------------------------------------------------------------------------
def test_the_page_answers_a_seal_with_its_receipt_and_a_refusal_with_its_field() -> None:
    tender, agency = scene.published(), scene.agency()
    client, path = client_of(scene.author(agency)), reverse("tender_bid", args=[tender.number])
    seal, key = offered(tender, agency), uuid.uuid4()
    with clock.at(scene.MONDAY):
        page = client.get(path).content.decode()
        assert tender.public_key in page
        sent = browser.form(seal, key=key)
        refused = client.post(path, sent | {"no_collusion": ""})
        assert (refused.status_code, refused.json()["field"]) == (422, "no_collusion")
        for bad in ({"ciphertext": "%%%"}, {"ciphertext": "AAAA"}, {"commitment": "xyz"}, {"key": "1"}):
            answer = client.post(path, sent | bad)
            assert (answer.status_code, answer.json()["error"]) == (422, "bad_seal")
        answers = [client.post(path, sent).json() for _ in range(2)]
        assert answers[0] == answers[1]
        assert answers[0]["receipt"]["commitment"] == seal.commitment
        other = client.post(path, browser.form(offered(tender, agency), key=key))
        assert (other.status_code, other.json()["error"]) == (409, "offer_changed")
        receipt = client.get(answers[0]["url"]).content.decode()
        assert "由浏览器封存" in receipt
        assert "由服务器封存" not in receipt
    with clock.at(scene.CLOSE + MILLISECOND):
        late = client.post(path, browser.form(offered(tender, agency)))
        assert (late.status_code, late.json()["error"]) == (409, "too_late")
        assert client.post(path, sent).json() == answers[0]


def test_without_javascript_the_receipt_says_that_the_server_sealed() -> None:
    tender = scene.published()
    agency = scene.agency()
    placed = scene.bid(tender, "60000", of=agency)
    assert placed.receipt["sealed_by"] == "server"
    with clock.at(scene.MONDAY):
        page = client_of(scene.author(agency)).get(reverse("receipt", args=[placed.pk])).content.decode()
    assert "由服务器封存" in page
    assert "由浏览器封存" not in page


def test_a_post_without_its_csrf_token_is_refused() -> None:
    """The page chooses its way of uploads before the protection runs: it must run all the same."""
    tender, agency = scene.published(), scene.agency()
    client = Client(enforce_csrf_checks=True)
    client.force_login(scene.author(agency).user)  # type: ignore[arg-type]
    with clock.at(scene.MONDAY):
        path = reverse("tender_bid", args=[tender.number])
        assert client.post(path, browser.form(offered(tender, agency))).status_code == 403
        assert client.post(path, {"price": "60000", "days": "8"}).status_code == 403
    assert not Bid.objects.exists()


def test_a_marked_price_inside_a_seal_is_nowhere_in_the_database() -> None:
    tender, agency = scene.published(), scene.agency()
    with clock.at(scene.MONDAY):
        client = client_of(scene.author(agency))
        sent = browser.form(offered(tender, agency, "76543.21", note="只有我知道的说明"))
        assert client.post(reverse("tender_bid", args=[tender.number]), sent).status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM tenders_bid")
        row = str(cursor.fetchall())
    assert "76543" not in row
    assert "只有我知道" not in row
