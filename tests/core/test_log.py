from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from marketplace.accounts.actors import Actor
from marketplace.core import clock, keys, log, log_proof, log_tree, merkle
from marketplace.core.models import LogEntry, LogHead, Zone
from tests.factories import UserFactory, member

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 18, 12, 0, tzinfo=clock.ZONE)


@pytest.fixture
def zone() -> Zone:
    return Zone.objects.create(name="示范区", owner="", region_code="440100", region_name="")


def write(zone: Zone, count: int = 3, public: bool = False) -> None:
    act = log.make_public if public else log.record
    for number in range(count):
        act("zone.act", zone, by=Actor.system(), data={"number": number, "price": "1.50", "说明": "第"})


def numbers(name: str = "audit") -> list[int | None]:
    return list(LogEntry.objects.filter(log=name).order_by("id").values_list("number", flat=True))


def public_key() -> bytes:
    return bytes(keys.verify_key())


# --- writing ----------------------------------------------------------------------------------------------------------
def test_an_entry_says_who_for_whom_what_and_on_which(zone: Zone) -> None:
    actor = member()
    entry = log.record("zone.act", zone, by=actor, data={"from": "a", "to": "b"})
    assert (entry.actor, entry.actor_label) == (actor.user, actor.label)
    assert entry.organisation_code == actor.organisation.credit_code
    assert (entry.subject, entry.subject_label) == (f"core.zone:{zone.pk}", "示范区")
    assert list(log.history(zone)) == [entry]


def test_the_public_log_names_the_organisation_or_the_zone_and_never_a_person(zone: Zone) -> None:
    for_a_firm = member()
    assert for_a_firm.organisation is not None
    officer = Actor.of(UserFactory(name="王小明"))
    labels = [log.make_public("zone.act", zone, by=by).actor_label for by in (for_a_firm, officer, Actor.system())]
    assert labels == [str(for_a_firm.organisation), "主办单位", "系统"]


def test_what_cannot_be_hashed_is_refused_at_once(zone: Zone) -> None:
    for data in ({"number": 2**60}, {"number": 1e17}, {"deep": [{"number": float("nan")}]}, {"text": "\ud800"}):
        with pytest.raises(ValueError, match=r"(?i)integer|domain|range|representable|codepoints"):
            log.record("zone.act", zone, by=Actor.system(), data=data)
    assert not LogEntry.objects.exists()


def test_what_the_database_gives_back_hashes_as_it_was_written(zone: Zone) -> None:
    data = {"a": 1.0, "b": 1e-7, "c": 0.1 + 0.2, "d": -0.0, "e": 1e15, "é": "\u2028😀\t", "": [None, True, {}], "z": {}}
    entry = log.make_public("zone.act", zone, by=Actor.system(), data=data)
    log.sequence()
    stored = LogEntry.objects.get(pk=entry.pk)
    entry.number = stored.number
    assert stored.hash == log_proof.leaf_hash(log_proof.content(entry)).hex()


# --- numbering --------------------------------------------------------------------------------------------------------
def test_entries_are_numbered_in_their_order_each_log_by_itself(zone: Zone) -> None:
    write(zone, 3)
    write(zone, 2, public=True)
    assert log.sequence() == 5
    assert log.sequence() == 0
    assert numbers() == [1, 2, 3]
    assert numbers("public") == [1, 2]
    write(zone, 1)
    log.sequence()
    assert numbers() == [1, 2, 3, 4]


def test_each_batch_ends_in_a_signed_head_of_the_trees_root(zone: Zone) -> None:
    write(zone, 2, public=True)
    log.sequence()
    write(zone, 1, public=True)
    log.sequence()
    heads = list(LogHead.objects.filter(log="public").order_by("number"))
    assert [head.number for head in heads] == [2, 3]
    assert all(log.is_signed(head) for head in heads)
    assert log.latest_public_head() == heads[-1]
    leaves = [bytes.fromhex(each.hash) for each in LogEntry.objects.filter(log="public").order_by("number")]
    assert heads[0].hash == merkle.node_hash(leaves[0], leaves[1]).hex()
    assert heads[1].hash == merkle.node_hash(merkle.node_hash(leaves[0], leaves[1]), leaves[2]).hex()


def test_a_head_is_signed_over_a_text_that_anybody_can_write_down(zone: Zone) -> None:
    with clock.at(NOON):
        write(zone, 1, public=True)
        log.sequence()
    head = LogHead.objects.get()
    text = f"zjcs-log/v2\npublic\n1\n{head.hash}\n2026-03-18T04:00:00.000000Z\n"
    assert keys.verify_key().verify(text.encode(), bytes.fromhex(head.signature))


def test_a_leaf_is_the_canonical_json_of_the_published_entry(zone: Zone) -> None:
    with clock.at(NOON):
        entry = log.make_public("zone.act", zone, by=Actor.system(), data={"b": "二", "a": 1})
        log.sequence()
    entry.refresh_from_db()
    text = (
        '{"action":"zone.act","actor":"系统","at":"2026-03-18T04:00:00.000000Z","data":{"a":1,"b":"二"},'
        f'"label":"示范区","log":"public","number":1,"organisation":"","subject":"core.zone:{zone.pk}",'
        '"version":"zjcs-log/v2"}'
    )
    assert entry.hash == merkle.leaf_hash(text.encode()).hex()


def test_what_is_not_visible_yet_has_no_number_and_is_not_there(zone: Zone) -> None:
    later = NOON + timedelta(hours=2)
    with clock.at(NOON):
        write(zone, 1)
        log.record("tender.respond", zone, by=Actor.system(), data={}, visible_from=later)
        write(zone, 1)
        log.sequence()
        assert [entry.action for entry in log.visible()] == ["zone.act", "zone.act"]
        assert [entry.action for entry in log.history(zone)] == ["zone.act", "zone.act"]
    assert numbers() == [1, None, 2]
    with clock.at(later):
        log.sequence()
        assert len(log.history(zone)) == 3
    assert numbers() == [1, 3, 2]
    assert log.first_broken("audit") is None


# --- what it costs ----------------------------------------------------------------------------------------------------
def queries_of_a_batch(zone: Zone, count: int) -> int:
    write(zone, count, public=True)
    with clock.at(NOON), CaptureQueriesContext(connection) as asked:
        assert log.sequence(limit=count) == count
    return len(asked)


def test_a_batch_costs_the_same_queries_however_big_it_and_the_log_are(zone: Zone) -> None:
    queries_of_a_batch(zone, 3)
    small = queries_of_a_batch(zone, 1)
    assert queries_of_a_batch(zone, 300) == small
    assert queries_of_a_batch(zone, 1) == small <= 13
    assert log.first_broken("public") is None


def test_a_proof_is_two_queries_and_few_rows_however_long_the_log_is(zone: Zone) -> None:
    write(zone, 300, public=True)
    log.sequence()
    entry = LogEntry.objects.get(log="public", number=5)
    with CaptureQueriesContext(connection) as asked:
        proof = log.proof_of(entry)
    assert len(asked) == 2
    assert len(proof["path"]) == 9
    with CaptureQueriesContext(connection) as asked:
        merkle.consistency_proof(7, 300, log_tree.reader("public"))
        merkle.root_at(299, log_tree.reader("public"))
    assert len(asked) == 2


# --- proofs -----------------------------------------------------------------------------------------------------------
def test_every_entry_has_a_proof_under_every_later_head(zone: Zone) -> None:
    for count in (1, 2, 4, 1, 5):
        write(zone, count, public=True)
        write(zone, 1)
        log.sequence()
    heads = list(LogHead.objects.filter(log="public"))
    assert [head.number for head in heads] == [1, 3, 7, 8, 13]
    for entry in LogEntry.objects.filter(log="public"):
        for head in heads:
            if entry.number > head.number:
                with pytest.raises(log.NotNumbered):
                    log.proof_of(entry, head)
            else:
                assert log_proof.problem(log.proof_of(entry, head), public_key()) is None


def test_heads_of_all_sizes_are_consistent(zone: Zone) -> None:
    write(zone, 13, public=True)
    log.sequence()
    read = log_tree.reader("public")
    roots = [merkle.root_at(size, read) for size in range(14)]
    for second in range(1, 14):
        for first in range(1, second + 1):
            path = merkle.consistency_proof(first, second, read)
            assert merkle.verify_consistency(first, second, path, roots[first], roots[second])


def test_before_it_is_numbered_an_entry_has_no_proof(zone: Zone) -> None:
    entry = log.make_public("zone.act", zone, by=Actor.system())
    with pytest.raises(log.NotNumbered):
        log.proof_of(entry)


def test_a_missing_subtree_is_said_and_nothing_wrong_is_signed(zone: Zone) -> None:
    write(zone, 4, public=True)
    log.sequence()
    LogEntry.objects.filter(number=4).update(subtrees=b"")
    write(zone, 1, public=True)
    with pytest.raises(log_tree.Damaged, match="entry 4"):
        log.sequence()
    assert LogHead.objects.count() == 1


PROOF_CHANGES: dict[str, tuple[tuple[str | int, ...], Any, str]] = {
    "the version": (("version",), "zjcs-log/v1", "malformed"),
    "the number": (("number",), 4, "number"),
    "the number's kind": (("number",), 3.0, "malformed"),
    "an entry's text": (("entry", "label"), "别处", "leaf_hash"),
    "an entry's data": (("entry", "data", "number"), 7, "leaf_hash"),
    "one value more": (("entry", "more"), 1, "leaf_hash"),
    "the leaf hash": (("leaf_hash",), "0" * 64, "leaf_hash"),
    "a leaf hash in capitals": (("leaf_hash",), "A" * 64, "malformed"),
    "a step": (("path", 1), "0" * 64, "not_included"),
    "a step too short": (("path", 1), "00", "malformed"),
    "the size": (("head", "size"), 6, "signature"),
    "the root": (("head", "root"), "0" * 64, "not_included"),
    "the log": (("head", "log"), "audit", "number"),
    "the time": (("head", "timestamp"), "2026-03-18T04:00:00.000001Z", "signature"),
    "the signature": (("head", "signature"), "0" * 128, "signature"),
    "something added": (("comment",), "x", "malformed"),
    "something added to the head": (("head", "comment"), "x", "malformed"),
    "no entry": (("entry",), None, "malformed"),
    "no path": (("path",), None, "malformed"),
}


@pytest.mark.parametrize("name", PROOF_CHANGES)
def test_a_changed_proof_says_what_is_wrong(zone: Zone, name: str) -> None:
    write(zone, 5, public=True)
    log.sequence()
    where, value, expected = PROOF_CHANGES[name]
    proof = log.proof_of(LogEntry.objects.get(number=3))
    place: Any = proof
    for step in where[:-1]:
        place = place[step]
    place[where[-1]] = value
    assert log_proof.problem(proof, public_key()) == expected


def test_another_sites_key_does_not_fit(zone: Zone) -> None:
    write(zone, 1, public=True)
    log.sequence()
    proof = log.proof_of(LogEntry.objects.get())
    assert log_proof.problem(proof, b"\x01" * 32) == "signature"
    assert log_proof.problem(proof, b"short") == "signature"


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists))
def test_rubbish_is_no_proof(rubbish: Any) -> None:
    assert log_proof.problem(rubbish, b"\x01" * 32) == "malformed"
    shell = dict.fromkeys(("version", "number", "entry", "leaf_hash", "path", "head"), rubbish)
    assert log_proof.problem(shell, b"\x01" * 32) == "malformed"
