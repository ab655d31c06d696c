"""The digits of a named public lottery issue that is drawn after the close, typed by two people."""

import hashlib
import unicodedata
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketplace.tenders.beacons import two_people
from marketplace.tenders.beacons.base import NO_NONCE, Announced, BeaconError, Randomness

PATIENCE = timedelta(hours=20)  # after the drawing, before anybody may say that it was not drawn
MOST_DIGITS = 100


class Lottery:
    """Source 2 of selection-rules, *Randomness*."""

    key = "lottery"
    label = _("公开彩票开奖号码")
    sentence = _(
        "抽取用公告中写明期号的彩票开奖号码，该期在截止之后开奖，由两人分别录入、一致方可采用；"
        "该期确实没有开奖的，满 20 小时后由两人公开说明依据，改用公告中写明的下一期。"
    )

    def announce(self, closes_at: datetime, **choice: Any) -> Announced:
        """`lottery` the name, `issue` and `drawn_at`, `next_issue` and `next_drawn_at`. BeaconError."""
        names = ("lottery", "issue", "next_issue")
        if not all(isinstance(choice.get(name), str) and choice[name].strip() for name in names):
            raise BeaconError(gettext("请写明彩票名称、期号和下一期的期号。"), field="issue")
        drawn_at, next_drawn_at = choice.get("drawn_at"), choice.get("next_drawn_at")
        if not isinstance(drawn_at, datetime) or drawn_at <= closes_at:
            raise BeaconError(gettext("开奖须在截止之后。"), field="drawn_at")
        if not isinstance(next_drawn_at, datetime) or next_drawn_at <= drawn_at + PATIENCE:
            raise BeaconError(gettext("下一期须在本期等候期满之后开奖。"), field="next_drawn_at")
        if choice["issue"].strip() == choice["next_issue"].strip():
            raise BeaconError(gettext("下一期不能与本期相同。"), field="next_issue")
        reference = {name: choice[name].strip() for name in names} | {"next_drawn_at": next_drawn_at.isoformat()}
        return Announced(self.key, reference, drawn_at, drawn_at + PATIENCE)

    def check(self, announced: Announced, value: Any) -> Randomness:
        """The randomness of digits on which two people agree; `value` is what each `Typed`. BeaconError."""
        first, second = value
        return given(announced, two_people.agreed(first, second, digits_of))

    def successor(self, announced: Announced) -> Announced | None:
        """The next issue that the announcement named; it has none itself."""
        reference = announced.reference
        if "next_issue" not in reference:
            return None
        drawn_at = datetime.fromisoformat(reference["next_drawn_at"])
        return Announced(self.key, {"lottery": reference["lottery"], "issue": reference["next_issue"]}, drawn_at)


def given(announced: Announced, digits: str) -> Randomness:
    """The randomness of digits that are agreed on already, as they stand in a record. BeaconError."""
    if digits_of(digits) != digits:
        raise BeaconError(gettext("开奖号码须只有数字，中间没有空格。"))
    proof = {"lottery": announced.reference["lottery"], "issue": announced.reference["issue"], "digits": digits}
    return Randomness(NO_NONCE, hashlib.sha256(digits.encode("ascii")).digest(), proof)


def digits_of(text: str) -> str:
    """The digits without spaces; full-width ones are all right. BeaconError for anything else."""
    digits = "".join(unicodedata.normalize("NFKC", text).split())
    if not digits or len(digits) > MOST_DIGITS or not (digits.isascii() and digits.isdigit()):
        raise BeaconError(gettext("只录入开奖号码的数字，按公布的次序，可以有空格。"), field="digits")
    return digits
