from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from marketplace.accounts.actors import Actor
from marketplace.core import clock, log
from marketplace.core.models import LogEntry, LogHead, Zone
from tests.factories import member

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


def test_an_entry_says_who_for_whom_what_and_on_which(zone: Zone) -> None:
    actor = member()
    entry = log.record("zone.act", zone, by=actor, data={"from": "a", "to": "b"})
    assert (entry.actor, entry.actor_label) == (actor.user, actor.label)
    assert entry.organisation_code == actor.organisation.credit_code
    assert (entry.subject, entry.subject_label) == (f"core.zone:{zone.pk}", "示范区")
    assert list(log.history(zone)) == [entry]


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


def test_each_batch_ends_in_a_signed_head(zone: Zone) -> None:
    write(zone, 2, public=True)
    log.sequence()
    write(zone, 1, public=True)
    log.sequence()
    heads = list(LogHead.objects.filter(log="public").order_by("number"))
    assert [head.number for head in heads] == [2, 3]
    assert all(log.is_signed(head) for head in heads)
    assert log.latest_public_head() == heads[-1]
    heads[0].hash = heads[1].hash
    assert not log.is_signed(heads[0])


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
    ],
)
def test_a_changed_entry_shows(zone: Zone, tamper: dict[str, object]) -> None:
    write(zone, 4)
    log.sequence()
    assert log.first_broken("audit") is None
    LogEntry.objects.filter(number=2).update(**tamper)
    assert log.first_broken("audit") == 2


def test_a_removed_entry_shows_also_at_the_end(zone: Zone) -> None:
    write(zone, 4)
    log.sequence()
    LogEntry.objects.filter(number=4).delete()
    assert log.first_broken("audit") == 4
    LogEntry.objects.filter(number=2).delete()
    assert log.first_broken("audit") == 2


def test_a_chain_rewritten_from_the_start_is_betrayed_by_its_heads(zone: Zone) -> None:
    write(zone, 3)
    log.sequence()
    previous = log.GENESIS
    for entry in LogEntry.objects.order_by("number"):
        entry.data, entry.previous_hash = {"number": "forged"}, previous
        previous = entry.hash = log.entry_hash(entry, previous)
        entry.save()
    assert log.first_broken("audit") == 3


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


def test_what_cannot_be_hashed_is_refused_at_once(zone: Zone) -> None:
    with pytest.raises(Exception, match=r"(?i)integer|domain|range"):
        log.record("zone.act", zone, by=Actor.system(), data={"number": 2**60})
    assert not LogEntry.objects.exists()


def test_the_command_tells_where_a_log_is_broken(zone: Zone) -> None:
    write(zone, 2)
    log.sequence()
    said = StringIO()
    call_command("verify_log", stdout=said)
    assert said.getvalue().splitlines() == ["audit: ok", "public: ok"]
    LogEntry.objects.filter(number=2).update(action="zone.other")
    with pytest.raises(SystemExit) as ended:
        call_command("verify_log", stdout=said)
    assert ended.value.code == 1
    assert "audit: broken at 2" in said.getvalue()
