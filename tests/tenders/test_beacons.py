"""Sources of randomness: real rounds pass, made-up ones don't, two people must agree, and each has its successor."""

import hashlib
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.catalogue import loading
from marketplace.catalogue.rules import RuleData
from marketplace.tenders.beacons import drand, lottery, network, registry, shares
from marketplace.tenders.beacons.base import Announced, BeaconError
from marketplace.tenders.beacons.two_people import Disagree, SamePerson, Typed
from marketplace.tenders.selection import draw

# Rounds of quicknet as the network published them.
ROUNDS = {
    8: "a0c06b9964123d2e6036aa004c140fc301f4edd3ea6b8396a15dfd7dfd70cc0dce0b4a97245995767ab72cf59de58c47",
    123: "b75c69d0b72a5d906e854e808ba7e2accb1542ac355ae486d591aa9d43765482e26cd02df835d3546d23c4b13e0dfc92",
    1000: "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
}
CLOSE = datetime(2026, 3, 19, 9, 0, tzinfo=UTC)


def published(number: int) -> drand.Round:
    return drand.Round(number, bytes.fromhex(ROUNDS[number]))


def text(number: int, **changes: Any) -> str:
    return json.dumps({"round": number, "signature": ROUNDS[number]} | changes)


def announced_for(number: int) -> Announced:
    """An announcement whose round is one of those above."""
    found = drand.Drand().announce(drand.time_of(number) - drand.MARGIN - timedelta(seconds=1))
    assert found.reference["round"] == number
    return found


# --- drand ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("number", ROUNDS)
def test_a_published_round_passes(number: int) -> None:
    drand.verify(published(number))


def test_the_randomness_is_the_hash_of_the_signature() -> None:
    found = drand.Drand().check(announced_for(1000), published(1000))
    assert found.beacon.hex() == "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd"
    assert found.nonce == bytes(32)
    assert found.proof["signature"] == ROUNDS[1000]


@pytest.mark.parametrize(
    "signature",
    [
        ROUNDS[1000][:-1] + "8",  # one bit
        ROUNDS[123],  # of another round
        "c0" + "00" * 47,  # the point at infinity
        "80" + "00" * 47,
        "00" * 48,
        "ff" * 48,
        "a0" + ROUNDS[1000][2:],  # the other square root, where it isn't this one
    ],
)
def test_a_tampered_round_never_passes(signature: str) -> None:
    with pytest.raises(BeaconError):
        drand.verify(drand.Round(1000, bytes.fromhex(signature)))


def test_the_signature_of_one_round_is_none_of_another() -> None:
    with pytest.raises(BeaconError):
        drand.verify(drand.Round(1001, bytes.fromhex(ROUNDS[1000])))


def test_a_point_outside_the_group_does_not_pass() -> None:
    """A point on the curve with the right square root, but of another order."""
    from py_ecc.bls.g2_primitives import pubkey_to_G1, subgroup_check
    from py_ecc.bls.point_compression import compress_G1
    from py_ecc.fields import optimized_bls12_381_FQ as FQ
    from py_ecc.optimized_bls12_381 import field_modulus

    for x in range(1, 50):
        y = pow(x**3 + 4, (field_modulus + 1) // 4, field_modulus)
        if (y * y - x**3 - 4) % field_modulus == 0:
            point = (FQ(x), FQ(y), FQ(1))
            if not subgroup_check(point):
                break
    data = int(compress_G1(point)).to_bytes(48, "big")
    assert pubkey_to_G1(data) is not None
    with pytest.raises(BeaconError):
        drand.verify(drand.Round(1000, data))


def test_the_announced_round_and_no_other_counts() -> None:
    with pytest.raises(BeaconError, match="公告"):
        drand.Drand().check(announced_for(1000), published(123))


def test_times_and_rounds() -> None:
    assert drand.time_of(1) == datetime.fromtimestamp(1692803367, UTC)
    assert drand.time_of(1000) == drand.GENESIS + timedelta(seconds=2997)
    assert drand.round_after(drand.GENESIS - timedelta(days=1)) == 1
    assert drand.round_after(drand.GENESIS) == 2  # produced at that moment is not after it
    assert drand.round_after(drand.GENESIS + timedelta(seconds=2, microseconds=999_999)) == 2
    assert drand.round_after(drand.GENESIS + timedelta(seconds=3)) == 3


@given(st.datetimes(datetime(2024, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)))
def test_the_round_is_the_first_after_the_close(moment: datetime) -> None:
    number = drand.round_after(moment)
    assert drand.time_of(number) > moment >= drand.time_of(number - 1)
    found = drand.Drand().announce(moment)
    assert found.due_at > moment + drand.MARGIN
    assert found.due_at == drand.time_of(found.reference["round"])


def test_the_successor_is_the_next_round_and_stands_in_the_announcement() -> None:
    found = drand.Drand().announce(CLOSE)
    after = drand.Drand().successor(found)
    assert after.reference["round"] == found.reference["successor"] == found.reference["round"] + 1
    assert found.successor_at is not None
    assert found.successor_at > found.due_at


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "[]",
        "{}",
        text(1000, round="1000"),
        text(1000, round=True),
        text(1000, round=0),
        text(1000, signature=None),
        text(1000, signature=ROUNDS[1000][:-2]),
        text(1000, signature="zz" * 48),
        text(1000, randomness="00" * 32),
    ],
)
def test_what_is_no_round_is_refused(wrong: str) -> None:
    with pytest.raises(BeaconError):
        drand.read(wrong)


def test_two_officers_upload_a_round() -> None:
    announced = announced_for(123)
    both = (Typed(1, text(123)), Typed(2, text(123, signature=ROUNDS[123].upper())))
    assert drand.uploaded(announced, *both).beacon == published(123).randomness
    with pytest.raises(SamePerson):
        drand.uploaded(announced, both[0], both[0])
    with pytest.raises(Disagree):
        drand.uploaded(announced, both[0], Typed(2, text(1000)))


def test_two_officers_together_can_not_make_up_a_round() -> None:
    forged = json.dumps({"round": 123, "signature": ROUNDS[1000]})
    with pytest.raises(BeaconError, match="签名"):
        drand.uploaded(announced_for(123), Typed(1, forged), Typed(2, forged))


def test_the_library_is_loaded_only_when_a_round_is_checked() -> None:
    code = "import sys; import marketplace.tenders.beacons.drand; sys.exit('py_ecc' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# --- the network ------------------------------------------------------------------------------------------------------
@contextmanager
def relay(answer: bytes, status: int = 200, wait: float = 0) -> Iterator[tuple[str, list[str]]]:
    """A relay on this machine that answers so; the paths it was asked."""
    asked: list[str] = []
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            over.wait(wait)
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", asked
    finally:
        over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_round_is_fetched_from_the_relay_and_verified() -> None:
    with relay(text(1000).encode()) as (url, asked):
        assert network.fetch(url, 1000) == published(1000)
    assert asked == [f"/{drand.CHAIN}/public/1000"]


def test_a_relay_that_lies_is_not_believed() -> None:
    with relay(text(123).encode()) as (url, _asked), pytest.raises(BeaconError, match="不是所要的轮次"):
        network.fetch(url, 1000)
    with relay(text(123, round=1000).encode()) as (url, _asked), pytest.raises(BeaconError, match="签名"):
        network.fetch(url, 1000)


def test_a_relay_that_fails_hangs_redirects_or_babbles_is_tried_later() -> None:
    for answer, status in ((b"", 500), (b"", 404), (b"", 302), (b"\xff\xfe", 200)):
        with relay(answer, status) as (url, _asked), pytest.raises(network.Unreachable):
            network.fetch(url, 1000)
    with relay(text(1000).encode(), wait=5) as (url, _asked), pytest.raises(network.Unreachable):
        network.fetch(url, 1000, seconds=0.2)
    with relay(text(1000).encode() + b" " * 10_000) as (url, _asked), pytest.raises(BeaconError):
        network.fetch(url + "x" * 10, 999)
    for url in ("", "file:///etc/passwd", "ftp://127.0.0.1"):
        with pytest.raises(network.Unreachable):
            network.fetch(url, 1000)


# --- lottery ----------------------------------------------------------------------------------------------------------
def issue(**changes: Any) -> Announced:
    choice = {
        "lottery": "中国福利彩票 3D",
        "issue": "2026069",
        "drawn_at": CLOSE + timedelta(hours=4),
        "next_issue": "2026070",
        "next_drawn_at": CLOSE + timedelta(hours=28),
    }
    return lottery.Lottery().announce(CLOSE, **(choice | changes))


def test_the_digits_of_two_people_give_the_randomness() -> None:
    both = (Typed(1, " 3 1 4"), Typed(2, "３１４"))
    found = lottery.Lottery().check(issue(), both)
    assert found.beacon == hashlib.sha256(b"314").digest()
    assert found.nonce == bytes(32)
    assert found.proof == {"lottery": "中国福利彩票 3D", "issue": "2026069", "digits": "314"}


def test_digits_on_which_two_people_disagree_do_not_count() -> None:
    with pytest.raises(Disagree):
        lottery.Lottery().check(issue(), (Typed(1, "314"), Typed(2, "341")))
    with pytest.raises(SamePerson):
        lottery.Lottery().check(issue(), (Typed(1, "314"), Typed(1, "314")))


def test_leading_zeros_are_digits() -> None:
    assert lottery.digits_of("0 0 7") == "007"


@pytest.mark.parametrize("wrong", ["", " ", "3,1,4", "三一四", "3+1", "-1", "١٢٣", "9" * 101])
def test_only_digits_are_digits(wrong: str) -> None:
    with pytest.raises(BeaconError):
        lottery.digits_of(wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"drawn_at": CLOSE},
        {"drawn_at": None},
        {"issue": ""},
        {"next_issue": None},
        {"next_issue": "2026069"},
        {"next_drawn_at": CLOSE + timedelta(hours=5)},
    ],
)
def test_an_issue_is_named_whole_and_drawn_after_the_close(wrong: dict[str, Any]) -> None:
    with pytest.raises(BeaconError):
        issue(**wrong)


def test_the_next_issue_is_the_successor_and_has_none_itself() -> None:
    after = lottery.Lottery().successor(issue())
    assert after is not None
    assert (after.reference["issue"], after.due_at) == ("2026070", CLOSE + timedelta(hours=28))
    assert lottery.Lottery().check(after, (Typed(1, "1"), Typed(2, "1"))).proof["issue"] == "2026070"
    assert lottery.Lottery().successor(after) is None


# --- shares -----------------------------------------------------------------------------------------------------------
def test_shares_are_joined_by_code_and_unreadable_ones_are_zero_bytes() -> None:
    source = shares.Shares()
    announced = source.announce(CLOSE)
    given = [("B", b"\2" * 32), ("A", b"\1" * 32), ("C", None), ("D", b"short")]
    found = source.check(announced, given)
    assert found.nonce == hashlib.sha256(b"\1" * 32 + b"\2" * 32 + bytes(64)).digest()
    assert found.nonce == draw.nonce_of_shares([*given[:3], ("D", None)])
    assert found.beacon == b""
    assert source.successor(announced) is None


# --- all --------------------------------------------------------------------------------------------------------------
def test_every_announcement_is_written_and_read_again() -> None:
    for announced in (drand.Drand().announce(CLOSE), issue(), shares.Shares().announce(CLOSE)):
        assert Announced.from_json(json.loads(json.dumps(announced.to_json()))) == announced
        assert registry.get(announced.source).key == announced.source


def test_public_money_uses_shares_only_if_the_rules_allow() -> None:
    value = loading.default_rules()
    assert registry.allowed("public", RuleData.from_json(value)) == ("shares", "drand", "lottery")
    strict = RuleData.from_json(value | {"draw_sources": value["draw_sources"] | {"public": ["drand", "lottery"]}})
    assert registry.allowed("public", strict) == ("drand", "lottery")
    assert "shares" in registry.allowed("private", strict)
