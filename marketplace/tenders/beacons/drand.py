"""drand *quicknet*: a public network that signs a number every three seconds; checked offline.

Facts: selection-rules, *Randomness*; scheme `bls-unchained-g1-rfc9380`: signature in G1, public key in G2, message
SHA-256 of the round as 8 bytes big-endian, hash to curve of RFC 9380. Randomness is the SHA-256 of the signature.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketplace.tenders.beacons import two_people
from marketplace.tenders.beacons.base import NO_NONCE, Announced, BeaconError, Randomness

CHAIN = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
SCHEME = "bls-unchained-g1-rfc9380"
GENESIS = datetime.fromtimestamp(1692803367, UTC)
PERIOD = timedelta(seconds=3)
DST = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
PUBLIC_KEY = bytes.fromhex(
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc2"
    "2b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
)
MARGIN = timedelta(seconds=60)  # between the close and the round: our clock may be behind the network's
PATIENCE = timedelta(hours=24)  # how long the announced round is waited for before anybody may say that it can't be had
SIGNATURE = re.compile(r"[0-9a-f]{96}")


@dataclass(frozen=True)
class Round:
    """A round of quicknet with its signature (48 bytes)."""

    number: int
    signature: bytes

    @property
    def randomness(self) -> bytes:
        """32 bytes."""
        return hashlib.sha256(self.signature).digest()


class Drand:
    """Source 1 of selection-rules, *Randomness*."""

    key = "drand"
    label = _("drand 公共随机信标")
    sentence = _(
        "抽取用公告中写明轮次的 drand quicknet 公共随机数，该轮在截止之后才产生，签名可离线核验；"
        "满 24 小时仍取不到的，由两人公开说明依据，改用公告中写明的后一轮。"
    )

    def announce(self, closes_at: datetime, **choice: Any) -> Announced:
        """The first round that is produced a margin after the close."""
        number = round_after(closes_at + MARGIN)
        return _announced(number)

    def check(self, announced: Announced, value: Any) -> Randomness:
        """The randomness of the announced round; `value` is a `Round`. BeaconError."""
        if not isinstance(value, Round) or value.number != announced.reference.get("round"):
            raise BeaconError(gettext("这不是公告中写明的轮次。"))
        verify(value)
        proof = {"round": value.number, "signature": value.signature.hex(), "randomness": value.randomness.hex()}
        return Randomness(NO_NONCE, value.randomness, proof)

    def successor(self, announced: Announced) -> Announced:
        """The next round."""
        return _announced(announced.reference["successor"])


def time_of(number: int) -> datetime:
    """When a round is produced (from round 1 on)."""
    return GENESIS + (number - 1) * PERIOD


def round_after(moment: datetime) -> int:
    """The first round that is produced after a moment, not at it."""
    return max(1, (moment - GENESIS) // PERIOD + 2)


def read(text: str) -> Round:
    """A round as the network's relays give it: JSON with `round` and `signature`. BeaconError.

    A `randomness` beside them must be that of the signature. Whether the signature holds is `verify`'s matter.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BeaconError(gettext("须是 drand 轮次的 JSON 数据。")) from error
    return _round(value)


def verify(value: Round) -> None:
    """BeaconError unless the network signed this round. About 0.6 s the first time."""
    if value.number < 1 or not _holds(value.number, value.signature):
        raise BeaconError(gettext("第 %(number)d 轮的签名不成立，不是 drand 产生的。") % {"number": value.number})


def uploaded(announced: Announced, first: two_people.Typed, second: two_people.Typed) -> Randomness:
    """The announced round as two officers uploaded it, where there is no outside network.

    SamePerson, Disagree, BeaconError. Two people only keep nonsense out: the signature alone makes it count.
    """
    return Drand().check(announced, two_people.agreed(first, second, read))


def _announced(number: int) -> Announced:
    due_at = time_of(number)
    reference = {"chain": CHAIN, "scheme": SCHEME, "round": number, "successor": number + 1}
    return Announced(Drand.key, reference, due_at, due_at + PATIENCE)


def _round(value: Any) -> Round:
    given = value if isinstance(value, Mapping) else {}
    number, signature = given.get("round"), given.get("signature")
    if type(number) is not int or number < 1 or number >= 2**63:
        raise BeaconError(gettext("缺少轮次（round）。"))
    if not isinstance(signature, str) or not SIGNATURE.fullmatch(signature.lower()):
        raise BeaconError(gettext("缺少签名（signature），须是 96 位十六进制文字。"))
    found = Round(number, bytes.fromhex(signature))
    if given.get("randomness", found.randomness.hex()) != found.randomness.hex():
        raise BeaconError(gettext("随机数（randomness）与签名不符。"))
    return found


@lru_cache(maxsize=64)
def _holds(number: int, signature: bytes) -> bool:
    """e(signature, G2) = e(H(message), public key); py_ecc is loaded when it is first needed."""
    from eth_typing import BLSPubkey, BLSSignature
    from py_ecc.bls.g2_primitives import pubkey_to_G1, signature_to_G2, subgroup_check
    from py_ecc.bls.hash_to_curve import hash_to_G1
    from py_ecc.fields import optimized_bls12_381_FQ12 as FQ12
    from py_ecc.optimized_bls12_381.optimized_curve import G2, is_inf, neg
    from py_ecc.optimized_bls12_381.optimized_pairing import final_exponentiate, pairing

    try:
        point = pubkey_to_G1(BLSPubkey(signature))  # 48 bytes: a point of G1, as keys are in Ethereum
    except (ValueError, AssertionError):
        return False
    if is_inf(point) or not subgroup_check(point):
        return False
    message = hashlib.sha256(number.to_bytes(8, "big")).digest()
    hashed = hash_to_G1(message, DST, hashlib.sha256)  # type: ignore[arg-type]  # it wants the constructor
    key = signature_to_G2(BLSSignature(PUBLIC_KEY))
    both = pairing(G2, point, final_exponentiate=False) * pairing(key, neg(hashed), final_exponentiate=False)
    return bool(final_exponentiate(both) == FQ12.one())
