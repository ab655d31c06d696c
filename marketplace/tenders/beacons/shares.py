"""Random shares from within the sealed responses: where no outside source is to be had."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from marketplace.tenders.beacons.base import Announced, Randomness
from marketplace.tenders.selection import draw

SHARE_BYTES = 32


class Shares:
    """Source 3 of selection-rules, *Randomness*. Nobody can reveal last, since nobody reveals alone."""

    key = "shares"
    label = _("各响应的随机份额")
    sentence = _(
        "每份响应封存时各带 32 字节随机份额，一起开启后合成随机数，没有人能最后一个出手；"
        "须信任的是：项目的密钥在截止前没有被使用，每次使用都有记录。"
    )

    def announce(self, closes_at: datetime, **choice: Any) -> Announced:
        """Nothing is to be chosen: the shares exist with the opening."""
        return Announced(self.key, {}, closes_at)

    def check(self, announced: Announced, value: Any) -> Randomness:
        """The randomness of the shares; `value` holds (credit code, 32 bytes) of the whole frozen list.

        An unreadable share (None, or not 32 bytes) counts as 32 zero bytes.
        """
        shares = _whole(value)
        proof = {"shares": {code: share.hex() for code, share in sorted(shares.items())}}
        return Randomness(draw.nonce_of_shares(shares.items()), b"", proof)

    def successor(self, announced: Announced) -> Announced | None:
        """None: the shares lie in the responses already, so they can't be missing."""
        return None


def _whole(shares: Iterable[tuple[str, bytes | None]]) -> dict[str, bytes]:
    return {
        code: share if share is not None and len(share) == SHARE_BYTES else bytes(SHARE_BYTES) for code, share in shares
    }
