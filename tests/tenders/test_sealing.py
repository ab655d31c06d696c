"""Envelopes and receipts: what can be opened, what is unreadable, and what the stored bytes give away."""

import json
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from nacl.bindings import sodium_pad
from nacl.public import PublicKey, SealedBox

from marketplace.tenders import sealing
from marketplace.tenders.sealing import Envelope, Opener, Sealed

MADE = {"tender": "ZJ-2026-000001", "agency": "91430500MA41000190", "price": "76543.21", "days": 8, "note": "含税"}


def envelope(**changes: Any) -> Envelope:
    nonce, share = sealing.secrets_of(uuid.uuid4())
    return Envelope(**(MADE | {"nonce": nonce, "share": share} | changes))


def raw(public: str, text: bytes) -> Sealed:
    """Anything sealed by hand to the key."""
    box = SealedBox(PublicKey(bytes.fromhex(public)))
    return Sealed(bytes(box.encrypt(sodium_pad(text, 512))), sealing.commitment_of(text))


@pytest.fixture
def pair() -> tuple[str, Opener]:
    public, wrapped = sealing.new_keys()
    return public, Opener(wrapped)


def reopened(opener: Opener, sealed: Sealed, **changes: str) -> Envelope | None:
    expected = {"tender": MADE["tender"], "agency": MADE["agency"]} | changes
    return opener.open(sealed.ciphertext, sealed.commitment, **expected)  # type: ignore[arg-type]


def test_what_was_sealed_is_opened_whole(pair: tuple[str, Opener]) -> None:
    public, opener = pair
    made = envelope()
    sealed = sealing.seal(public, made)
    assert reopened(opener, sealed) == made
    assert json.loads(made.text())["price"] == "76543.21"
    assert b"76543" not in sealed.ciphertext


def test_the_private_key_is_stored_wrapped() -> None:
    public, wrapped = sealing.new_keys()
    assert len(wrapped) > 32
    assert Opener(wrapped)
    assert bytes.fromhex(public) not in wrapped


def test_the_length_of_the_stored_bytes_does_not_tell_the_price(pair: tuple[str, Opener]) -> None:
    lengths = {len(sealing.seal(pair[0], envelope(price=price)).ciphertext) for price in ("1.00", "999999999.99")}
    assert len(lengths) == 1


def test_an_envelope_of_another_tender_agency_or_key_is_unreadable(pair: tuple[str, Opener]) -> None:
    public, opener = pair
    sealed = sealing.seal(public, envelope())
    assert reopened(opener, sealed, tender="ZJ-2026-000002") is None
    assert reopened(opener, sealed, agency="91350100M000100Y43") is None
    other, _wrapped = sealing.new_keys()
    assert reopened(opener, sealing.seal(other, envelope())) is None


def test_a_changed_byte_or_another_commitment_is_unreadable(pair: tuple[str, Opener]) -> None:
    public, opener = pair
    sealed = sealing.seal(public, envelope())
    changed = bytes([sealed.ciphertext[0] ^ 1]) + sealed.ciphertext[1:]
    assert reopened(opener, Sealed(changed, sealed.commitment)) is None
    assert reopened(opener, Sealed(sealed.ciphertext, "0" * 64)) is None
    assert reopened(opener, Sealed(b"rubbish", sealed.commitment)) is None
    assert reopened(opener, Sealed(b"", sealed.commitment)) is None


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"rubbish",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b"[" * 3000,
        envelope(price="76543.2").text(),
        envelope(price="7,654").text(),
        envelope(price="-1.00").text(),
        envelope(price="NaN").text(),
        envelope(days=0).text(),
        envelope(days=True).text(),
        envelope(nonce="00").text(),
        envelope(share="XX" * 32).text(),
        json.dumps(MADE | {"nonce": "0" * 64, "share": "0" * 64}).encode(),  # not canonical
        json.dumps(MADE | {"nonce": "0" * 64, "share": "0" * 64, "more": 1}).encode(),
    ],
)
def test_rubbish_inside_an_envelope_is_unreadable(pair: tuple[str, Opener], text: bytes) -> None:
    public, opener = pair
    assert reopened(opener, raw(public, text)) is None


def test_more_than_four_kilobytes_are_refused_before_sealing(pair: tuple[str, Opener]) -> None:
    with pytest.raises(sealing.TooLong) as caught:
        sealing.seal(pair[0], envelope(note="长" * 1400))
    assert caught.value.field == "note"


def test_the_same_form_gives_the_same_secrets_and_another_form_others() -> None:
    one, other = uuid.uuid4(), uuid.uuid4()
    assert sealing.secrets_of(one) == sealing.secrets_of(one)
    assert len({*sealing.secrets_of(one), *sealing.secrets_of(other)}) == 4


def test_a_receipt_is_signed_over_everything_it_says(pair: tuple[str, Opener]) -> None:
    sealed = sealing.seal(pair[0], envelope())
    receipt = sealing.receipt("placed", tender=MADE["tender"], sealed=sealed, at=datetime(2026, 3, 19, tzinfo=UTC))  # type: ignore[arg-type]
    assert sealing.receipt_holds(receipt)
    assert "76543" not in json.dumps(receipt)
    for name in receipt:
        assert not sealing.receipt_holds(receipt | {name: "0" * 128}), name
