"""Checking a record with nothing but the record: pure, no database, no clock, no settings.

Checks stand in an order; each says in one sentence what is wrong. None is tried on a record without its shape.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from typing import Any

import rfc8785
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.core import log_proof
from marketplace.tenders import sealing
from marketplace.tenders.record_file import expected, shape, source
from marketplace.tenders.record_file.shape import Wrong, same
from marketplace.tenders.record_file.story import Story
from marketplace.tenders.selection import registry
from marketplace.tenders.selection.casefile import CaseError

PROBLEMS: dict[str, str | Promise] = {
    "malformed": gettext_lazy("格式不对"),
    "leaf_hash": gettext_lazy("内容与叶子哈希不符"),
    "number": gettext_lazy("编号不符"),
    "not_included": gettext_lazy("不在签名头的树中"),
    "signature": gettext_lazy("签名头的签名无效"),
}
IN_ORDER = (
    "tender.publish",
    "tender.amended",
    "tender.commitments",
    "tender.unconfirmed",
    "tender.waiting",
    "tender.source_missed",
    "tender.seed",
    "tender.opened",
    "tender.direct_accepted",
    "tender.award",
    "tender.contracted",
)
REVIEWED = ("tender.commitments", "tender.review_begun", "tender.sheets", "tender.opened")


@dataclass(frozen=True)
class Check:
    """One check: its key, its name, and what is wrong ("" when it is right); `skipped`: not tried."""

    key: str
    name: str | Promise
    trouble: str = ""
    skipped: bool = False

    @property
    def is_right(self) -> bool:
        return not self.trouble and not self.skipped


@dataclass(frozen=True)
class Read:
    """A record whose shape is right, read for the checks."""

    record: dict[str, Any]

    @property
    def entries(self) -> list[dict[str, Any]]:
        return [proof["entry"] for proof in self.record["entries"]]

    @property
    def responses(self) -> list[dict[str, Any]]:
        return list(self.record["responses"])

    def data_of(self, *actions: str) -> dict[str, Any] | None:
        """What the first entry of such an action says."""
        return next((entry["data"] for entry in self.entries if entry["action"] in actions), None)

    @property
    def announcement(self) -> dict[str, Any]:
        """The announcement as it was last amended."""
        amended = [entry["data"]["announcement"] for entry in self.entries if entry["action"] == "tender.amended"]
        return dict((amended or [self.entries[0]["data"]])[-1])

    @cached_property
    def envelopes(self) -> dict[str, sealing.Envelope]:
        """What was opened, by agency; the texts that hold one."""
        found = {r["agency"]: sealing.read(r["text"].encode()) for r in self.responses if r["text"] is not None}
        return {agency: envelope for agency, envelope in found.items() if envelope is not None}


def verify(record: Any) -> list[Check]:
    """All checks of a record, in their order; it holds when every one `is_right`."""
    done: list[Check] = []
    for key, name, look in CHECKS:
        if done and not done[0].is_right:
            done.append(Check(key, name, skipped=True))
            continue
        done.append(Check(key, name, _trouble(look, record)))
    return done


def _trouble(look: Callable[[Read], None], record: Any) -> str:
    try:
        look(Read(record))
    except (Wrong, CaseError) as wrong:
        return str(wrong)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, AssertionError, RecursionError) as wrong:
        return _("缺少内容或格式不对：%(what)s") % {"what": repr(wrong)[:200]}
    return ""


def _shape(read: Read) -> None:
    shape.check(read.record)


def _proofs(read: Read) -> None:
    key = bytes.fromhex(read.record["key"])
    before = 0
    for n, proof in enumerate(read.record["entries"]):
        names = {"n": n + 1, "action": proof["entry"]["action"]}
        if found := log_proof.problem(proof, key):
            raise Wrong(_("第 %(n)d 条（%(action)s）：") % names + str(PROBLEMS[found.value]))
        if proof["number"] <= before or proof["entry"]["log"] != "public":
            raise Wrong(_("第 %(n)d 条（%(action)s）的编号没有递增，或不在公开日志中。") % names)
        if proof["entry"]["subject"] != read.entries[0]["subject"]:
            raise Wrong(_("第 %(n)d 条（%(action)s）说的是另一个项目。") % names)
        before = proof["number"]


def _announcement(read: Read) -> None:
    actions = [entry["action"] for entry in read.entries]
    _must(actions[0] == "tender.publish" and actions.count("tender.publish") == 1, _("第一条须是唯一的采购公告。"))
    for said in (read.entries[0]["data"], read.announcement):
        for ours, theirs in (("tender", "number"), ("ocid", "ocid"), ("chain", "chain"), ("attempt", "attempt")):
            _must(same(read.record[ours], said[theirs]), _("%(key)s 与公告不符。") % {"key": ours})
        trouble = source.announcement_trouble(said)
        _must(not trouble, trouble)
    for key in ("public_key", "draw_source", "ruleset", "buyer", "method"):
        _must(same(read.entries[0]["data"][key], read.announcement[key]), _("变更公告改动了 %(key)s。") % {"key": key})
    _must(read.announcement["method"] in registry.known(), _("不认识的选取方式。"))
    if read.announcement["draw_source"] == "lottery":
        _must(same(read.entries[0]["data"]["draw"], read.announcement["draw"]), _("变更公告改动了 draw。"))


def _order(read: Read) -> None:
    at = {entry["action"]: _moment(entry["at"]) for entry in read.entries}
    place = {entry["action"]: n for n, entry in enumerate(read.entries)}
    closes = read.announcement["closes_at"]
    if closes is not None:
        _must(at["tender.publish"] < _moment(closes), _("公告晚于截止时间。"))
        for action in ("tender.amended", "tender.cancelled"):
            _must(action not in at or at[action] < _moment(closes), _("截止以后又变更或取消。"))
        for action in ("tender.commitments", "tender.opened"):
            _must(action not in at or at[action] >= _moment(closes), _("截止以前就冻结名单或开标。"))
    had = [action for action in IN_ORDER if action in at]
    for one, other in pairwise(had):
        names = {"one": one, "other": other}
        _must(at[one] <= at[other], _("%(one)s 的时间晚于 %(other)s。") % names)
        _must(place[one] < place[other], _("%(one)s 排在 %(other)s 之后。") % names)
    for one, other in pairwise(action for action in REVIEWED if action in at):
        names = {"one": one, "other": other}
        _must(at[one] <= at[other], _("%(one)s 的时间晚于 %(other)s。") % names)
        _must(place[one] < place[other], _("%(one)s 排在 %(other)s 之后。") % names)
    _must("tender.opened" not in at or "tender.commitments" in at, _("开标以前没有公布承诺清单。"))


def _list(read: Read) -> None:
    frozen = read.data_of("tender.commitments")
    commitments = sorted(response["commitment"] for response in read.responses)
    _must(same(commitments, (frozen or {"commitments": []})["commitments"]), _("响应与截止时冻结的承诺清单不符。"))
    opened = read.data_of("tender.opened")
    if opened is None:
        _must(all(r["status"] == "sealed" for r in read.responses), _("没有开标，却公布了响应的内容。"))
        return
    told = [{key: each for key, each in r.items() if key != "text"} for r in read.responses]
    _must(same(told, opened["responses"]), _("响应的机构、承诺、资格与开标条目不符。"))
    unconfirmed = read.data_of("tender.unconfirmed") or {"commitments": []}
    failing = sorted(r["commitment"] for r in read.responses if "confirmed" in r["failing"])
    _must(same(failing, unconfirmed["commitments"]), _("变更后未确认的响应与公布的不符。"))


def _texts(read: Read) -> None:
    most = read.announcement["days"]
    for response in read.responses:
        if response["text"] is None:
            continue
        names = {"agency": response["agency"]}
        text = response["text"].encode()
        _must(sealing.commitment_of(text) == response["commitment"], _("%(agency)s 的原文与承诺不符。") % names)
        envelope = sealing.read(text)
        _must(envelope is not None, _("%(agency)s 的原文不是规范的报价。") % names)
        assert envelope is not None
        mine = (envelope.tender, envelope.agency) == (read.record["tender"], response["agency"])
        _must(mine, _("%(agency)s 的原文属于另一个项目或机构。") % names)
        longer = most is not None and envelope.days > most
        told = source.OFFERED_DAYS in response["failing"]
        _must(longer == told, _("%(agency)s 的承诺工作日与公告的服务期限相比，结论不符。") % names)


def _seed(read: Read) -> None:
    """The randomness is the announced one, and what the outcome depends on was fixed before it."""
    at = {entry["action"]: _moment(entry["at"]) for entry in read.entries}
    said = {key: read.data_of(f"tender.{key}") for key in ("waiting", "source_missed", "seed", "opened")}
    found = source.randomness(read.announcement, said, at)
    opened = said["opened"]
    if opened is None:
        return
    case = opened["case"]
    if found is not None:
        _must(case["nonce"] == found.nonce.hex(), _("案卷的随机数不是公布的随机数。"))
        _must(case["beacon"] == found.beacon.hex(), _("案卷的随机数不是公布的随机数。"))
    source.check_frozen(said, read.responses)


def _case(read: Read) -> None:
    said = read.data_of("tender.opened", "tender.direct_accepted")
    if said is None:
        return
    if read.data_of("tender.opened"):
        case = expected.opened(
            read.announcement,
            read.responses,
            read.envelopes,
            said["case"],
            read.data_of("tender.seed"),
            read.data_of("tender.sheets"),
        )
    else:
        case = expected.direct(read.announcement)
    for key in sorted(case.keys() | said["case"].keys()):
        _must(
            same(case.get(key), said["case"].get(key)),
            _("案卷的 %(key)s 与公告、原文、资格得出的不符。") % {"key": key},
        )


def _outcome(read: Read) -> None:
    said = read.data_of("tender.opened", "tender.direct_accepted")
    if said is not None:
        outcome = registry.run(said["case"]).to_json()
        for key, value in outcome.items():
            _must(same(value, said["outcome"].get(key)), _("重新计算的 %(key)s 与公布的不同。") % {"key": key})
        _must(outcome.keys() == said["outcome"].keys(), _("选取结果多了内容。"))


def _story(read: Read) -> None:
    story = Story()
    for entry in read.entries:
        story.tell(entry["action"], entry["data"])
        if entry["action"] == "tender.award":
            _award(read, entry["data"])
        if entry["action"] == "tender.failed" and "opened" in entry["data"]:
            expected.failed(read.announcement, read.responses, entry["data"])
    failed = story.outcome is not None and not story.outcome.is_selected
    _must(not failed or story.ended or not story.awards, _("没有选出机构，却发出了通知书。"))


def _award(read: Read, data: dict[str, Any]) -> None:
    envelope, announced = read.envelopes.get(data["agency_code"]), read.announcement
    price = envelope.price if envelope and envelope.price else announced["settings"].get("price")
    days = envelope.days if envelope else announced["days"]
    _must(data["tender"] == read.record["tender"], _("通知书属于另一个项目。"))
    _must(expected.is_price(data["price"], price), _("通知书的价格与中选报价不符。"))
    _must(same(data["days"], days), _("通知书的服务期限与中选报价不符。"))
    changed = {"tender.picked", "tender.judged_again", "tender.reselected", "tender.given_up", "tender.direct_accepted"}
    if not changed & {entry["action"] for entry in read.entries}:
        said = read.data_of("tender.opened") or {}
        digest = hashlib.sha256(rfc8785.dumps({key: said[key] for key in ("case", "outcome")})).hexdigest()
        _must(digest == data["record_sha256"], _("通知书上的记录哈希与案卷不符。"))


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise Wrong(_("时间 %(text)s 没有时区。") % {"text": text})
    return found


def _must(holds: bool, sentence: str) -> None:
    if not holds:
        raise Wrong(sentence)


CHECKS: tuple[tuple[str, str | Promise, Callable[[Read], None]], ...] = (
    ("shape", gettext_lazy("格式是 zjcs-record/v1"), _shape),
    ("proofs", gettext_lazy("每一条都在签名的公开日志中，没有改动"), _proofs),
    ("announcement", gettext_lazy("记录属于公告的项目"), _announcement),
    ("order", gettext_lazy("公告、截止、冻结名单、开标、中选的先后正确"), _order),
    ("list", gettext_lazy("响应就是截止时冻结的名单"), _list),
    ("texts", gettext_lazy("每份原文与承诺一致，属于本项目和该机构"), _texts),
    ("seed", gettext_lazy("随机数来自公告写明的来源，此前名单和评定依据已经冻结"), _seed),
    ("case", gettext_lazy("案卷由公告、原文、资格得出，随机数由各份额合成，或是公布的那一个"), _case),
    ("outcome", gettext_lazy("重新计算的抽取、排名、中选与公布的一致"), _outcome),
    ("award", gettext_lazy("之后的评定、递补、通知书都由选取结果得出"), _story),
)
