import stat
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from nacl.exceptions import BadSignatureError

from marketplace.core import clock, desk, keys, locks
from marketplace.core.desk import Task
from marketplace.core.errors import AlreadyDone, DomainError, Incomplete, WrongState
from marketplace.core.models import Counter, Zone
from marketplace.core.states import Machine

# --- states -----------------------------------------------------------------------------------------------------------
LIGHT = Machine([("switch_on", ["off"], "on"), ("switch_off", ["on", "dim"], "off"), ("dim", ["on"], "dim")])


def test_an_act_moves_on_from_its_states_only() -> None:
    assert LIGHT.target("off", "switch_on") == "on"
    assert LIGHT.may("dim", "switch_off")
    assert not LIGHT.may("off", "dim")
    with pytest.raises(WrongState):
        LIGHT.target("off", "dim")
    with pytest.raises(AlreadyDone):
        LIGHT.target("dim", "dim")
    with pytest.raises(KeyError):
        LIGHT.target("off", "explode")


def test_moving_sets_the_state_and_tells_the_one_before() -> None:
    lamp = type("Lamp", (), {"state": "off"})()
    assert LIGHT.move(lamp, "switch_on") == "off"
    assert lamp.state == "on"


# --- errors -----------------------------------------------------------------------------------------------------------
def test_an_error_carries_words_field_and_details() -> None:
    error = DomainError("太大", field="price", limit=5)
    assert (str(error), error.field, error.details) == ("太大", "price", {"limit": 5})
    assert str(Incomplete(["缺一", "缺二"])) == "缺一；缺二"
    assert "已经办理过" in str(AlreadyDone())


# --- locks ------------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_numbers_follow_each_other_per_series_and_year() -> None:
    with transaction.atomic():
        numbers = [locks.next_number("ZJ", 2026), locks.next_number("ZJ", 2026), locks.next_number("HT", 2026)]
        assert locks.next_number("ZJ", 2027) == "ZJ-2027-000001"
    assert numbers == ["ZJ-2026-000001", "ZJ-2026-000002", "HT-2026-000001"]
    assert Counter.objects.count() == 3


@pytest.mark.django_db
def test_locked_rows_are_fresh_and_missing_ones_raise() -> None:
    zone = Zone.objects.create(name="甲", owner="", region_code="", region_name="")
    Zone.objects.update(name="乙")
    with transaction.atomic():
        assert locks.exclusive(Zone, zone.pk).name == "乙"
        assert locks.shared(Zone, zone.pk).name == "乙"
        for lock in (locks.exclusive, locks.shared):
            with pytest.raises(Zone.DoesNotExist):
                lock(Zone, 0)


# --- keys -------------------------------------------------------------------------------------------------------------
@pytest.fixture
def fresh_keys(settings: object, tmp_path: Path) -> Path:
    settings.KEYS_DIR, settings.LOG_KEY, settings.SEALING_KEY = tmp_path / "keys", "", ""
    keys.log_key.cache_clear()
    keys.sealing_box.cache_clear()
    yield settings.KEYS_DIR
    keys.log_key.cache_clear()
    keys.sealing_box.cache_clear()


def test_keys_are_made_once_readable_by_their_owner_only(fresh_keys: Path) -> None:
    signature = keys.sign(b"statement")
    file = fresh_keys / "log.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in fresh_keys.iterdir()] == ["log.key"]
    keys.log_key.cache_clear()
    keys.verify_key().verify(b"statement", bytes.fromhex(signature))
    with pytest.raises(BadSignatureError):
        keys.verify_key().verify(b"other", bytes.fromhex(signature))


def test_the_two_keys_are_different_and_the_box_opens_what_it_closed(fresh_keys: Path) -> None:
    box = keys.sealing_box()
    assert box.decrypt(box.encrypt(b"secret")) == b"secret"
    keys.log_key()
    assert (fresh_keys / "log.key").read_text() != (fresh_keys / "sealing.key").read_text()


def test_the_environments_key_wins_and_a_bad_one_is_named(fresh_keys: Path, settings: object) -> None:
    settings.LOG_KEY = "ab" * 32
    keys.sign(b"x")
    assert not fresh_keys.exists()
    keys.log_key.cache_clear()
    settings.LOG_KEY = "short"
    with pytest.raises(ImproperlyConfigured, match="LOG_KEY must be 32 bytes"):
        keys.sign(b"x")


# --- desk -------------------------------------------------------------------------------------------------------------
def test_the_nearest_deadline_stands_on_top_and_what_has_none_at_the_end() -> None:
    now = clock.now()
    dues = [None, now + timedelta(days=2), now, None]
    desk._sources.clear()
    desk.register("a", lambda actor: [Task(str(n), "办", "/", due) for n, due in enumerate(dues[:2])])
    desk.register("b", lambda actor: [Task(str(n + 2), "办", "/", due) for n, due in enumerate(dues[2:])])
    assert [task.title for task in desk.tasks(None)] == ["2", "1", "0", "3"]


def test_a_source_that_refuses_closes_no_desk_and_a_mistake_shows() -> None:
    def refuse(actor: object) -> list[Task]:
        raise DomainError("尚未启用")

    desk._sources.clear()
    desk.register("a", refuse)
    desk.register("b", lambda actor: [Task("1", "办", "/")])
    assert [task.title for task in desk.tasks(None)] == ["1"]
    desk.register("a", lambda actor: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        desk.tasks(None)
