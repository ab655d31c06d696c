"""The opening never surprises: keys are proved at publication and every night, and what fails is red in time."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import Client

from marketplace.core import clock, deadlines, desk, health, keys
from marketplace.core.models import Deadline
from marketplace.core.rules import Alert
from marketplace.tenders import sealing, services
from marketplace.tenders.models import Rehearsal, Tender
from marketplace.tenders.services import rehearsing
from tests.factories import staff
from tests.tenders import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]


class Forgetful(keys.LocalKeeper):
    """A keeper that lost its key."""

    def unwrap(self, wrapped: bytes) -> bytes:
        raise keys.KeyUnusable("no such key")


@pytest.fixture
def keeper(settings: object) -> Iterator[object]:
    yield settings
    keys.keeper.cache_clear()


def lose_the_key(settings: object) -> None:
    settings.SEALING_KEEPER = f"{__name__}.Forgetful"  # type: ignore[attr-defined]
    keys.keeper.cache_clear()


def damage(tender: Tender) -> None:
    tender.wrapped_key = bytes(tender.wrapped_key or b"")[:-1] + b"\x00\x01"
    tender.save(update_fields=["wrapped_key"])


def test_every_night_each_open_tender_is_proved_and_the_next_night_planned() -> None:
    good, opened = scene.published(), scene.published()
    scene.opened(opened)
    with clock.at(scene.MONDAY):
        services.ensure_rehearsal()
        services.ensure_rehearsal()
        deadlines.run_due()
    first = Rehearsal.objects.get(done_at__isnull=False)
    assert (first.proved, first.failing) == (1, {})
    following = Deadline.objects.get(kind=rehearsing.KIND, done_at=None)
    assert clock.local(following.due_at).strftime("%m-%d %H:%M") == "03-17 02:30"
    damage(good)
    with clock.at(following.due_at):
        deadlines.run_due()
        assert [tender.number for tender in rehearsing.failing()] == [good.number]
    assert Deadline.objects.filter(kind=rehearsing.KIND, done_at=None).count() == 1


def test_what_would_fail_is_red_on_the_operators_desk_and_in_healthz() -> None:
    good, bad = scene.published(), scene.published()
    other, _wrapped = sealing.new_keys()
    Tender.objects.filter(pk=bad.pk).update(public_key=other)
    with clock.at(scene.MONDAY + timedelta(hours=1)):
        found = services.rehearse()
        assert (found.proved, set(found.failing)) == (1, {bad.number})
        tasks = [task for task in desk.tasks(staff("operator")) if task.level == Alert.RED]
        assert [(task.title, task.group) for task in tasks] == [(bad.title, "开标演练失败")]
        part = Client().get("/healthz").json()["parts"]["tender_keys"]
        assert part["ok"] is False
        assert bad.number in part["detail"]
        assert good.number not in part["detail"]
        assert not [task for task in desk.tasks(staff("supervisor")) if task.level == Alert.RED]
        Tender.objects.filter(pk=bad.pk).update(public_key=bad.public_key)
        services.rehearse()
        assert health.report()["tender_keys"]["ok"] is True
        assert not [task for task in desk.tasks(staff("operator")) if task.level == Alert.RED]


def test_keys_that_nobody_proved_for_a_day_are_not_well() -> None:
    scene.published()
    with clock.at(scene.MONDAY + timedelta(hours=1)):
        assert rehearsing.health()["ok"] is True
    with clock.at(scene.MONDAY + timedelta(hours=27)):
        assert rehearsing.health()["ok"] is False
        services.rehearse()
        assert rehearsing.health()["ok"] is True


def test_nothing_is_announced_with_a_key_that_does_not_open(keeper: object) -> None:
    by = scene.buyer()
    with clock.at(scene.MONDAY):
        draft = scene.draft(by)
        lose_the_key(keeper)
        with pytest.raises(rehearsing.KeyNotProved):
            services.publish(draft, by=by)
    draft.refresh_from_db()
    assert (draft.state, draft.public_key) == (Tender.State.DRAFT, "")


def test_the_command_proves_all_and_fails_aloud() -> None:
    tender = scene.published()
    with clock.at(scene.MONDAY + timedelta(hours=1)):
        call_command("prove_keys")
        damage(tender)
        with pytest.raises(CommandError, match=str(tender.number)):
            call_command("prove_keys")


def test_a_keeper_may_be_anything_with_three_methods(keeper: object) -> None:
    lose_the_key(keeper)
    assert isinstance(keys.keeper(), Forgetful)
    keeper.SEALING_KEEPER = "builtins.dict"  # type: ignore[attr-defined]
    keys.keeper.cache_clear()
    with pytest.raises(ImproperlyConfigured, match="no keeper"):
        keys.keeper()


def test_a_key_wrapped_by_another_key_is_unusable() -> None:
    wrapped = keys.keeper().wrap(b"secret")
    assert keys.keeper().unwrap(wrapped) == b"secret"
    with pytest.raises(keys.KeyUnusable):
        keys.keeper().unwrap(wrapped[:-1] + bytes([wrapped[-1] ^ 1]))
