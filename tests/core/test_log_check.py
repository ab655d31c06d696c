"""Whoever may write into the database cannot change a log without being named."""

import json
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from marketplace.accounts.actors import Actor
from marketplace.core import clock, log, log_check, log_proof, log_tree, merkle
from marketplace.core.models import LogEntry, LogHead, Zone

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 18, 12, 0, tzinfo=clock.ZONE)


@pytest.fixture
def zone() -> Zone:
    return Zone.objects.create(name="示范区", owner="", region_code="440100", region_name="")


def write(zone: Zone, *batches: int) -> None:
    """Audit entries in batches, each under its own head."""
    for count in batches:
        for number in range(count):
            log.record("zone.act", zone, by=Actor.system(), data={"number": number})
        log.sequence()


def broken() -> tuple[int, int, str] | None:
    found = log.first_broken("audit")
    return (found.number, found.until, found.what) if found else None


def rebuild(data: dict[str, Any]) -> None:
    """What a forger does who knows how the log works, but has no key: everything anew from its start."""
    edge: list[bytes] = []
    for size, entry in enumerate(LogEntry.objects.exclude(number=None).order_by("number")):
        if entry.number == 2:
            entry.data = data
        leaf = log_proof.leaf_hash(log_proof.content(entry))
        entry.hash, entry.subtrees = leaf.hex(), b"".join(merkle.grow(edge, size, leaf))
        entry.save()


@pytest.mark.parametrize(
    "tamper",
    [
        {"data": {"number": 7}},
        {"actor_label": "别人"},
        {"action": "zone.other"},
        {"at": NOON},
        {"organisation_code": "91110000600037341L"},
        {"subject": "core.zone:999"},
        {"subject_label": "别处"},
        {"hash": "0" * 64},
    ],
)
def test_a_changed_entry_is_named(zone: Zone, tamper: dict[str, object]) -> None:
    write(zone, 4)
    assert broken() is None
    LogEntry.objects.filter(number=2).update(**tamper)
    assert broken() == (2, 2, "the entry was changed")


def test_data_that_can_not_be_hashed_is_named(zone: Zone) -> None:
    write(zone, 2)
    LogEntry.objects.filter(number=2).update(data={"number": 2**60})
    assert broken() == (2, 2, "the entry can't be hashed")


@pytest.mark.parametrize("subtrees", [b"", b"\x00" * 32, b"\x00" * 64, b"\x00" * 96])
def test_changed_subtrees_are_named(zone: Zone, subtrees: bytes) -> None:
    write(zone, 5)
    LogEntry.objects.filter(number=4).update(subtrees=subtrees)
    assert broken() == (4, 4, "the stored subtrees were changed")


def test_a_removed_entry_is_named(zone: Zone) -> None:
    write(zone, 4)
    LogEntry.objects.filter(number=2).delete()
    assert broken() == (2, 2, "the entry is not there")


def test_a_cut_off_end_is_named(zone: Zone) -> None:
    write(zone, 2, 3)
    LogEntry.objects.filter(number__gte=4).delete()
    assert broken() == (4, 5, "the end is cut off: a head was signed with these entries")
    LogEntry.objects.all().delete()
    assert broken() == (1, 2, "the end is cut off: a head was signed with these entries")


def test_a_swap_is_named(zone: Zone) -> None:
    write(zone, 3)
    first, second = LogEntry.objects.get(number=1), LogEntry.objects.get(number=2)
    LogEntry.objects.filter(pk=second.pk).update(number=None)
    LogEntry.objects.filter(pk=first.pk).update(number=2)
    LogEntry.objects.filter(pk=second.pk).update(number=1)
    assert broken() == (1, 1, "the entry was changed")


def test_a_history_rewritten_with_all_its_hashes_is_betrayed_by_the_signed_heads(zone: Zone) -> None:
    write(zone, 1, 3, 2)
    rebuild({"number": "forged"})
    assert broken() == (2, 4, "history was rewritten: the signed head does not fit these entries")


def test_a_rewritten_head_is_not_signed(zone: Zone) -> None:
    write(zone, 1, 3)
    rebuild({"number": "forged"})
    root = merkle.root_at(4, log_tree.reader("audit")).hex()
    LogHead.objects.filter(number=4).update(hash=root)
    assert broken() == (2, 4, "the head is not signed by this site's key")


def test_a_head_whose_time_was_changed_is_not_signed(zone: Zone) -> None:
    write(zone, 2)
    LogHead.objects.update(at=NOON)
    assert broken() == (1, 2, "the head is not signed by this site's key")


def test_a_signature_of_the_other_log_does_not_fit(zone: Zone) -> None:
    write(zone, 2)
    LogHead.objects.update(log="public")
    LogEntry.objects.update(log="public")
    found = log.first_broken("public")
    assert found is not None
    assert str(found) == "1: the entry was changed"


def test_entries_added_without_a_head_are_named(zone: Zone) -> None:
    write(zone, 2, 2)
    LogHead.objects.filter(number=4).delete()
    assert broken() == (3, 4, "these entries are under no signed head")


def test_the_end_cut_off_with_its_heads_is_betrayed_by_a_witness(zone: Zone) -> None:
    write(zone, 2, 3)
    kept = log_tree.published_head(log.latest_head("audit"))
    assert log_check.contradiction(kept) == ""
    LogHead.objects.filter(number=5).delete()
    LogEntry.objects.filter(number__gt=2).delete()
    assert log.first_broken("audit") is None
    assert log_check.contradiction(kept) == "the log has 2 entries, the witness saw 5"


def test_a_rewritten_and_newly_signed_history_is_betrayed_by_a_witness(zone: Zone) -> None:
    """Whoever has the database and the key can sign anything; not take back what a witness holds."""
    write(zone, 3)
    kept = log_tree.published_head(log.latest_head("audit"))
    LogEntry.objects.filter(number=2).update(data={"number": "forged"})
    LogEntry.objects.update(number=None, hash="", subtrees=b"")
    LogHead.objects.all().delete()
    log.sequence()
    assert log.first_broken("audit") is None
    assert log_check.contradiction(kept) == "the first 3 entries are not those that the witness saw"


def test_a_witness_with_a_forged_head_is_not_believed(zone: Zone) -> None:
    write(zone, 3)
    kept = log_tree.published_head(log.latest_head("audit")) | {"root": "0" * 64}
    assert log_check.contradiction(kept) == "not a head of this site (signature)"
    assert log_check.contradiction([1]) == "not a head of this site (malformed)"


def test_the_command_tells_where_a_log_is_broken(zone: Zone, tmp_path: Path) -> None:
    write(zone, 2)
    kept = tmp_path / "head.json"
    kept.write_text(json.dumps(log_tree.published_head(log.latest_head("audit"))), encoding="utf-8")
    said = StringIO()
    call_command("verify_log", witness=[str(kept)], stdout=said)
    assert said.getvalue().splitlines() == ["audit: ok", "public: ok", f"{kept}: ok"]
    LogEntry.objects.filter(number=2).update(action="zone.other")
    with pytest.raises(SystemExit) as ended:
        call_command("verify_log", stdout=said)
    assert ended.value.code == 1
    assert "audit: broken at 2: the entry was changed" in said.getvalue()


def test_the_command_ends_badly_when_only_a_witness_contradicts(zone: Zone, tmp_path: Path) -> None:
    write(zone, 1, 1)
    kept = tmp_path / "head.json"
    kept.write_text(json.dumps(log_tree.published_head(log.latest_head("audit"))), encoding="utf-8")
    LogHead.objects.filter(number=2).delete()
    LogEntry.objects.filter(number=2).delete()
    said = StringIO()
    with pytest.raises(SystemExit):
        call_command("verify_log", witness=[str(kept)], stdout=said)
    assert "the witness saw 2" in said.getvalue()
    with pytest.raises(CommandError, match="nothing"):
        call_command("verify_log", witness=[str(tmp_path / "nothing.json")])
