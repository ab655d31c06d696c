"""The public log as strangers read it: all can be checked with what the addresses give, and nothing else shows."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import rfc8785
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from nacl.signing import VerifyKey

from marketplace.accounts.actors import Actor
from marketplace.core import clock, log, log_proof, log_views, merkle
from marketplace.core.models import LogEntry, Zone

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 18, 12, 0, tzinfo=clock.ZONE)


@pytest.fixture
def zone() -> Zone:
    return Zone.objects.create(name="示范区", owner="", region_code="440100", region_name="")


def write(zone: Zone, *batches: int) -> None:
    for count in batches:
        for number in range(count):
            log.make_public("zone.act", zone, by=Actor.system(), data={"number": number})
        log.sequence()


def get(path: str, status: int = 200, **query: Any) -> Any:
    answer = Client().get(path, query)
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/json"
    return answer.json()


def test_a_witness_needs_nothing_but_the_addresses(zone: Zone) -> None:
    """Written from docs/selection-record.md alone: key, two heads, consistency, then every entry."""
    key = VerifyKey(bytes.fromhex(get("/log/key.json")["key"]))

    def signed(head: dict[str, Any]) -> dict[str, Any]:
        lines = ["zjcs-log/v2", head["log"], str(head["size"]), head["root"], head["timestamp"], ""]
        key.verify("\n".join(lines).encode(), bytes.fromhex(head["signature"]))
        return head

    write(zone, 5)
    old = signed(get("/log/head.json"))
    write(zone, 1, 7)
    new = signed(get("/log/head.json"))
    assert (old["size"], new["size"]) == (5, 13)
    proof = get("/log/proof/consistency.json", first=5, second=13)
    path = [bytes.fromhex(each) for each in proof["path"]]
    roots = [bytes.fromhex(head["root"]) for head in (old, new)]
    assert merkle.verify_consistency(5, 13, path, *roots)
    for line in get("/log/entries.json", start=1, end=13)["entries"]:
        leaf = merkle.leaf_hash(rfc8785.dumps(line["entry"]))
        assert leaf.hex() == line["leaf_hash"]
        proof = get("/log/proof/inclusion.json", leaf=line["leaf_hash"], size=13)
        path = [bytes.fromhex(each) for each in proof["path"]]
        assert merkle.verify_inclusion(leaf, line["entry"]["number"] - 1, 13, path, roots[1])


def test_an_entry_comes_with_the_proof_that_a_record_keeps(zone: Zone) -> None:
    write(zone, 3, 4)
    key = bytes.fromhex(get("/log/key.json")["key"])
    for number in range(1, 8):
        proof = get(f"/log/entry/{number}.json")
        assert (proof["number"], proof["head"]["size"]) == (number, 7)
        assert log_proof.problem(proof, key) is None
    earlier = get("/log/entry/2.json", size=3)
    assert earlier["head"] == get("/log/head/3.json")
    assert log_proof.problem(earlier, key) is None
    assert earlier == log.proof_of(LogEntry.objects.get(number=2), _head(3))


def _head(size: int) -> Any:
    from marketplace.core.models import LogHead

    return LogHead.objects.get(number=size)


def test_proofs_are_given_between_heads_too(zone: Zone) -> None:
    write(zone, 3, 4)
    leaf = LogEntry.objects.get(number=2)
    between = get("/log/proof/inclusion.json", leaf=leaf.hash.upper(), size=5)
    path = [bytes.fromhex(each) for each in between["path"]]
    assert merkle.verify_inclusion(bytes.fromhex(leaf.hash), 1, 5, path, bytes.fromhex(between["root"]))
    assert between["head"] is None
    assert get("/log/proof/inclusion.json", leaf=leaf.hash)["head"]["size"] == 7
    newest = get("/log/proof/consistency.json", first=5)
    assert (newest["first"], newest["second"], newest["head"]["size"]) == (5, 7, 7)
    assert newest["first_root"] == between["root"]


def test_entries_come_in_bounded_pieces(zone: Zone) -> None:
    write(zone, log_views.MOST_ENTRIES + 5)
    whole = get("/log/entries.json", start=1, end=10**9)
    assert (whole["start"], whole["end"], whole["size"]) == (1, 200, 205)
    assert [line["entry"]["number"] for line in whole["entries"]] == list(range(1, 201))
    rest = get("/log/entries.json", start=201)
    assert [line["entry"]["number"] for line in rest["entries"]] == [201, 202, 203, 204, 205]
    assert len(get("/log/entries.json", start=7, end=7)["entries"]) == 1


def test_fixed_answers_may_be_kept_and_newest_ones_only_for_seconds(zone: Zone) -> None:
    write(zone, 3)
    leaf = LogEntry.objects.get(number=1).hash
    fixed = [
        "/log/head/3.json",
        "/log/entry/1.json?size=3",
        f"/log/proof/inclusion.json?leaf={leaf}&size=2",
        "/log/proof/consistency.json?first=1&second=3",
    ]
    newest = [
        "/log/head.json",
        "/log/entry/1.json",
        "/log/entries.json?start=1",
        f"/log/proof/inclusion.json?leaf={leaf}",
        "/log/proof/consistency.json?first=1",
    ]
    for path in fixed:
        assert Client().get(path)["Cache-Control"] == "public, max-age=31536000, immutable", path
    for path in newest:
        answer = Client().get(path)
        assert answer["Cache-Control"] == "public, max-age=5", path
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert not answer.cookies


BAD: list[tuple[str, int, str, str]] = [
    ("/log/head/x.json", 400, "size", "参数 size 应为正整数。"),
    ("/log/head/0.json", 400, "size", "参数 size 应为正整数。"),
    ("/log/head/٣.json", 400, "size", "参数 size 应为正整数。"),
    ("/log/head/2.json", 404, "size", "没有条数为 2 的签名头，相邻的签名头的条数为：1, 4。"),
    ("/log/head/99.json", 404, "size", "没有条数为 99 的签名头，相邻的签名头的条数为：4。"),
    ("/log/entry/5.json", 404, "number", "参数 number 超出范围：公开日志目前有 4 条。"),
    ("/log/entry/-1.json", 400, "number", "参数 number 应为正整数。"),
    ("/log/entry/1.json?size=", 400, "size", "缺少参数 size。"),
    ("/log/entry/3.json?size=1", 400, "size", "参数 size 小于该条目的编号 3：那时它还不在日志中。"),
    ("/log/entries.json", 400, "start", "缺少参数 start。"),
    ("/log/entries.json?start=5", 404, "start", "参数 start 超出范围：公开日志目前有 4 条。"),
    ("/log/entries.json?start=3&end=2", 400, "end", "参数 end 不能小于参数 start。"),
    ("/log/entries.json?start=1&end=1e3", 400, "end", "参数 end 应为正整数。"),
    (f"/log/entries.json?start={'9' * 40}", 400, "start", "参数 start 应为正整数。"),
    ("/log/proof/inclusion.json", 400, "leaf", "参数 leaf 应为叶子哈希：64 位十六进制数。"),
    ("/log/proof/inclusion.json?leaf=xyz", 400, "leaf", "参数 leaf 应为叶子哈希：64 位十六进制数。"),
    (f"/log/proof/inclusion.json?leaf={'0' * 64}", 404, "leaf", "公开日志中没有这个叶子哈希。"),
    ("/log/proof/consistency.json", 400, "first", "缺少参数 first。"),
    ("/log/proof/consistency.json?first=5", 404, "first", "参数 first 超出范围：公开日志目前有 4 条。"),
    ("/log/proof/consistency.json?first=3&second=2", 400, "second", "参数 second 不能小于参数 first。"),
    ("/log/proof/consistency.json?first=3&second=9", 404, "second", "参数 second 超出范围：公开日志目前有 4 条。"),
]


@pytest.mark.parametrize(("path", "status", "field", "message"), BAD)
def test_a_bad_question_is_answered_with_the_parameters_name(
    zone: Zone, path: str, status: int, field: str, message: str
) -> None:
    write(zone, 1, 3)
    answer = get(path, status)
    assert (answer["field"], answer["message"]) == (field, message)
    assert answer["error"] == ("bad_parameter" if status == 400 else "not_there")


def test_a_proof_under_a_smaller_size_than_the_entry_is_refused(zone: Zone) -> None:
    write(zone, 4)
    leaf = LogEntry.objects.get(number=3).hash
    assert get("/log/proof/inclusion.json", 400, leaf=leaf, size=2)["field"] == "size"


def test_an_empty_log_says_so(zone: Zone) -> None:
    for path in ("head.json", "entry/1.json", "entries.json?start=1", "proof/consistency.json?first=1"):
        assert get(f"/log/{path}", 404)["message"] == "公开日志还没有条目。"
    assert "还没有条目" in Client().get("/log/").content.decode()
    assert "本站公钥" not in Client().get("/log/").content.decode()


def test_only_reading_is_possible(zone: Zone) -> None:
    write(zone, 1)
    for path in ("", "head.json", "entry/1.json", "entries.json?start=1"):
        assert Client().post(f"/log/{path}").status_code == 405
        assert Client().head(f"/log/{path}").status_code == 200


# --- what does not show -----------------------------------------------------------------------------------------------
def everything_public(leaf: str) -> str:
    paths = [
        "/log/",
        "/log/head.json",
        "/log/entries.json?start=1",
        "/log/entry/1.json",
        "/log/entry/2.json",
        f"/log/proof/inclusion.json?leaf={leaf}",
        "/log/proof/consistency.json?first=1",
    ]
    return "\n".join(Client().get(path).content.decode() for path in paths)


def test_what_is_not_public_or_not_visible_yet_leaves_no_trace_not_even_a_gap(zone: Zone) -> None:
    with clock.at(NOON):
        write(zone, 1)
        leaf = LogEntry.objects.get().hash
    with clock.at(NOON + timedelta(minutes=1)):
        before = everything_public(leaf)
        later = NOON + timedelta(hours=2)
        log.record("tender.respond", zone, by=Actor.system(), data={"price": "61234.57"}, visible_from=later)
        hidden = log.make_public("zone.hidden", zone, by=Actor.system())
        LogEntry.objects.filter(pk=hidden.pk).update(visible_from=later)
        log.record("zone.audit", zone, by=Actor.system())
        log.sequence()
        log.make_public("zone.not_numbered_yet", zone, by=Actor.system())
        assert everything_public(leaf) == before
        log.sequence()
        assert [line["entry"]["action"] for line in get("/log/entries.json", start=1)["entries"]] == [
            "zone.act",
            "zone.not_numbered_yet",
        ]
    with clock.at(later):
        log.sequence()
        assert get("/log/entry/3.json")["entry"]["action"] == "zone.hidden"
        get("/log/entry/4.json", 404)


def test_an_audit_entry_is_not_found_by_its_leaf_hash(zone: Zone) -> None:
    write(zone, 1)
    log.record("zone.act", zone, by=Actor.system())
    log.sequence()
    get("/log/proof/inclusion.json", 404, leaf=LogEntry.objects.get(log="audit").hash)


# --- the page ---------------------------------------------------------------------------------------------------------
def test_the_page_shows_the_head_and_the_newest_entries_in_pages(zone: Zone) -> None:
    write(zone, 120)
    log.make_public("tender.publish", zone, by=Actor.system())
    log.sequence()
    first, last = (Client().get("/log/", {"page": page}).content.decode() for page in (1, 7))
    assert log.latest_public_head().hash in first
    assert "发布采购公告" in first
    assert first.index("#121<") < first.index("#102<")
    assert "#101<" not in first
    assert "#1<" in last
    assert "#2<" not in last
    assert "第 121–121 条，共 121 条" in last


def test_the_page_and_the_proofs_cost_the_same_however_long_the_log_is(zone: Zone) -> None:
    def queries() -> list[int]:
        counts = []
        for path in ("/log/", "/log/head.json", "/log/entry/2.json", "/log/proof/consistency.json?first=2"):
            with clock.at(NOON), CaptureQueriesContext(connection) as asked:
                assert Client().get(path).status_code == 200
            counts.append(len(asked))
        return counts

    write(zone, 60)
    short = queries()
    write(zone, 150)
    assert queries() == short
    assert short[1:] == [1, 3, 5]


def test_the_foot_of_every_page_leads_to_the_log(zone: Zone) -> None:
    write(zone, 1)
    foot = Client().get("/help/").content.decode().split("<footer", 1)[1]
    assert 'href="/log/"' in foot
    assert log.latest_public_head().hash[:8] in foot


def test_the_english_page_and_errors_stand_under_en(zone: Zone) -> None:
    write(zone, 1)
    with translation.override("en"):  # which is undone; a request's language is not
        assert Client().get("/en/log/").status_code == 200
        assert get("/en/log/head/7.json", 404)["field"] == "size"
