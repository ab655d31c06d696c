"""Where the randomness of a record comes from: as announced, at the announced time, and proved. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import rfc8785
from django.utils.translation import gettext as _

from marketplace.tenders.beacons import drand, lottery, registry
from marketplace.tenders.beacons.base import Announced, BeaconError, Randomness
from marketplace.tenders.record_file.shape import Wrong, same

BY_ITSELF = "shares"
FROZEN = ("credit", "level", "performance", "team")
SEED_KEYS = {"source", "nonce", "beacon", "is_successor"}
PROOF_KEYS = {"drand": {"round", "signature", "randomness"}, "lottery": {"lottery", "issue", "digits"}}


def announcement_trouble(announced: Mapping[str, Any]) -> str:
    """What is wrong with an announcement's source: "" when the rules give just this value for its close."""
    name, draw = announced["draw_source"], announced["draw"]
    if name == BY_ITSELF:
        return "" if draw is None else _("随机来源与公告的 draw 不符。")
    if name not in PROOF_KEYS:
        return _("不认识的随机数来源。")
    if announced["closes_at"] is None:
        return "" if draw is None else _("随机来源与公告的 draw 不符。")
    choice = {key: value for key, value in draw.items() if key not in ("source", "due_at", "successor_at")}
    if name == lottery.Lottery.key:
        choice["drawn_at"] = draw["due_at"]
    try:
        expected = registry.announced(name, choice, datetime.fromisoformat(announced["closes_at"]))
    except BeaconError as error:
        return str(error)
    return "" if same(expected.to_json(), draw) else _("公告的随机源不是截止时间按规则对应的那一个。")


def randomness(
    announced: Mapping[str, Any], said: Mapping[str, Mapping[str, Any] | None], at: Mapping[str, datetime]
) -> Randomness | None:
    """The randomness from outside, None where the shares give it or nothing was opened. Wrong.

    `said`: what the entries say by the end of their action's name, `at` when each action was done.
    """
    waiting, missed, seed = said["waiting"], said["source_missed"], said["seed"]
    if announced["draw_source"] == BY_ITSELF:
        _must(not any((waiting, missed, seed)), _("随机数来自各份额，却又有别的随机源。"))
        return None
    _must(said["opened"] is None or seed is not None, _("开标以前没有公布随机数。"))
    if waiting is None:
        _must(not missed and not seed, _("没有冻结名单，却公布了随机数。"))
        return None
    due = Announced.from_json(announced["draw"])
    _must(same(waiting["draw"], due.to_json()), _("等待的不是公告写明的随机源。"))
    if missed is not None:
        follows = registry.get(due.source).successor(due)
        _must(due.successor_at is not None and follows is not None, _("这个随机源没有后备。"))
        assert due.successor_at is not None
        assert follows is not None
        _must(at["tender.source_missed"] >= due.successor_at, _("没有等到期满就改用了后备随机源。"))
        right = same(missed["missed"], due.to_json()) and same(missed["draw"], follows.to_json())
        _must(right, _("改用的不是公告写明的后备随机源。"))
        _must(_is_explained(missed), _("改用后备随机源没有两人的说明。"))
        due = follows
    if seed is None:
        return None
    _must(seed["is_successor"] is (missed is not None), _("改用后备随机源与公布的不符。"))
    _must(at["tender.seed"] >= due.due_at, _("随机数公布得比它产生还早。"))
    return _checked(due, seed)


OFFERED_DAYS = "offered_days"  # the one rule that only the opened response can fail


def check_frozen(said: Mapping[str, Mapping[str, Any] | None], responses: Sequence[Mapping[str, Any]]) -> None:
    """Wrong, unless what the case says of the agencies was fixed before the randomness existed."""
    waiting, opened = said["waiting"], said["opened"] or {}
    if waiting is None:
        _must("salt" not in opened, _("没有冻结评定依据，却公布了它的盐值。"))
        return
    quotes = {quote["agency"]: quote for quote in opened["case"]["quotes"]}
    agencies = [
        {key: quotes[r["agency"]][key] for key in ("agency", *FROZEN) if key in quotes[r["agency"]]}
        | {"failing": [key for key in r["failing"] if key != OFFERED_DAYS]}
        for r in sorted(responses, key=lambda r: r["agency"].encode())
    ]
    frozen = {"salt": opened["salt"], "agencies": agencies}
    _must(hashlib.sha256(rfc8785.dumps(frozen)).hexdigest() == waiting["frozen"], _("评定依据与截止时冻结的不符。"))


def _is_explained(missed: Mapping[str, Any]) -> bool:
    """Whether at least two people said, each with a reason, that the source gave no value."""
    reasons = missed.get("reasons")
    said = [one for one in reasons if isinstance(one, str) and one.strip()] if isinstance(reasons, list) else []
    return len(said) >= 2 and len(said) == len(reasons or ())


def _checked(due: Announced, seed: Mapping[str, Any]) -> Randomness:
    """What the published proof gives."""
    _must(seed["source"] == due.source, _("公布的随机数来自另一个来源。"))
    _must(set(seed) == SEED_KEYS | PROOF_KEYS[due.source], _("公布的随机数缺少内容或多了内容。"))
    try:
        if due.source == drand.Drand.key:
            value = drand.Round(seed["round"], bytes.fromhex(seed["signature"]))
            found = drand.Drand().check(due, value)
        else:
            found = lottery.given(due, seed["digits"])
    except BeaconError as error:
        raise Wrong(str(error)) from error
    told = {key: seed[key] for key in PROOF_KEYS[due.source]}
    _must(same(dict(found.proof), told), _("公布的随机数与它的证明不符。"))
    right = (seed["nonce"], seed["beacon"]) == (found.nonce.hex(), found.beacon.hex())
    _must(right, _("公布的随机数与它的证明不符。"))
    return found


def _must(holds: bool, sentence: str) -> None:
    if not holds:
        raise Wrong(sentence)
